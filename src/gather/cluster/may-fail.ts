import { type Json, records, text } from "../../evidence/field.ts";
import type { PodFacts } from "../../evidence/pod.ts";

/** Of a whole namespace only the Pods are looked into that wait for something: what runs or is over has its images. */
export function mayFail(pod: Json): boolean {
  const phase = text(pod, "status", "phase");
  if (phase === "Succeeded" || phase === "Failed") return false;
  const lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
  return lists.some((list) => records(pod, "status", list).some(waits));
}

/** Reasons that say that the image is there. */
const pulledReasons = new Set(["CrashLoopBackOff", "CreateContainerConfigError", "RunContainerError"]);

function waits(status: Json): boolean {
  const state = status["state"];
  const waiting = typeof state === "object" && state !== null && "waiting" in state;
  return waiting && !pulledReasons.has(text(status, "state", "waiting", "reason") ?? "");
}

/** Why the Pod's containers wait, of those that do. */
export function waitingReasons({ images }: PodFacts): readonly string[] {
  return images.flatMap(({ status }) => (status?.state === "waiting" ? [status.reason ?? ""] : []));
}

/** A container waits for something that may be its image. */
export function mayNotPull(pod: PodFacts): boolean {
  return waitingReasons(pod).some((reason) => !pulledReasons.has(reason));
}

/** A container is not known to have its image. An image volume has no state of its own; the containers wait for it. */
export function lacksImage(pod: PodFacts): boolean {
  return pod.images.some(
    ({ type, status }) =>
      type !== "imageVolume" &&
      (status === undefined || (status.state === "waiting" && !pulledReasons.has(status.reason ?? ""))),
  );
}

/** Reasons that say nothing: the pull may be under way. */
const mute = new Set(["ContainerCreating", "PodInitializing"]);

/** Nothing is said of an image: its pull may be under way. */
export function awaits(pod: PodFacts): boolean {
  return waitingReasons(pod).some((reason) => mute.has(reason));
}

/** Something is said of an image that is not there. */
export function hasFailed(pod: PodFacts): boolean {
  return waitingReasons(pod).some((reason) => !mute.has(reason) && !pulledReasons.has(reason));
}

/** Counts Pods as their list comes in, page by page, and keeps none of them. */
export interface Census {
  /** Whether a Pod is to be kept. */
  readonly take: (pod: Json) => boolean;
  readonly seen: () => number;
  /** Names of containers and image volumes that were seen. */
  readonly containers: ReadonlySet<string>;
}

/** `told` hears how many Pods were seen, and how many of them may fail. */
export function takeCensus(told: (seen: number, failing: number) => void): Census {
  let seen = 0;
  let failing = 0;
  const containers = new Set<string>();
  return {
    containers,
    seen: () => seen,
    take: (pod) => {
      const kept = mayFail(pod);
      seen += 1;
      if (kept) failing += 1;
      for (const list of ["initContainers", "containers", "ephemeralContainers"])
        for (const container of records(pod, "spec", list)) containers.add(text(container, "name") ?? "");
      for (const volume of records(pod, "spec", "volumes"))
        if (volume["image"] !== undefined) containers.add(text(volume, "name") ?? "");
      told(seen, failing);
      return kept;
    },
  };
}
