import { integer, type Json, text } from "./field.ts";
import type { Ref } from "./observed.ts";
import { readOwner } from "./pod.ts";
import { readWorkload } from "./workload.ts";

/** One revision of a Deployment: a ReplicaSet, made from the template as it was then. */
export interface Revision {
  readonly ref: Ref;
  readonly replicaSet: string;
  /** As `kubectl rollout undo --to-revision` has it (annotation deployment.kubernetes.io/revision). */
  readonly number: number;
  /** Its Pods, and those of them that are ready. */
  readonly pods: number;
  readonly ready: number;
  /** Container name → image. */
  readonly images: Readonly<Record<string, string>>;
}

export const revisionAnnotation = "deployment.kubernetes.io/revision";

/** Revisions by Deployment, the newest first. */
export function readRevisions(replicaSets: readonly Json[]): ReadonlyMap<string, readonly Revision[]> {
  const byDeployment = new Map<string, Revision[]>();
  for (const object of replicaSets) {
    const owner = readOwner(object);
    const revision = readRevision(object);
    if (owner?.kind !== "Deployment" || revision === undefined) continue;
    const others = byDeployment.get(owner.name);
    if (others === undefined) byDeployment.set(owner.name, [revision]);
    else others.push(revision);
  }
  for (const revisions of byDeployment.values()) revisions.sort((a, b) => b.number - a.number);
  return byDeployment;
}

function readRevision(object: Json): Revision | undefined {
  const number = Number(text(object, "metadata", "annotations", revisionAnnotation));
  const workload = readWorkload(object);
  if (workload === undefined || !Number.isSafeInteger(number) || number < 1) return undefined;
  const { path: _, ...ref } = workload.ref;
  return {
    ref,
    replicaSet: workload.name,
    number,
    images: workload.images,
    pods: integer(object, "status", "replicas") ?? 0,
    ready: integer(object, "status", "readyReplicas") ?? 0,
  };
}
