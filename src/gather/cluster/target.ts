import type { Json } from "../../evidence/field.ts";
import { record, records, text, texts } from "../../evidence/field.ts";
import { UserError } from "../../user-error.ts";
import { ConnectionError } from "./api-server.ts";
import { kindOfWord, pathOf } from "./api-paths.ts";
import { noSuchNamespace, notRead, unlisted } from "./not-found.ts";
import { belongsTo } from "./ownership.ts";
import type { Scope, Target } from "./scope.ts";
import type { Reader } from "./reader.ts";

/** kubectl's words for kinds that have no Pods, or whose Pods cannot be told: never the name of a namespace. */
const foreignKinds =
  /^(svc|services?|ing|ingress(es)?|cm|configmaps?|secrets?|ns|namespaces?|sa|serviceaccounts?|pvc?|persistentvolume(claim)?s?|hpa|ep|endpoints?|rollouts?|ev|events?|netpol|networkpolic(y|ies))$/;

const namespaceName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** `web`, `pod/web`, `deploy/web`, `deployments.apps/web`; before each of them, the namespace: `shop/web`, `shop/deploy/web`. */
export function parseTarget(word: string): Target {
  const parts = word.split("/");
  const [first = "", second, third] = parts;
  if (second === undefined) return { kind: "Pod", name: word };
  const kind = kindOfWord(first);
  if (parts.length === 2 && kind !== undefined && second !== "") return { kind, name: second };
  const isPlace = namespaceName.test(first) && !foreignKinds.test(first) && !parts.includes("");
  const kindWithin = kindOfWord(second);
  if (isPlace && parts.length === 2) return { kind: "Pod", name: second, namespace: first };
  if (isPlace && parts.length === 3 && kindWithin !== undefined && kindWithin !== "Node")
    return { kind: kindWithin, name: third ?? "", namespace: first };
  throw new UserError(
    `there is no way to find Pods by "${word}"`,
    "Give a Pod, or TYPE/NAME with deployment, statefulset, daemonset, replicaset, job, cronjob or node.",
    2,
  );
}

/** What the targets brought, and for each that brought nothing, why. */
export interface FoundPods {
  readonly pods: readonly Json[];
  readonly errors: readonly Error[];
}

/**
 * The Pods that are asked about. A target that is missing does not hide the others, as with kubectl get. Throws where
 * none could be read, and where the cluster could not be reached. `wanted` chooses among the Pods of a namespace.
 */
export async function findPods(
  reader: Reader,
  targets: readonly Target[],
  scope: Scope,
  wanted: (pod: Json) => boolean,
): Promise<FoundPods> {
  if (targets.length === 0) return { pods: await podsOfNamespace(reader, scope, wanted), errors: [] };
  const asked = await Promise.allSettled(
    targets.map((target) => podsOf(reader, target, { ...scope, ...placeOf(target) })),
  );
  const errors = asked.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
  const fatal = targets.length === 1 ? errors[0] : errors.find((error) => !isOfOneTarget(error));
  if (fatal !== undefined) throw fatal;
  const seen = new Set<Json>();
  const pods = asked.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  return { pods: pods.filter((pod) => !seen.has(pod) && seen.add(pod)), errors };
}

function placeOf({ namespace }: Target): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** A cluster that does not answer is the end of all targets; a bug is one of ours. */
function isOfOneTarget(error: Error): boolean {
  const isOfTheCluster = error instanceof ConnectionError && !error.message.startsWith("Error from server");
  return error instanceof UserError && !isOfTheCluster;
}

/**
 * Of Pods that are mostly left out again: with pages of 500, as kubectl has them, 10,000 Pods took 170 MiB at their peak,
 * with these less than 150.
 */
const smallPage = "200";

/** Nothing in a namespace is an answer, unless there is no such namespace. */
async function podsOfNamespace(
  reader: Reader,
  scope: Scope,
  wanted: (pod: Json) => boolean,
): Promise<readonly Json[]> {
  let any = false;
  const pods = await listPods(reader, scope, {}, (pod) => {
    any = true;
    return wanted(pod);
  });
  const missing = any ? undefined : await noSuchNamespace(reader, scope.namespace);
  if (missing !== undefined) throw missing;
  return pods;
}

