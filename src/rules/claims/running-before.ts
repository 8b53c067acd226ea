import { type RunningBefore, runningBefore, runsRepository } from "../facts/running-before.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** What an older revision runs with, which is what to go back to. */
export function ranBefore(failed: FailedPull): readonly Claim[] {
  return claimOf(runningBefore(failed));
}

/** What shows that the image's repository is there. */
export function repositoryRan(failed: FailedPull): readonly Claim[] {
  return claimOf(runsRepository(failed));
}

function claimOf(before: RunningBefore | undefined): readonly Claim[] {
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
