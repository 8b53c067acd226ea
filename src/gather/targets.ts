import type { Json } from "../evidence/field.ts";
import { record, text } from "../evidence/field.ts";
import { templatePath } from "../evidence/workload.ts";
import { UserError } from "../user-error.ts";
import type { ReadFailure } from "./api-server.ts";
import { kindOfWord, pathOf } from "./api-paths.ts";
import { nearNames } from "./near-names.ts";
import type { Reader } from "./reader.ts";

/** What the command line asks about: Pods by name, the Pods of workloads or nodes, or every Pod that fits. */
export interface Target {
  readonly kind: string;
  readonly name: string;
}

export interface Scope {
  /** Undefined for all namespaces. */
  readonly namespace: string | undefined;
  readonly selector?: string;
  readonly fieldSelector?: string;
}

/** `web`, `pod/web`, `deploy/web`, `deployments.apps/web`. */
export function parseTarget(word: string): Target {
  const [kindWord, name, ...rest] = word.split("/");
  if (name === undefined) return { kind: "Pod", name: word };
  const kind = kindOfWord(kindWord ?? "");
  if (kind === undefined || name === "" || rest.length > 0)
    throw new UserError(
      `there is no way to find Pods by "${word}"`,
      "Give a Pod, or TYPE/NAME with deployment, statefulset, daemonset, replicaset, job, cronjob or node.",
      2,
    );
  return { kind, name };
}

/** The Pods that are asked about. Throws UserError where one cannot be read: a Pod is indispensable. */
export async function findPods(
  reader: Reader,
  targets: readonly Target[],
  scope: Scope,
): Promise<readonly Json[]> {
  if (targets.length === 0) return listPods(reader, scope, {});
  const found = await Promise.all(targets.map((target) => podsOf(reader, target, scope)));
  const seen = new Set<Json>();
  return found.flat().filter((pod) => !seen.has(pod) && seen.add(pod));
}

async function podsOf(reader: Reader, target: Target, scope: Scope): Promise<readonly Json[]> {
  if (target.kind === "Node")
    return listPods(
      reader,
      { ...scope, namespace: undefined },
      { fieldSelector: `spec.nodeName=${target.name}` },
    );
  const { namespace } = scope;
  if (namespace === undefined)
    throw new UserError("a name cannot be combined with --all-namespaces", "Give -n NAMESPACE instead.", 2);
  const path = pathOf(target.kind, namespace, target.name);
  const object = await reader.get(path);
  if (object === undefined) throw await notRead(reader, target, namespace, path);
  if (target.kind === "Pod") return [object];
  return podsOfWorkload(reader, object, target, namespace);
}

async function podsOfWorkload(
  reader: Reader,
  object: Json,
  target: Target,
  namespace: string,
): Promise<readonly Json[]> {
  if (target.kind === "CronJob") return podsOfCronJob(reader, target, namespace);
  const labels = selectorOf(object);
  if (labels === "") throw new UserError(`${target.kind} ${target.name} selects no Pods`, undefined, 3);
  return listPods(reader, { namespace }, { labelSelector: labels });
}

async function podsOfCronJob(reader: Reader, target: Target, namespace: string): Promise<readonly Json[]> {
  const jobs = (await reader.list(pathOf("Job", namespace), "Job", {})) ?? [];
  const own = jobs.filter((job) =>
    (job["metadata"] !== undefined ? ownersOf(job) : []).some(
      (owner) => text(owner, "kind") === "CronJob" && text(owner, "name") === target.name,
    ),
  );
  const pods = await Promise.all(
    own.map((job) =>
      listPods(reader, { namespace }, { labelSelector: `job-name=${text(job, "metadata", "name") ?? ""}` }),
    ),
  );
  return pods.flat();
}

function ownersOf(object: Json): readonly Json[] {
  const owners = record(object, "metadata")["ownerReferences"];
  return Array.isArray(owners) ? (owners as readonly Json[]) : [];
}

/** matchLabels and matchExpressions, as a query's labelSelector spells them. */
function selectorOf(object: Json): string {
  const selector = record(object, "spec", "selector");
  const isOld = text(object, "kind") === "ReplicationController";
  const labels = Object.entries(isOld ? selector : record(selector, "matchLabels")).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  const expressions = Array.isArray(selector["matchExpressions"])
    ? (selector["matchExpressions"] as Json[])
    : [];
  const more = expressions.flatMap((expression) => {
    const key = text(expression, "key") ?? "";
    const values = Array.isArray(expression["values"]) ? expression["values"].map(String).join(",") : "";
    switch (text(expression, "operator")) {
      case "In":
        return [`${key} in (${values})`];
      case "NotIn":
        return [`${key} notin (${values})`];
      case "Exists":
        return [key];
      case "DoesNotExist":
        return [`!${key}`];
      default:
        return [];
    }
  });
  return [...labels, ...more].join(",");
}

async function listPods(
  reader: Reader,
  scope: Scope,
  query: Readonly<Record<string, string>>,
): Promise<readonly Json[]> {
  const path = pathOf("Pod", scope.namespace);
  const labels = [query["labelSelector"], scope.selector].filter((part) => part !== undefined).join(",");
  const fields = [query["fieldSelector"], scope.fieldSelector].filter((part) => part !== undefined).join(",");
  const pods = await reader.list(path, "Pod", {
    ...(labels === "" ? {} : { labelSelector: labels }),
    ...(fields === "" ? {} : { fieldSelector: fields }),
  });
  if (pods !== undefined) return pods;
  const failure = reader.failureOf(path);
  if (failure === undefined) return [];
  throw unreadable(failure, "list", "pods", scope.namespace);
}

async function notRead(reader: Reader, target: Target, namespace: string, path: string): Promise<UserError> {
  const failure = reader.failureOf(path);
  const resource = path.split("/").at(-2) ?? "";
  if (failure?.kind !== "not-found")
    return failure === undefined
      ? new UserError(`${resource} "${target.name}" could not be read`, undefined, 3)
      : unreadable(failure, "get", `${resource}/${target.name}`, namespace);
  const all = (await reader.list(pathOf(target.kind, namespace), target.kind, {})) ?? [];
  const near = nearNames(
    target.name,
    all.flatMap((object) => text(object, "metadata", "name") ?? []),
  );
  if (near.length > 0)
    return new UserError(
      `${resource} "${target.name}" not found in namespace ${namespace}`,
      `Did you mean ${near.join(" or ")}?`,
      3,
    );
  if (all.length === 0) {
    const place = pathOf("Namespace", undefined, namespace);
    await reader.get(place);
    if (reader.failureOf(place)?.kind === "not-found")
      return new UserError(`namespace "${namespace}" not found`, "kubectl get namespaces lists them.", 3);
  }
  return new UserError(
    `${resource} "${target.name}" not found in namespace ${namespace}`,
    `kubectl get ${resource} -n ${namespace} lists them.`,
    3,
  );
}

function unreadable(
  failure: ReadFailure,
  verb: string,
  what: string,
  namespace: string | undefined,
): UserError {
  const place = namespace === undefined ? "--all-namespaces" : `-n ${namespace}`;
  const hint =
    failure.kind === "forbidden"
      ? `kubectl auth can-i ${verb} ${what} ${place}`
      : failure.kind === "unauthorized"
        ? "Log in to the cluster again, as kubectl would have to."
        : undefined;
  return new UserError(failure.message, hint, 3);
}

/** Whether a workload's kind is one whose Pods this finds. */
export function hasTemplate(kind: string): boolean {
  return templatePath(kind) !== undefined;
}
