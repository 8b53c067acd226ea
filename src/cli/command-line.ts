import { Command, type CommanderError } from "commander";
import { UserError } from "../user-error.ts";
import type { CanPullFlags, DiagnoseFlags } from "./flags.ts";
import type { ExplainFlags } from "./explain/explain-command.ts";
import {
  canPullFlags,
  type CommandWord,
  commandWords,
  completionFlags,
  connectionFlags,
  diagnoseFlags,
  explainFlags,
  type Flag,
  flagIn,
  helpFlags,
  versionFlags,
} from "./flag-table.ts";
import { takeBareServer } from "./bare-server.ts";
import { addFlags, asCommanderReads } from "./flags.ts";
import { type HelpTopic, helpText } from "./help.ts";
import { answer } from "./question.ts";
import type { Terminal } from "./terminal.ts";

interface CommandFlags extends ExplainFlags {
  readonly dir?: string;
}

/** Flags that the program itself reads, wherever they stand: before a command's word as well as after it. */
const programFlags = [...diagnoseFlags, ...connectionFlags, ...versionFlags];
const allFlags: readonly Flag[] = [
  ...programFlags,
  ...canPullFlags,
  ...explainFlags,
  ...completionFlags,
  ...helpFlags,
];

/** Reads the command line and does what it says; returns the exit code. Throws UserError for wrong usage. */
export async function runCommandLine(
  typed: readonly string[],
  terminal: Terminal,
  versionLine: string,
): Promise<number> {
  const { words, bare } = takeBareServer(typed, allFlags);
  let code = 0;
  const finish = (result: number): void => void (code = result);
  const program = newCommand("why-pull", terminal)
    .argument("[targets...]")
    .action(async (targets: string[], flags: DiagnoseFlags & { version?: boolean }) => {
      if (flags.version === true) terminal.write(`${versionLine}\n`);
      else finish(await diagnose(targets, flags, terminal));
    });
  addFlags(program, wanted(words, programFlags));
  // Each command that is taught costs time; only a word that is there can be one.
  for (const word of commandWords.filter(({ name }) => words.includes(name)))
    addCommand(program, word, terminal, versionLine, bare, finish);
  try {
    await program.parseAsync(asPods(asCommanderReads(words, allFlags)), { from: "user" });
  } catch (error) {
    throw asUsageError(error);
  }
  return code;
}

/**
 * The flags that commander has to be taught for these words: each costs time, and most are not there. All of them where a word is no flag as it is usually
 * written, so that what is wrong with it is said as commander knows it.
 */
function wanted(words: readonly string[], flags: readonly Flag[]): readonly Flag[] {
  const dashed = words.filter((word) => word.startsWith("-"));
  const given = dashed.map((word) =>
    /^(?:--[a-z-]+(?:=.*)?|-[A-Za-z])$/s.test(word) ? flagIn(word, allFlags)?.flag : undefined,
  );
  return given.includes(undefined)
    ? flags
    : flags.filter((flag) => flag.fallback !== undefined || given.includes(flag));
}

/** Behind `--` nothing is a command, which commander does not know. */
function asPods(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.map((word, at) =>
    end >= 0 && at > end && commandWords.some(({ name }) => name === word) ? `pod/${word}` : word,
  );
}

function newCommand(topic: HelpTopic, terminal: Terminal): Command {
  const command = new Command(topic)
    .exitOverride()
    .configureOutput({ writeOut: terminal.write, writeErr: () => undefined })
    .helpOption("-h, --help")
    .helpCommand(false);
  command.helpInformation = () => helpText(topic);
  return command;
}

async function diagnose(targets: string[], flags: DiagnoseFlags, terminal: Terminal): Promise<number> {
  if (targets[0] === "help") {
    const topic = commandWords.find(({ name }) => name === targets[1])?.name;
    terminal.write(helpText(topic ?? "why-pull"));
    return 0;
  }
  return answer({ targets, flags }, terminal);
}

function addCommand(
  program: Command,
  word: CommandWord,
  terminal: Terminal,
  versionLine: string,
  bareServer: boolean,
  finish: (code: number) => void,
): void {
  const command = newCommand(word.name, terminal);
  // Flags that the program knows too are read there, wherever they stand.
  addFlags(
    command,
    word.flags.filter((flag) => !programFlags.some(({ name }) => name === flag.name)),
  );
  program.addCommand(command);
  const options = (): CommandFlags => {
    refuseForeign(program, word);
    return command.optsWithGlobals<CommandFlags>();
  };
  switch (word.name) {
    case "can-pull":
      command.argument("[what...]").action(async (what: string[]) => {
        const flags: CanPullFlags = { ...(options() as CanPullFlags), admission: bareServer };
        const { canPullCommand } = await import("./can-pull-command.ts");
        finish(await canPullCommand(what, flags, terminal));
      });
      break;
    case "explain":
      command.argument("[cause]").action(async (cause: string | undefined) => {
        const flags = options();
        const { explainCommand } = await import("./explain/explain-command.ts");
        finish(await explainCommand(cause, flags, terminal));
      });
      break;
    case "completion":
      command.argument("[shell]").action(async (shell: string | undefined) => {
        const { dir } = options();
        const { completionCommand } = await import("./completion/command.ts");
        finish(await completionCommand(shell, dir, terminal));
      });
      break;
    case "version":
      command.action(() => {
        options();
        terminal.write(`${versionLine}\n`);
      });
      break;
  }
}

/** A flag that says nothing to a command is refused: the reader expects it to do something. */
function refuseForeign(program: Command, word: CommandWord): void {
  const foreign = diagnoseFlags.filter((flag) => !word.flags.some(({ name }) => name === flag.name));
  for (const option of program.options) {
    const flag = foreign.find(({ name }) => option.long === `--${name}`);
    if (flag !== undefined && program.getOptionValueSource(option.attributeName()) === "cli")
      throw new UserError(`--${flag.name} is no flag of ${word.name}`, seeHelp(word.name), 2);
  }
}

function seeHelp(topic: HelpTopic): string {
  return `See 'kubectl why-pull ${topic === "why-pull" ? "" : `${topic} `}--help' for usage.`;
}

/** commander's complaint in kubectl's words; help that was asked for is none. */
function asUsageError(error: unknown): unknown {
  if (!isCommanderError(error) || error.exitCode === 0) return error;
  const [first = "", second = ""] = error.message.split("\n");
  const near = /Did you mean (?:one of )?(.+)\?/.exec(second)?.[1];
  const hint = `${near === undefined ? "" : `Did you mean ${near}? `}${seeHelp("why-pull")}`;
  const flag = /^error: unknown option '([^']*)'/.exec(first)?.[1];
  if (flag !== undefined) return new UserError(`unknown flag: ${flag.split("=")[0] ?? ""}`, hint, 2);
  const needs = /^error: option '(?:-\w, )?(--[\w-]+) [^']*' argument missing/.exec(first)?.[1];
  if (needs !== undefined) return new UserError(`flag needs an argument: ${needs}`, hint, 2);
  return new UserError(first.replace(/^error: /, ""), hint, 2);
}

/** Recognised by its shape, as the error comes from a package that only this module loads. */
function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}
