import type { Evidence } from "../../evidence/evidence.ts";
import type { Revision } from "../../evidence/revision.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** Why the kubelet makes no further attempt for this Pod, or none that matters. */
export interface LastAttempt {
  readonly claim: Claim;
  /** Where nothing is to be done for this Pod, what takes its place, or takes it along. */
  readonly successor?: string;
}

/** Kinds that make another Pod for one that is being deleted or is over (pkg/controller, ActivePods and its like, 1.26-1.36). */
const replacing = new Set(["ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet"]);

export function lastAttempt({ evidence }: Pick<FailedPull, "evidence">): LastAttempt | undefined {
  return ofJob(evidence) ?? ofEnd(evidence) ?? ofOlderRevision(evidence);
}

/** Whether nothing is to be done for the Pod, since another takes its place or its owner takes it along. */
export function isReplaced(failed: Pick<FailedPull, "evidence">): boolean {
  return lastAttempt(failed)?.successor !== undefined;
}

/** A Job that is made anew under its name leaves the Pod of the former to the garbage collector. */
function ofJob({ pod, workloads }: Evidence): LastAttempt | undefined {
  const { owner } = pod;
  if (owner?.kind !== "Job") return undefined;
  const job = workloads.find(({ ref }) => ref.kind === "Job" && ref.name === owner.name);
  if (job?.state === "absent")
    return {
      claim: claim(`Job ${owner.name}, whose Pod this is, is gone; its Pods go with it.`, job.ref, pod.ref),
      successor: "it goes with its Job",
    };
  if (job?.state !== "found") return undefined;
  const { uid, deleting, over } = job.value;
  const ref = { ...job.ref, path: ".metadata" };
  if (uid !== undefined && owner.uid !== undefined && uid !== owner.uid)
    return {
      claim: claim(`Job ${owner.name} was made anew; this Pod is of the former one.`, ref, pod.ref),
      successor: `Job ${owner.name} was made anew, with a Pod of its own`,
    };
  if (deleting)
    return {
      claim: claim(`Job ${owner.name} is being deleted, and its Pods with it.`, ref),
      successor: "it goes with its Job",
    };
  if (over === undefined) return undefined;
  const why = over.reason === undefined ? "" : ` (${over.reason})`;
  const status = { ...job.ref, path: ".status.conditions" };
  return over.type === "Failed"
    ? { claim: claim(`Job ${owner.name} has failed${why}; there is no further attempt.`, status) }
    : {
        claim: claim(`Job ${owner.name} is complete${why}; there is no further attempt.`, status),
        successor: `Job ${owner.name} is complete`,
      };
}

/** A Pod that is being deleted is not tried again (kubelet.go SyncTerminatingPod), nor is one that is over. */
function ofEnd({ pod }: Evidence): LastAttempt | undefined {
  const why = pod.reason === undefined ? "" : `, ${pod.reason}`;
  const over = pod.phase === "Failed" || pod.phase === "Succeeded";
  if (!pod.deleting && !over) return undefined;
  const end = pod.deleting
    ? claim("The Pod is being deleted; the kubelet makes no further attempt for it.", {
        ...pod.ref,
        path: ".metadata.deletionTimestamp",
      })
    : claim(`The Pod is over (${pod.phase}${why}); the kubelet makes no further attempt for it.`, {
        ...pod.ref,
        path: ".status.phase",
      });
  const { owner } = pod;
  const another = owner !== undefined && (replacing.has(owner.kind) || owner.kind === "Job");
  return {
    claim: end,
    ...(another ? { successor: `${owner.kind} ${owner.name} makes another in its place` } : {}),
  };
}

/** A Deployment ends the Pods of its former revisions, those that are not ready first (pkg/controller/deployment/rolling.go). */
function ofOlderRevision(evidence: Evidence): LastAttempt | undefined {
  const overtaken = overtakenBy(evidence);
  const isPaused = evidence.workloads.some((one) => one.state === "found" && one.value.paused);
  if (overtaken === undefined || isPaused || overtaken.newest.pods === 0) return undefined;
  const { own, newest } = overtaken;
  return {
    claim: overtakenClaim({ own, newest }),
    successor: `revision ${newest.number}, ReplicaSet ${newest.replicaSet}, takes its place${newest.ready < newest.pods ? " once it is ready" : ""}`,
  };
}

export interface Overtaken {
  /** The Pod's. */
  readonly own: Revision;
  readonly newest: Revision;
}

export function overtakenClaim({ own, newest }: Overtaken): Claim {
  const { pods, ready } = newest;
  const many = `${pods} ${pods === 1 ? "Pod" : "Pods"}`;
  const those = ready === 0 ? "none ready yet" : ready < pods ? `${ready} of them ready` : "ready";
  return claim(
    `The Pod is of revision ${own.number}; revision ${newest.number} has ${pods === 0 ? "no Pod" : `${many}, ${those}`}.`,
    { ...own.ref, path: ".metadata.annotations" },
    { ...newest.ref, path: ".status" },
  );
}

/** The Pod's revision and the newest, where that is another. */
export function overtakenBy({ pod, revisions }: Pick<Evidence, "pod" | "revisions">): Overtaken | undefined {
  const own = revisions.find(({ replicaSet }) => replicaSet === pod.owner?.name);
  const [newest] = revisions;
  return own === undefined || newest === undefined || newest.number <= own.number
    ? undefined
    : { own, newest };
}
