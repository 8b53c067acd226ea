import { kinds } from "../../pull/message/kinds.ts";
import { contentRows } from "./content.ts";
import { connectRows } from "./connect.ts";
import { imageRows } from "./image.ts";
import { policyRows } from "./policy.ts";
import { mirrorFailure } from "../facts/mirror.ts";
import type { CauseId } from "../causes.ts";
import { said } from "../facts/listed.ts";
import type { InnocentRow } from "./row.ts";
import type { Rule } from "../rule.ts";

/** What a registry did or said; where a mirror was asked as well, it may be the mirror's fault. */
const aboutRegistry: ReadonlySet<CauseId> = new Set(
  [...connectRows, ...imageRows].map(({ id }) => id).concat("rate-limited", "deadline-exceeded"),
);

function ruleOf(row: InnocentRow): Rule {
  return {
    id: row.id,
    explains: typeof row.kind === "string" ? [row.kind] : row.kind,
    check: (failed) => {
      const { inspect, kind } = failed.failure.reading;
      // Asking the runtime whether it has the image fails for some of these reasons too; of the others that failed alone.
      const inspection = inspect === true && kinds[kind].inspecting !== true;
      if (inspection !== (row.id === "image-inspect-failed")) return undefined;
      if (row.applies?.(failed) === false) return undefined;
      const mirror = mirrorFailure(failed);
      const rivals = [
        ...(row.rivals?.(failed) ?? []),
        ...(mirror === undefined || !aboutRegistry.has(row.id) ? [] : (["mirror-failed"] as const)),
      ];
      const confidence = typeof row.confidence === "function" ? row.confidence(failed) : row.confidence;
      return {
        confidence: rivals.length > 0 ? "likely" : (confidence ?? "certain"),
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
