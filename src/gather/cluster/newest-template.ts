import { defined, isRecord, type Json, records, text } from "../../evidence/field.ts";
import { pathOf } from "./api-paths.ts";
import type { ApiServer } from "./api-server.ts";
import type { FollowedPod } from "./followed-pods.ts";
import type { Target } from "./scope.ts";

/** Of the Pods of a workload, those of its newest template; undefined while its controller has not seen the template yet. */
export type Newest = (pods: readonly FollowedPod[]) => readonly FollowedPod[] | undefined;

/** How a workload ended that makes no Pod any more. */
export interface Ended {
  readonly state: "failed" | "complete";
  /** The API server's word for why, where it has one. */
  readonly reason?: string;
}

/** Only a Job ends; that it is over stands in a condition (pkg/controller/job/job_controller.go, 1.26-1.36). */
export function endOf({ kind }: Target, object: Json): Ended | undefined {
  if (kind !== "Job") return undefined;
  for (const condition of records(object, "status", "conditions")) {
    const type = text(condition, "type");
    if (text(condition, "status") !== "True" || (type !== "Failed" && type !== "Complete")) continue;
    const reason = /^[A-Za-z]{1,64}$/.exec(text(condition, "reason") ?? "")?.[0];
    return { state: type === "Failed" ? "failed" : "complete", ...defined({ reason }) };
  }
  return undefined;
}

const all: Newest = (pods) => pods;
const none: Newest = () => undefined;

/**
 * How the Pods of a workload's newest template are told from those that it replaces. `object` is the workload as it is now; a Deployment's ReplicaSets and a
 * CronJob's Jobs are listed.
 */
export async function newestTemplate(
  server: Pick<ApiServer, "list">,
  target: Target,
  object: Json,
  namespace: string,
): Promise<Newest> {
  const generation = numberAt(object, "metadata", "generation");
  const observed = numberAt(object, "status", "observedGeneration");
  if (observed !== undefined && generation !== undefined && observed < generation) return none;
  const onDelete = text(object, "spec", "updateStrategy", "type") === "OnDelete";
  switch (target.kind) {
    case "Deployment":
      return ofNewestOwner(await owned(server, "ReplicaSet", object, namespace), revisionOf);
    case "CronJob":
      return ofNewestOwner(await owned(server, "Job", object, namespace), createdOf);
    case "StatefulSet":
      return onDelete ? all : madeFrom(text(object, "status", "updateRevision"));
    case "DaemonSet":
      // Its controller writes the annotation's value on each Pod (pkg/controller/daemon/util/daemonset_util.go, 1.36).
      return onDelete
        ? all
        : madeFrom(text(object, "metadata", "annotations", "deprecated.daemonset.template.generation"));
    default:
      return all;
  }
}

function madeFrom(template: string | undefined): Newest {
  return template === undefined ? all : (pods) => pods.filter((pod) => pod.template === template);
}

interface Owned {
  readonly name: string;
  readonly uid: string;
  readonly object: Json;
}

/** What the workload owns of a kind; undefined where it may not be listed. */
async function owned(
  server: Pick<ApiServer, "list">,
  kind: string,
  owner: Json,
  namespace: string,
): Promise<readonly Owned[] | undefined> {
  const uid = text(owner, "metadata", "uid");
  const answer = await server.list(pathOf(kind, namespace));
  if (!answer.ok) return undefined;
  return answer.items.flatMap((object) =>
    isRecord(object) && records(object, "metadata", "ownerReferences").some((one) => text(one, "uid") === uid)
      ? [{ name: text(object, "metadata", "name") ?? "", uid: text(object, "metadata", "uid") ?? "", object }]
      : [],
  );
}

const revisionOf = (object: Json): number =>
  Number(text(object, "metadata", "annotations", "deployment.kubernetes.io/revision") ?? "0");
const createdOf = (object: Json): number =>
  Date.parse(text(object, "metadata", "creationTimestamp") ?? "") || 0;

/** Where the owners may not be listed, the youngest Pod's template is taken for the newest. */
function ofNewestOwner(owners: readonly Owned[] | undefined, age: (object: Json) => number): Newest {
  if (owners === undefined)
    return (pods) => {
      const youngest = pods.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
      return pods.filter(({ owner }) => owner?.name === youngest?.owner?.name);
    };
  const newest = owners.toSorted((a, b) => age(a.object) - age(b.object)).at(-1);
  return newest === undefined
    ? none
    : (pods) => pods.filter(({ owner }) => owner?.uid === newest.uid || owner?.name === newest.name);
}

function numberAt(object: Json, part: string, field: string): number | undefined {
  const holder = object[part];
  const value = isRecord(holder) ? holder[field] : undefined;
  return typeof value === "number" ? value : undefined;
}