async function podsOf(reader: Reader, target: Target, scope: Scope): Promise<readonly Json[]> {
  const { namespace } = scope;
  if (target.kind === "Node") return podsOfNode(reader, target, scope);
  if (namespace === undefined)
    throw new UserError("a name cannot be combined with --all-namespaces", "Give -n NAMESPACE instead.", 2);
  const path = pathOf(target.kind, namespace, target.name);
  const object = await reader.get(path);
  if (object === undefined) {
    const owned = await podsByOwner(reader, target, { ...scope, namespace }, path);
    if (owned.length > 0) return owned;
    throw await notRead(reader, target, { ...scope, namespace }, path);
  }
  if (target.kind === "Pod") return [object];
  const pods = await podsOfWorkload(reader, object, target, { ...scope, namespace });
  if (pods.length > 0) return pods;
  throw new UserError(
    `${target.kind} "${target.name}" has no Pods now`,
    `kubectl describe ${target.kind.toLowerCase()} ${target.name} -n ${namespace} says why.`,
    3,
  );
}

/** Who may read Pods and not the workload still learns from the Pods whose they are. */
async function podsByOwner(
  reader: Reader,
  { kind, name }: Target,
  { namespace }: NamespaceScope,
  path: string,
): Promise<readonly Json[]> {
  if (kind === "Pod" || reader.failureOf(path)?.kind !== "forbidden") return [];
  const pods = (await reader.list(pathOf("Pod", namespace), "Pod", {})) ?? [];
  return pods.filter((pod) => belongsTo(pod, { kind, name }, () => undefined));
}

interface NamespaceScope extends Scope {
  readonly namespace: string;
}

function podsOfWorkload(
  reader: Reader,
  object: Json,
  target: Target,
  scope: NamespaceScope,
): Promise<readonly Json[]> {
  const { selector: _, fieldSelector: __, ...where } = scope;
  if (target.kind === "CronJob") return podsOfCronJob(reader, target, where);
  const labels = selectorOf(object);
  if (labels === "") throw new UserError(`${target.kind} ${target.name} selects no Pods`, undefined, 3);
  return listPods(reader, where, { labelSelector: labels });
}

async function podsOfNode(reader: Reader, target: Target, scope: Scope): Promise<readonly Json[]> {
  const everywhere = { ...scope, namespace: undefined };
  const pods = await listPods(reader, everywhere, { fieldSelector: `spec.nodeName=${target.name}` });
  const path = pathOf("Node", undefined, target.name);
  if (pods.length === 0 && (await reader.get(path)) === undefined)
    throw await notRead(reader, target, everywhere, path);
  return pods;
}

async function podsOfCronJob(
  reader: Reader,
  target: Target,
  scope: NamespaceScope,
): Promise<readonly Json[]> {
  const path = pathOf("Job", scope.namespace);
  const jobs = await reader.list(path, "Job", {});
  if (jobs === undefined) throw unlisted(reader, path, "jobs", scope);
  const own = jobs.filter((job) =>
    records(job, "metadata", "ownerReferences").some(
      (owner) => text(owner, "kind") === "CronJob" && text(owner, "name") === target.name,
    ),
  );
  const pods = await Promise.all(
    own.map((job) =>
      listPods(reader, scope, { labelSelector: `job-name=${text(job, "metadata", "name") ?? ""}` }),
    ),
  );
  return pods.flat();
}

/** matchLabels and matchExpressions, as a query's labelSelector spells them. */
export function selectorOf(object: Json): string {
  const selector = record(object, "spec", "selector");
  const isOld = text(object, "kind") === "ReplicationController";
  const labels = Object.entries(isOld ? selector : record(selector, "matchLabels")).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  const more = records(selector, "matchExpressions").flatMap((expression) => {
    const key = text(expression, "key") ?? "";
    const values = texts(expression, "values").join(",");
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
  wanted?: (pod: Json) => boolean,
): Promise<readonly Json[]> {
  const path = pathOf("Pod", scope.namespace);
  const labels = [query["labelSelector"], scope.selector].filter((part) => part !== undefined).join(",");
  const fields = [query["fieldSelector"], scope.fieldSelector].filter((part) => part !== undefined).join(",");
  const selectors = {
    ...(labels === "" ? {} : { labelSelector: labels }),
    ...(fields === "" ? {} : { fieldSelector: fields }),
    ...(wanted === undefined ? {} : { limit: smallPage }),
  };
  const pods = await reader.list(path, "Pod", selectors, wanted);
  if (pods === undefined || reader.failureOf(path)?.kind === "too-large")
    throw unlisted(reader, path, "pods", scope);
  return pods;
}
