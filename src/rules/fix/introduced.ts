import type { Fix } from "../rule.ts";

/** The fix behind words that say when it is meant. */
export function introduced(words: string, fix: Fix): Fix {
  const { summary } = fix;
  return { ...fix, summary: `${words} ${summary.charAt(0).toLowerCase()}${summary.slice(1)}` };
}
