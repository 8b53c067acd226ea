import { lastAttempt } from "../facts/last-attempt.ts";
import type { FailedPull, Fix } from "../rule.ts";
import { lines } from "./command.ts";
import { remake, remakeWords } from "./workload.ts";

/** What is written for the kubelet's next attempt, and does not touch the Pod. */
interface Written {
  /** Without its full stop. */
  readonly summary: string;
  readonly command: string;
  readonly lasting?: boolean;
  /** What the next attempt does with it, if that is not to use it. */
  readonly takenUp?: string;
  /** A sentence that goes behind. */
  readonly more?: string;
}

/** Whether the kubelet makes an attempt that finds what is written now. */
export function triesAgain(failed: FailedPull): boolean {
  return lastAttempt(failed) === undefined;
}

const usesIt = "the kubelet uses it at its next attempt, within five minutes";

/** Comes into effect by itself, or at once with a new Pod; where no attempt is to come, with a new Pod only. */
export function forNextAttempt(
  failed: FailedPull,
  { summary, takenUp = usesIt, more = "", ...fix }: Written,
): readonly Fix[] {
  const again = remake(failed, false);
  if (triesAgain(failed))
    return [{ ...fix, summary: `${summary}; ${takenUp}.${more}`, effect: "writes" }, ...tryNow(failed)];
  if (again === undefined)
    return [{ ...fix, summary: `${summary}; this Pod makes no further attempt.${more}`, effect: "writes" }];
  return [
    {
      ...fix,
      summary: `${summary}, and ${remakeWords(failed)}: there is no further attempt for this Pod.${more}`,
      command: lines(fix.command, again),
      effect: "replaces-pod",
      saysReplaced: true,
    },
  ];
}

/** The kubelet's image back-off is forgotten with the Pod (pkg/kubelet/images/image_manager.go): a new one pulls at once. */
export function tryNow(failed: FailedPull): readonly Fix[] {
  const again = remake(failed, false);
  const running = failed.evidence.pod.images.some((image) => image.status?.state === "running");
  if (again === undefined || running) return [];
  const words = triesAgain(failed)
    ? `To not wait, ${remakeWords(failed)}.`
    : `There is no further attempt for this Pod: ${remakeWords(failed)}.`;
  return [{ summary: words, command: again, effect: "replaces-pod", saysReplaced: true }];
}

/** The kubelet tries again by itself, with a fix that says so; else with a new Pod only. */
export function waitFor(failed: FailedPull, summary: string): readonly Fix[] {
  return [...(triesAgain(failed) ? [{ summary, effect: "reads" as const }] : []), ...tryNow(failed)];
}

/** How a cause's summary goes on where what was wrong has been put right. */
export function untilNextAttempt(failed: FailedPull): string {
  return triesAgain(failed)
    ? "the kubelet waits with its next attempt"
    : "there is no further attempt for this Pod";
}
