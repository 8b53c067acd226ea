import { formsOf } from "../../test/secret-forms.ts";
import type { Random } from "../../test/random.ts";

/** What is looked for: in every marker twice, with all that a password may have between, so that a part that gets out is seen too. */
export const core = "Zq9XvT7mKp2L";
const forms = formsOf(core);

/** Characters that a password may have where it is not quoted, and where a URL or a quoted text has it. */
const plain = [..."abcXYZ019_+=.~!-"];
const sharp = [...plain, ..."/@:?#%&$^*()[]{}<>|,;`'"];
const quoted = [...sharp, " "];

export class Markers {
  /** How many were planted. */
  planted = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** In a place where words end at blanks, commas and brackets. */
  word(): string {
    return this.#made(plain);
  }

  /** In a URL, where people write any character. */
  inUrl(): string {
    return this.#made(sharp);
  }

  /** In a quoted text or a value by itself. */
  any(): string {
    return this.#made(quoted);
  }

  #made(characters: readonly string[]): string {
    this.planted += 1;
    const some = (): string =>
      Array.from({ length: this.#random.below(4) }, () => this.#random.pick(characters)).join("");
    return core + some() + core;
  }
}

/** The first form of a marker that a text has, with what stands around it. */
export function leakIn(text: string): string | undefined {
  for (const form of forms) {
    const at = text.indexOf(form);
    if (at >= 0) return text.slice(Math.max(0, at - 160), at + 60);
  }
  return undefined;
}
