import { afterwards } from "../../evidence/writer.ts";
import { runningBefore } from "../facts/running-before.ts";
import type { FailedPull, Fix } from "../rule.ts";
import { kubectl } from "./command.ts";
import { managingWorkload, nameOf } from "./workload.ts";

/** Back to what runs. A Deployment whose rollout is paused refuses it (kubectl pkg/polymorphichelpers/rollback.go, 1.26-1.36). */
export function undo(failed: FailedPull): readonly Fix[] {
  const before = runningBefore(failed);
  const workload = managingWorkload(failed);
  if (before === undefined || workload?.kind !== "Deployment" || workload.paused) return [];
  const { revision, image } = before;
  const name = nameOf(workload);
  const writer =
    workload.writtenBy === undefined
      ? ""
      : ` ${afterwards(workload.writtenBy, name)}: go back there, too, so that it lasts.`;
  return [
    {
      summary: `Go back to revision ${revision.number} of ${name}, which runs with ${image}.${writer}`,
      command: kubectl(failed, "rollout", "undo", name, `--to-revision=${revision.number}`),
      effect: "writes",
    },
  ];
}
