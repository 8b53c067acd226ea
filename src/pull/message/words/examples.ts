import type { FailureKind } from "../kinds.ts";

/**
 * What programs and registries really print, with invented names: for each alternative of a table's patterns one text
 * that is misread without it. Only tests import these files, so that they cost the program neither size nor time.
 */
export interface Examples {
  readonly words: Partial<Readonly<Record<FailureKind, readonly string[]>>>;
  /** Texts that have the words of a kind and are of another. */
  readonly nearMisses: readonly (readonly [text: string, FailureKind])[];
}
