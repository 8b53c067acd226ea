import { causes, type Healing } from "./rules/causes.ts";
import type { Verdict } from "./verdict.ts";

/** Attempts after which what is about to be written should be there: the kubelet makes them within half a minute (kubelet MaxContainerBackOff, from 10 s on doubled). */
const patience = 3;

/**
 * Whether it is of use to wait for the pull that failed. Where the evidence allows several causes, one that heals by itself is reason enough, and so is one that is
 * not known: to give up on what the next attempt heals is as wrong as to wait in vain.
 */
export function isWorthWaiting(verdict: Verdict, attempts: number): boolean {
  if (verdict.state === "no-failure" || verdict.state === "waiting" || verdict.state === "undetermined")
    return true;
  const alternatives = verdict.state === "ambiguous" ? verdict.alternatives : [];
  const healings = [verdict.leading.id, ...alternatives].map((id) => causes[id].heals);
  const surely = verdict.leading.finding.confidence === "possible" ? "soon" : "never";
  const best = (["alone", "soon"] as const).find((one) => healings.includes(one)) ?? surely;
  return waits[best](attempts);
}

const waits: Readonly<Record<Healing, (attempts: number) => boolean>> = {
  alone: () => true,
  soon: (attempts) => attempts < patience,
  never: () => false,
};
