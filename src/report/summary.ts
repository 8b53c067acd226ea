import { known } from "../evidence/observed.ts";
import type { Diagnosis } from "../diagnose.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Failure } from "../pull/attempt.ts";

/** One sentence about the verdict, whatever its state. */
export function summaryOf(diagnosis: Diagnosis): string {
  const { pull, verdict } = diagnosis;
  switch (verdict.state) {
    case "cause":
    case "ambiguous":
      return verdict.leading.finding.summary;
    case "undetermined":
      return undetermined(pull.attempt.failure);
    case "no-failure":
      return noFailure(diagnosis);
    case "waiting":
      return waitingWords(diagnosis);
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

function noFailure({ pull: { attempt }, evidence: { pod } }: Diagnosis): string {
  if (attempt.progress !== "pulled")
    return pod.deleting
      ? "The image was never pulled, and is not needed any more: the Pod is being deleted."
      : "The image was never pulled, and will not be: the Pod is over.";
  return attempt.instead === undefined
    ? "The image was pulled."
    : `The image was pulled; the container waits for another reason (${attempt.instead}).`;
}

/** Nothing failed, and the image is not there yet. `when` words a time. */
export function waitingWords(
  { pull: { attempt }, evidence }: Diagnosis,
  when: (time: string) => string = (time) => `at ${time}`,
): string {
  if (attempt.progress !== "under-way")
    return `The image is awaited; nothing was pulled yet${attempt.instead === undefined ? "" : `: ${attempt.instead}`}.`;
  const { node = "?" } = evidence.pod;
  const begun = attempt.since === undefined ? "" : `, announced ${when(attempt.since)}`;
  return `The image is awaited: its pull is under way on node ${node}, or waits for its turn there${begun}.${aheadWords(evidence, attempt.since, when)}`;
}

/** What the node is busy with, where it is another pull and the node makes one at a time. */
function aheadWords(
  { pod, nodePulls, kubelet }: Evidence,
  since: string | undefined,
  when: (time: string) => string,
): string {
  const serial = known(kubelet)?.serializeImagePulls;
  const [oldest] = nodePulls;
  const isOwn = oldest?.namespace === pod.namespace && oldest.pod === pod.name;
  if (oldest === undefined || isOwn || serial === false) return "";
  if (since !== undefined && oldest.since > since) return "";
  const rule =
    serial === true
      ? "The node pulls one image at a time"
      : "A node pulls one image at a time, unless it is configured otherwise";
  return ` ${rule}; the oldest pull there that has not ended is of ${oldest.image} for Pod ${oldest.namespace}/${oldest.pod}, announced ${when(oldest.since)}.`;
}
