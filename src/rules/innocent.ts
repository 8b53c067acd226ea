import type { FailureKind } from "../pull/failure-kind.ts";
import type { CauseId } from "./causes.ts";
import { contentRows } from "./innocent-content.ts";
import { connectRows } from "./innocent-connect.ts";
import { imageRows } from "./innocent-image.ts";
import { policyRows } from "./innocent-policy.ts";
import { said } from "./listed.ts";
import type { Claim, FailedPull, Fix, Rule } from "./rule.ts";

/**
 * Causes that the text states outright need no rule of their own: a row says what it means for this Pod, how to make
 * sure and who does what. Credentials have nothing to do with them.
 */
export interface InnocentRow {
  readonly id: CauseId;
  readonly kind: FailureKind | readonly FailureKind[];
  /** True where the text means the same when the runtime was only asked whether it has the image. */
  readonly inspecting?: true;
  readonly summary: (failed: FailedPull) => string;
  readonly confirm: (failed: FailedPull) => string;
  readonly fixes: (failed: FailedPull) => readonly Fix[];
  readonly claims?: (failed: FailedPull) => readonly Claim[];
  /** Causes that the same text allows; with any, the row is no more than likely. */
  readonly rivals?: (failed: FailedPull) => readonly CauseId[];
  /** False where a rule of its own speaks instead. */
  readonly applies?: (failed: FailedPull) => boolean;
  readonly confidence?: "likely";
}

function ruleOf(row: InnocentRow): Rule {
  return {
    id: row.id,
    explains: typeof row.kind === "string" ? [row.kind] : row.kind,
    check: (failed) => {
      if (failed.failure.reading.inspect === true && row.inspecting !== true) return undefined;
      if (row.applies?.(failed) === false) return undefined;
      const rivals = row.rivals?.(failed) ?? [];
      return {
        confidence: rivals.length > 0 ? "likely" : (row.confidence ?? "certain"),
        summary: row.summary(failed),
        because: [said(failed), ...(row.claims?.(failed) ?? [])],
        confirm: row.confirm(failed),
        fixes: row.fixes(failed),
        rivals,
      };
    },
  };
}

export const innocentRules: readonly Rule[] = [
  ...policyRows,
  ...connectRows,
  ...imageRows,
  ...contentRows,
].map(ruleOf);
