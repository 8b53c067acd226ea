import { text } from "../../evidence/field.ts";
import { commandLine } from "../../text/shell-word.ts";
import { UserError } from "../../user-error.ts";
import { connectionError, ConnectionError, type ReadFailure } from "./api-server.ts";
import { kindOfWord, pathOf } from "./api-paths.ts";
import { nearNames } from "../../text/near-names.ts";
import type { Reader } from "./reader.ts";
import type { Scope, Target } from "./scope.ts";

/** Why a list that is indispensable could not be read. */
export function unlisted(reader: Reader, path: string, resource: string, scope: Scope): Error {
  const failure = reader.failureOf(path);
  if (failure === undefined) return new UserError(`${resource} could not be listed`, undefined, 3);
  return unreadable(failure, "list", resource, scope);
}

/** Why an object that was named is not there, and what may have been meant. */
export async function notRead(reader: Reader, target: Target, scope: Scope, path: string): Promise<Error> {
  const failure = reader.failureOf(path);
  const resource = path.split("/").at(-2) ?? "";
  const { namespace } = scope;
  if (failure?.kind !== "not-found")
    return failure === undefined
      ? new UserError(`${resource} "${target.name}" could not be read`, undefined, 3)
      : unreadable(failure, "get", `${resource}/${target.name}`, scope);
  const all = (await reader.list(pathOf(target.kind, namespace), target.kind, {})) ?? [];
  const near = nearNames(
    target.name,
    all.flatMap((object) => text(object, "metadata", "name") ?? []),
  );
  const place = namespace === undefined ? "" : ` in namespace ${namespace}`;
  const missing = all.length === 0 ? await noSuchNamespace(reader, namespace) : undefined;
  const workload =
    missing === undefined && target.kind === "Pod"
      ? await workloadCalled(reader, target.name, namespace)
      : undefined;
  return (
    missing ??
    new UserError(
      `${resource} "${target.name}" not found${place}`,
      workload !== undefined
        ? `Did you mean ${workload}?`
        : near.length > 0
          ? `Did you mean ${near.join(" or ")}?`
          : (wordHint(target) ??
            `kubectl get ${resource}${namespace === undefined ? "" : ` -n ${namespace}`} lists them.`),
      3,
    )
  );
}

/** A workload's own name is what people have in mind, and its Pods have longer ones. */
const workloads = {
  deploy: "Deployment",
  sts: "StatefulSet",
  ds: "DaemonSet",
  cronjob: "CronJob",
  job: "Job",
} as const;

async function workloadCalled(
  reader: Reader,
  name: string,
  namespace: string | undefined,
): Promise<string | undefined> {
  const asked = Object.entries(workloads).map(async ([word, kind]) =>
    (await reader.get(pathOf(kind, namespace, name))) === undefined ? [] : [`${word}/${name}`],
  );
  return (await Promise.all(asked)).flat()[0];
}

/** Whoever may not read Namespaces learns nothing here. */
export async function noSuchNamespace(
  reader: Reader,
  namespace: string | undefined,
): Promise<Error | undefined> {
  if (namespace === undefined) return undefined;
  const path = pathOf("Namespace", undefined, namespace);
  if ((await reader.get(path)) !== undefined || reader.failureOf(path)?.kind !== "not-found")
    return undefined;
  const all = (await reader.list(pathOf("Namespace", undefined), "Namespace", {})) ?? [];
  const near = nearNames(
    namespace,
    all.flatMap((object) => text(object, "metadata", "name") ?? []),
  );
  return new UserError(
    `namespace "${namespace}" not found`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "kubectl get namespaces lists them.",
    3,
  );
}

const commands = ["explain", "completion", "version", "help"];

/** A lone type, or a misspelt command, was taken for a Pod's name. */
function wordHint({ kind, name }: Target): string | undefined {
  if (kind !== "Pod") return undefined;
  const type = kindOfWord(name);
  if (type === "Pod") return "Without a name, kubectl why-pull asks about every failing Pod.";
  if (type !== undefined) return `${name} is a type: give its name too, as in ${name}/NAME.`;
  const [command] = nearNames(name, commands);
  return command === undefined || command === name ? undefined : `Did you mean the command ${command}?`;
}

/** kubectl's own sentence, and how to see that it is true: as the same user, of the same cluster. */
/** A refusal in kubectl's sentence, and the command that asks for the permission. */
export function unreadable(failure: ReadFailure, verb: string, what: string, scope: Scope): Error {
  const unreachable = connectionError(failure, scope.server);
  if (unreachable !== undefined) return unreachable;
  const { kind, reason, message } = failure;
  const place = scope.namespace === undefined ? ["--all-namespaces"] : ["-n", scope.namespace];
  const words = ["kubectl", "auth", "can-i", verb, what, ...place, ...(scope.kubectlFlags ?? [])];
  const hint = kind === "forbidden" ? commandLine(words) : undefined;
  // cmd/util/helpers.go (StandardErrorMessage), kubectl 1.36.
  if (reason !== undefined) return new ConnectionError(`Error from server (${reason}): ${message}`, hint);
  return new UserError(message, hint, 3);
}
