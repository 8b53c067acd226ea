import { runningBefore } from "../facts/running-before.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** What an older revision runs with, which is what to go back to. */
export function ranBefore(failed: FailedPull): readonly Claim[] {
  const before = runningBefore(failed);
  if (before === undefined) return [];
  const { revision, image } = before;
  const pods = revision.ready === 1 ? "a Pod that runs" : `${revision.ready} Pods that run`;
  return [
    claim(`Revision ${revision.number} has ${pods} with ${image}.`, {
      ...revision.ref,
      path: ".status.readyReplicas",
    }),
  ];
}
