import { commandWords, connectionFlags, diagnoseFlags, type Flag } from "./flag-table.ts";
import type { DiagnoseFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";
import { checkTargets, checkValues, readTargets } from "./usage.ts";

/** What is to be diagnosed, as the command line says it. */
export interface Question {
  readonly targets: readonly string[];
  readonly flags: DiagnoseFlags;
}

const known: readonly Flag[] = [...diagnoseFlags, ...connectionFlags];

/**
 * A question as most are put: names, and flags in their own spelling, each once and its value a word by itself. commander reads the same from it, and takes longer to
 * load than a cluster to answer. Everything else is commander's, and so is what is wrong: undefined.
 */
export function plainQuestion(words: readonly string[]): Question | undefined {
  const targets: string[] = [];
  const given = new Map<string, string | true>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      if (word === "help" || commandWords.some(({ name }) => name === word)) return undefined;
      targets.push(word);
      continue;
    }
    const flag = known.find(
      ({ name, letter }) => word === `--${name}` || (letter !== undefined && word === `-${letter}`),
    );
    if (flag === undefined || flag.many !== undefined || given.has(flag.name)) return undefined;
    if (flag.value === undefined) given.set(flag.name, true);
    else if (flag.bare !== undefined) given.set(flag.name, flag.bare);
    else {
      at += 1;
      const value = words[at];
      if (value === undefined || value.startsWith("-") || value === "can-pull") return undefined;
      given.set(flag.name, value);
    }
  }
  for (const { name, fallback } of known)
    if (fallback !== undefined && !given.has(name)) given.set(name, fallback);
  const flags = [...given].map(([name, value]) => [attributeName(name), value] as const);
  return { targets, flags: Object.fromEntries(flags) as unknown as DiagnoseFlags };
}

/** `field-selector` is `fieldSelector`, as commander names it. */
const attributeName = (name: string): string =>
  name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Checks a question, answers it and returns the exit code. Throws UserError for one that makes no sense. */
export async function answer({ targets, flags }: Question, terminal: Terminal): Promise<number> {
  checkValues(flags);
  checkTargets(targets, flags);
  if (flags.wait !== undefined) {
    const { waitCommand } = await import("./wait-command.ts");
    return waitCommand(readTargets(targets), flags, terminal);
  }
  if (flags.watch === true) {
    const { watchCommand } = await import("./watch-command.ts");
    return watchCommand(readTargets(targets), flags, terminal);
  }
  const { diagnoseCommand } = await import("./diagnose-command.ts");
  return diagnoseCommand(readTargets(targets), flags, terminal);
}
