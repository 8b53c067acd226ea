import type { FailureKind } from "./kinds.ts";

/** A kind and the words that prove it, in a text whose names are masked. */
export type Words = readonly [FailureKind, RegExp];

/** The first of a table that fits. Tables are ordered: what is more exact stands above what it could be mistaken for. */
export function firstKind(table: readonly Words[], text: string): FailureKind | undefined {
  return table.find(([, words]) => words.test(text))?.[0];
}
