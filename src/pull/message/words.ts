import type { FailureKind } from "./kinds.ts";

/** Letters, in lower case; where they alone say too little, a pattern, and in front of it letters that are in all that it fits. */
export type Phrase = string | readonly [letters: string, pattern: RegExp];

/** A kind and the phrases that prove it, in a text whose names are masked. */
export type Words = readonly [FailureKind, readonly Phrase[]];

/**
 * The first of a table that fits. Tables are ordered: what is more exact stands above what it could be mistaken for. An engine reads a pattern when it is
 * first used, which takes longer than to look for letters a thousand times, and most are in no text: so the letters are looked for first.
 */
export function firstKind(table: readonly Words[], text: string): FailureKind | undefined {
  const lower = text.toLowerCase();
  const fits = (phrase: Phrase): boolean =>
    typeof phrase === "string" ? lower.includes(phrase) : lower.includes(phrase[0]) && phrase[1].test(text);
  return table.find(([, phrases]) => phrases.some(fits))?.[0];
}
