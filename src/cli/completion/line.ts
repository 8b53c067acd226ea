import {
  commandWords,
  type CommandWord,
  connectionFlags,
  diagnoseFlags,
  type Flag,
  flagIn,
  helpFlags,
  versionFlags,
} from "../flag-table.ts";

/** A command line that is being typed, as far as it can be understood. */
export interface CompletionLine {
  readonly command: CommandWord | undefined;
  /** Words that are neither flags nor their values, without the command's own. */
  readonly operands: readonly string[];
  /** Values of the flags on the line, by name. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Flags that can stand here. */
  readonly flags: readonly Flag[];
  readonly typed:
    | { readonly what: "value"; readonly flag: Flag; readonly prefix: string }
    | { readonly what: "flag"; readonly prefix: string }
    | { readonly what: "operand"; readonly prefix: string };
}

/** Reads the words behind `why-pull`; the last one is being typed, empty when it has not begun. */
export function readCompletionLine(words: readonly string[]): CompletionLine {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? "";
  const known = [...commandWords.flatMap(({ flags }) => flags), ...programFlags];
  const operands: string[] = [];
  const values = new Map<string, readonly string[]>();
  let open: Flag | undefined;
  let ended = false;
  for (const word of before) {
    if (open !== undefined) {
      note(values, open, word);
      open = undefined;
    } else if (ended || word === "-" || !word.startsWith("-")) operands.push(word);
    else if (word === "--") ended = true;
    else {
      const found = flagIn(word, known);
      if (found?.flag.value === undefined || found.value !== undefined)
        note(values, found?.flag, found?.value ?? "true");
      else open = found.flag;
    }
  }
  const command = ended ? undefined : commandWords.find(({ name }) => name === operands[0]);
  const rest = command === undefined ? operands : operands.slice(1);
  const flags = flagsOf(command);
  return { command, operands: rest, values, flags, typed: typedWord(last, flags, open, ended) };
}

const programFlags = [...diagnoseFlags, ...connectionFlags, ...helpFlags, ...versionFlags];

/** Connection flags mean nothing to the other commands; they are taken there, and not offered. */
function flagsOf(command: CommandWord | undefined): readonly Flag[] {
  return command === undefined ? programFlags : [...command.flags, ...helpFlags];
}

function note(values: Map<string, readonly string[]>, flag: Flag | undefined, value: string): void {
  if (flag !== undefined) values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
}

function typedWord(
  word: string,
  flags: readonly Flag[],
  open: Flag | undefined,
  ended: boolean,
): CompletionLine["typed"] {
  if (open !== undefined) return { what: "value", flag: open, prefix: word };
  if (ended || !word.startsWith("-")) return { what: "operand", prefix: word };
  // Of `--output=js` the shell replaces what stands behind the sign, as Cobra's own scripts expect.
  const found = word.includes("=") ? flagIn(word, flags) : undefined;
  if (found?.value !== undefined && found.flag.value !== undefined)
    return { what: "value", flag: found.flag, prefix: found.value };
  return { what: "flag", prefix: word };
}
