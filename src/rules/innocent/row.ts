import type { FailureKind } from "../../pull/message/kinds.ts";
import type { CauseId } from "../causes.ts";
import type { Claim, FailedPull, Fix } from "../rule.ts";

/**
 * Causes that the text states outright need no rule of their own: a row says what it means for this Pod, how to make
 * sure and who does what. Credentials have nothing to do with them.
 */
export interface InnocentRow {
  readonly id: CauseId;
  readonly kind: FailureKind | readonly FailureKind[];
  readonly summary: (failed: FailedPull) => string;
  readonly confirm: (failed: FailedPull) => string;
  readonly fixes: (failed: FailedPull) => readonly Fix[];
  readonly claims?: (failed: FailedPull) => readonly Claim[];
  /** Causes that the same text allows; with any, the row is no more than likely. */
  readonly rivals?: (failed: FailedPull) => readonly CauseId[];
  /** False where a rule of its own speaks instead. */
  readonly applies?: (failed: FailedPull) => boolean;
  readonly confidence?: "likely" | ((failed: FailedPull) => "certain" | "likely");
}
