import type { Diagnosis } from "../diagnose.ts";
import type { Failure } from "../pull/attempt.ts";

/** One sentence about the verdict, whatever its state. */
export function summaryOf({ pull, verdict, evidence }: Diagnosis): string {
  switch (verdict.state) {
    case "cause":
    case "ambiguous":
      return verdict.leading.finding.summary;
    case "undetermined":
      return undetermined(pull.attempt.failure);
    case "no-failure":
      return noFailure(pull.attempt, evidence.pod.node);
  }
}

/** The stage is worth saying only where the text shows that the pull got there. */
function undetermined(failure: Failure | undefined): string {
  switch (failure?.reading.kind) {
    case undefined:
    case "backoff-only":
      return "The pull fails, and what is left of the evidence carries no cause.";
    case "unknown":
      return "The pull fails with a text that names no cause that is known here.";
    default:
      return `The pull fails at stage ${failure?.reading.stage ?? "unknown"}, and the evidence does not tell why.`;
  }
}

function noFailure(attempt: Diagnosis["pull"]["attempt"], node: string | undefined): string {
  switch (attempt.progress) {
    case "pulled":
      return attempt.instead === undefined
        ? "The image was pulled."
        : `The image was pulled; the container waits for another reason (${attempt.instead}).`;
    case "under-way":
      return `The pull is under way on node ${node ?? "?"}${attempt.since === undefined ? "" : `, or waits for its turn there, since ${attempt.since}`}.`;
    default:
      return attempt.instead === undefined
        ? "Nothing was pulled yet."
        : `Nothing was pulled yet: ${attempt.instead}.`;
  }
}
