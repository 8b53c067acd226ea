import type { Pull } from "./pull/pull.ts";
import { type CauseId, causes, type Healing } from "./rules/causes.ts";
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

/**
 * Whether it is of use to wait for the pull that failed. Where the evidence allows several causes, one that heals by itself is reason enough, and so is one that is
 * not known: to give up on what the next attempt heals is as wrong as to wait in vain.
 */
export function isWorthWaiting({
  verdict,
  pull,
}: {
  readonly verdict: Verdict;
  readonly pull: Pull;
}): boolean {
  if (verdict.state === "no-failure" || verdict.state === "waiting" || verdict.state === "undetermined")
    return true;
  const { failure, progress } = pull.attempt;
  const attempts = progress === "failed" ? (failure?.attempts ?? 1) : 0;
  const alternatives = verdict.state === "ambiguous" ? verdict.alternatives : [];
  const healings = [verdict.leading.id, ...alternatives].map((id) => healingOf(id, pull));
  // What rests on something unread may be another cause in truth.
  if (verdict.leading.finding.confidence === "possible") healings.push("soon");
  return attempts < Math.max(...healings.map((healing) => patience[healing]));
}

/** A name server that fails will work again; that it does not know a name mostly means that the name is wrong. */
function healingOf(id: CauseId, { attempt }: Pull): Healing {
  const isUnknownName = id === "dns-failure" && attempt.failure?.reading.namesMissing === "host";
  return isUnknownName ? "later" : causes[id].heals;
}
