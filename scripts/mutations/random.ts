/** A reproducible source of choices: the same seed gives the same run on every machine. */
export interface Random {
  /** An integer from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T | undefined;
  shuffled<T>(items: readonly T[]): T[];
  /** A word of the vocabulary; with a suffix, if it was given out before. */
  fresh(words: readonly string[]): string;
}

/** mulberry32: small, and good enough to shuffle test data. */
export function seeded(seed: string): Random {
  let state = hash(seed);
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const given = new Set<string>();
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (choices) => choices[below(choices.length)],
    shuffled(items) {
      const copy = [...items];
      for (let index = copy.length - 1; index > 0; index -= 1) {
        const other = below(index + 1);
        const kept = copy[index] as (typeof copy)[number];
        copy[index] = copy[other] as (typeof copy)[number];
        copy[other] = kept;
      }
      return copy;
    },
    fresh(words) {
      const word = words[below(words.length)] ?? "name";
      const name = given.has(word) ? `${word}-${below(46_656).toString(36)}${given.size}` : word;
      given.add(name);
      return name;
    },
  };
}

function hash(text: string): number {
  let value = 0x81_1c_9d_c5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
  return value | 0;
}
