import { deploymentNameOf } from "../../evidence/evidence.ts";
import { integer } from "../../evidence/field.ts";
import type { PodFacts } from "../../evidence/pod.ts";
import { pathOf } from "./api-paths.ts";
import { type Neighbours, neighbourSecrets } from "./neighbours.ts";
import type { Reader } from "./reader.ts";
import { selectorOf } from "./target.ts";

/** A read that bears on no verdict, and on what heals. */
export interface ReadForFixes {
  readonly kind: string;
  readonly read: () => Promise<unknown>;
}

export interface ReadsForFixes {
  /** Those that rest on nothing that is still to come. */
  readonly early: readonly ReadForFixes[];
  /** The most useful first. */
  readonly all: readonly ReadForFixes[];
}

/** What may still be read for one Pod's fixes; `paths` are read anyhow. */
export function readsForFixes(
  reader: Reader,
  pod: PodFacts,
  paths: readonly string[],
  neighbours: Neighbours,
): ReadsForFixes {
  const { namespace } = pod;
  const secret = (path: string): ReadForFixes => ({ kind: "Secret", read: () => reader.get(path) });
  const list = (kind: string, query: Readonly<Record<string, string>>): ReadForFixes => ({
    kind,
    read: () => reader.list(pathOf(kind, namespace), kind, query),
  });
  const early = lookedForElsewhere(reader, pod)
    .filter((path) => !reader.isRead(path))
    .map(secret);
  const named = neighbourSecrets(pod, neighbours)
    .map((name) => pathOf("Secret", namespace, name))
    .filter((path) => !paths.includes(path));
  const selector = rolling(reader, pod);
  return {
    early,
    all: [
      ...(selector === undefined ? [] : [list("ReplicaSet", { labelSelector: selector })]),
      ...early,
      ...named.map(secret),
      // What may leave a new Pod no room.
      ...(isOfDeployment(pod) ? [list("ResourceQuota", {})] : []),
    ],
  };
}

/** Its next Pod starts beside it. */
export function isOfDeployment({ owner }: PodFacts): boolean {
  return owner?.kind === "ReplicaSet";
}

/** The selector of a Deployment that has Pods of other revisions. */
function rolling(reader: Reader, pod: PodFacts): string | undefined {
  const name = isOfDeployment(pod) ? deploymentNameOf(pod) : undefined;
  const deployment = name === undefined ? undefined : reader.found(pathOf("Deployment", pod.namespace, name));
  if (deployment === undefined) return undefined;
  const updated = integer(deployment, "status", "updatedReplicas") ?? 0;
  return (integer(deployment, "status", "replicas") ?? 0) > updated ? selectorOf(deployment) : undefined;
}

/** Where people make a Secret who forget the namespace: only there is it looked for under the name that the Pod gives. */
export function lookedForElsewhere(reader: Reader, { namespace, pullSecrets }: PodFacts): readonly string[] {
  const missing = pullSecrets.find(
    (name) => name !== "" && reader.failureOf(pathOf("Secret", namespace, name))?.kind === "not-found",
  );
  return missing === undefined || namespace === "default" ? [] : [pathOf("Secret", "default", missing)];
}
