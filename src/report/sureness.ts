import type { Verdict } from "../verdict.ts";

/** How sure the answer is, in words. Of several causes none is certain; that it is one of them may be. */
export function howSure(verdict: Extract<Verdict, { leading: unknown }>, between = " · "): string {
  const { confidence } = verdict.leading.finding;
  if (verdict.state === "cause") return confidence;
  return `ambiguous${between}${confidence === "certain" ? "certainly one of these" : confidence}`;
}
