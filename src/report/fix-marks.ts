import type { Fix } from "../rules/rule.ts";

const effectWords = { reads: "reads only", writes: "writes", "replaces-pod": "replaces the Pod" } as const;

/** What stands behind a fix's summary: ` (lasting, writes)`. Whether it lasts is worth saying only beside others. */
export function fixMarks(fix: Fix, amongOthers: boolean): string {
  return marked([lasting(fix, amongOthers), fix.command === undefined ? "" : effectWords[fix.effect]]);
}

/** Only what the summary does not say: that a command writes goes without saying, and most say that the Pod is replaced. */
export function tellingFixMarks(fix: Fix, amongOthers: boolean): string {
  const isSaid = fix.effect === "writes" || fix.saysReplaced === true;
  const effect = fix.command === undefined || isSaid ? "" : effectWords[fix.effect];
  return marked([lasting(fix, amongOthers), effect]);
}

function lasting(fix: Fix, amongOthers: boolean): string {
  return fix.lasting === true && amongOthers ? "lasting" : "";
}

function marked(marks: readonly string[]): string {
  const shown = marks.filter((mark) => mark !== "");
  return shown.length > 0 ? ` (${shown.join(", ")})` : "";
}
