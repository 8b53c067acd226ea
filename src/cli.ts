import { commandWords } from "./cli/flag-table.ts";
import { helpText } from "./cli/help.ts";
import type { Terminal } from "./cli/terminal.ts";
import { runtimeName } from "./runtime.ts";
import { build } from "./version.ts";

/** Runs one command line; returns the exit code of the contract: 0, 1, 2, 3 or 70. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  // Completion is asked for at every keystroke and has words of its own.
  if (words[0] === "__complete") {
    const { complete } = await import("./cli/completion/completion.ts");
    return complete(words.slice(1), terminal);
  }
  const answer = quickAnswer(words);
  if (answer !== undefined) {
    terminal.write(answer);
    return 0;
  }
  try {
    const { answer: answerTo, plainQuestion } = await import("./cli/question.ts");
    const question = plainQuestion(words);
    if (question !== undefined) return await answerTo(question, terminal);
    const { runCommandLine } = await import("./cli/command-line.ts");
    return await runCommandLine(words, terminal, versionLine());
  } catch (error) {
    return report(error, terminal);
  }
}

/** What needs no parser: it would take longer to load than to answer. */
function quickAnswer(words: readonly string[]): string | undefined {
  const [first = "", second] = words;
  const asksForHelp = (word: string | undefined): boolean => word === "--help" || word === "-h";
  if (words.length === 1 && (first === "--version" || first === "version")) return `${versionLine()}\n`;
  if (words.length === 1 && (asksForHelp(first) || first === "help")) return helpText("why-pull");
  const command = commandWords.find(({ name }) => name === first);
  return command !== undefined && words.length === 2 && asksForHelp(second)
    ? helpText(command.name)
    : undefined;
}

function versionLine(): string {
  return `kubectl why-pull ${build.version} (commit ${build.commit}, ${build.date}, ${runtimeName})`;
}

/** Never a stack, unless the fault is ours. */
async function report(error: unknown, terminal: Terminal): Promise<number> {
  const { complain, complainOf } = await import("./cli/complaint.ts");
  const code = complainOf(error, terminal);
  if (code !== undefined) return code;
  // Help that was asked for ends commander's reading with an error of its own.
  if (error instanceof Error && "exitCode" in error && error.exitCode === 0) return 0;
  complain(
    `error: a fault of kubectl why-pull itself (${error instanceof Error ? error.name : typeof error}).`,
    "Report it with the command, its version and, if you can, a bundle of --save-bundle.",
    terminal,
  );
  if ((terminal.env["WHY_PULL_DEBUG"] ?? "") !== "" && error instanceof Error)
    terminal.complain(`${error.stack ?? ""}\n`);
  return 70;
}
