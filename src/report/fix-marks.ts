import type { Fix } from "../rules/rule.ts";

const effectWords = { reads: "reads only", writes: "writes", "replaces-pod": "replaces the Pod" } as const;

/** What stands behind a fix's summary: ` (lasting, writes)`. Whether it lasts is worth saying only beside others. */
export function fixMarks(fix: Fix, amongOthers: boolean): string {
  const marks = [
    fix.lasting === true && amongOthers ? "lasting" : "",
    fix.command === undefined ? "" : effectWords[fix.effect],
  ].filter((mark) => mark !== "");
  return marks.length > 0 ? ` (${marks.join(", ")})` : "";
}
