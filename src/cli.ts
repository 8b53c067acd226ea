import { Command, CommanderError } from "commander";
import type { DiagnoseFlags } from "./cli/diagnose-command.ts";
import { addConnectionFlags, asCommanderReads, collect } from "./cli/flags.ts";
import { helpText } from "./cli/help.ts";
import type { Terminal } from "./cli/terminal.ts";
import { UserError } from "./user-error.ts";
import { build } from "./version.ts";

/** Runs one command line; returns the exit code of the contract: 0, 1, 2, 3 or 70. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  // Completion is asked for at every keystroke and has words of its own.
  if (words[0] === "__complete") {
    const { complete } = await import("./cli/completion.ts");
    return complete(words.slice(1), terminal);
  }
  try {
    return await parse(words, terminal);
  } catch (error) {
    return report(error, terminal);
  }
}

async function parse(words: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = new Command("kubectl why-pull")
    .exitOverride()
    .configureOutput({ writeOut: terminal.write, writeErr: () => undefined })
    .helpOption("-h, --help", "this text")
    .version(versionLine(), "--version", "version, commit and Node")
    .argument("[targets...]")
    .option(
      "-f, --filename <file>",
      "no cluster: files, folders or - with what kubectl get -o yaml prints",
      collectWhole,
    )
    .option("-c, --container <name>", "only this container or image volume")
    .option("-o, --output <format>", "text, wide, json, yaml, markdown or name", "text")
    .option("-A, --all-namespaces", "every namespace")
    .option("-l, --selector <labels>", "only Pods with these labels")
    .option("--field-selector <fields>", "only Pods with these fields")
    .option("--save-bundle <file>", "write what was read, without any secret value")
    .option("--credential-provider-config <file>", "the node's CredentialProviderConfig")
    .option("--color <when>", "auto, always or never", "auto")
    .helpCommand(false)
    .action(async (targets: string[], flags: DiagnoseFlags) => {
      const { diagnoseCommand } = await import("./cli/diagnose-command.ts");
      code = await diagnoseCommand(targets, flags, terminal);
    });
  addConnectionFlags(program);
  program.helpInformation = () => helpText();
  addSubcommands(program, terminal, (result) => (code = result));
  await program.parseAsync([...asCommanderReads(words)], { from: "user" });
  return code;
}

function addSubcommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("explain")
    .argument("[cause]")
    .option("--message <text>", "what an error text proves; - reads it from standard input")
    .option("-o, --output <format>", "text, json or yaml", "text")
    .option("--color <when>", "auto, always or never", "auto")
    .action(
      async (
        cause: string | undefined,
        flags: { message?: string; output: string; color: string },
        command: Command,
      ) => {
        const { explainCommand } = await import("./cli/explain-command.ts");
        // The flags of the command around it are read there when they stand before this one.
        const outer = program.opts<{ output: string; color: string }>();
        const own = (name: "output" | "color"): string =>
          command.getOptionValueSource(name) === "default" ? outer[name] : flags[name];
        done(await explainCommand(cause, { ...flags, output: own("output"), color: own("color") }, terminal));
      },
    ).helpInformation = () => helpText();
  program
    .command("completion")
    .argument("<shell>")
    .action(async (shell: string) => {
      const { completionCommand } = await import("./cli/completion.ts");
      done(await completionCommand(shell, terminal));
    }).helpInformation = () => helpText();
  program.command("version").action(() => {
    terminal.write(`${versionLine()}\n`);
  }).helpInformation = () => helpText();
}

function collectWhole(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...collect(value, undefined).filter((name) => name !== "")];
}

function versionLine(): string {
  return `kubectl why-pull ${build.version} (commit ${build.commit}, ${build.date}, Node ${process.versions.node})`;
}

/** Errors in kubectl's manner: one sentence, and what to try. Never a stack, unless the fault is ours. */
async function report(error: unknown, terminal: Terminal): Promise<number> {
  const { printable } = await import("./report/printable.ts");
  const say = (message: string, hint: string | undefined): void =>
    terminal.complain(printable(`${message}\n${hint === undefined ? "" : `${hint}\n`}`));
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    say(error.message, "See 'kubectl why-pull --help' for usage.");
    return 2;
  }
  if (error instanceof UserError) {
    say(`error: ${error.message}`, error.hint);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === "ConnectionError") {
    say(error.message, "hint" in error && typeof error.hint === "string" ? error.hint : undefined);
    return 3;
  }
  say(
    `error: a fault of kubectl why-pull itself (${error instanceof Error ? error.name : typeof error}).`,
    "Please report it with the command, its version and, if you can, a bundle of --save-bundle.",
  );
  if ((terminal.env["WHY_PULL_DEBUG"] ?? "") !== "" && error instanceof Error)
    terminal.complain(`${error.stack ?? ""}\n`);
  return 70;
}
