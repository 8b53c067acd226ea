import type { Evidence } from "./evidence/evidence.ts";
import type { Pull } from "./pull/pull.ts";
import { type CauseId, causes, type Healing } from "./rules/causes.ts";
import { lastAttempt } from "./rules/facts/last-attempt.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Attempts after which what is on its way should be there. The kubelet makes three within half a minute and five within two
 * and a half (kubelet MaxContainerBackOff, from 10 s on doubled).
 */
const patience: Readonly<Record<Healing, number>> = {
  alone: Number.POSITIVE_INFINITY,
  later: 5,
  soon: 3,
  never: 0,
};

interface Failing {
  readonly verdict: Verdict;
  readonly pull: Pull;
  readonly evidence: Evidence;
}

/**
 * Whether it is of use to wait for the pull that failed. Where the evidence allows several causes, one that heals by itself is reason enough, and so is one that is
 * not known: to give up on what the next attempt heals is as wrong as to wait in vain. Where no attempt is to come, the cause does not matter: either another Pod is on
 * its way, or nothing is.
 */
export function isWorthWaiting({ verdict, pull, evidence }: Failing): boolean {
  if (verdict.state === "no-failure" || verdict.state === "waiting") return true;
  const { pod } = evidence;
  const last = lastAttempt({ evidence });
  // Of what an owner does that is not known, the worse would be to give up on it.
  if (last !== undefined) return last.successor !== undefined || (pod.deleting && pod.owner !== undefined);
  if (verdict.state === "undetermined") return true;
  const alternatives = verdict.state === "ambiguous" ? verdict.alternatives : [];
  const healings = [verdict.leading.id, ...alternatives].map((id) => healingOf(id, pull));
  // What rests on something unread may be another cause in truth.
  if (verdict.leading.finding.confidence === "possible") healings.push("soon");
  const longest = Math.max(...healings.map((healing) => patience[healing]));
  return longest === patience.alone || attempts(pull, evidence) < longest;
}

/** A name server that fails will work again; that it does not know a name mostly means that the name is wrong. */
function healingOf(id: CauseId, { attempt }: Pull): Healing {
  const isUnknownName = id === "dns-failure" && attempt.failure?.reading.namesMissing === "host";
  return isUnknownName ? "later" : causes[id].heals;
}

/** As many as there are for sure. */
function attempts({ image, attempt: { failure, progress } }: Pull, evidence: Evidence): number {
  if (progress !== "failed" || failure === undefined) return 0;
  if (failure.attempts > 0) return failure.attempts;
  // The newest announcement may be of an attempt that has not ended.
  if (failure.announced > 0) return Math.max(1, failure.announced - 1);
  return isForgotten(image, evidence) ? Number.POSITIVE_INFINITY : 1;
}

/** By then the kubelet has made five attempts, and events are kept for longer. */
const manyAttempts = 150_000;

/**
 * Whether the failure is so old that its events are over, and not so new that they are not written yet. The announcement
 * is written before the pull (pkg/kubelet/images/image_manager.go, 1.26-1.36), so a new failure has one, unless the
 * recorder has already passed on as many events of the Pod as it does: then the container may have run before. The status
 * turns with each attempt; a Pod that its kubelet had not had for long when it last did has failed for minutes at most.
 */
function isForgotten({ status }: Pull["image"], { pod, events }: Evidence): boolean {
  if (events.state === "unknown" || (status?.restarts ?? 0) > 0) return false;
  return Date.parse(pod.statusWrittenAt ?? "") - Date.parse(pod.startedAt ?? "") >= manyAttempts;
}
