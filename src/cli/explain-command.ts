import { readPage } from "../gather/pages.ts";
import { readMessage } from "../pull/message.ts";
import { causes, isCause } from "../rules/causes.ts";
import { UserError } from "../user-error.ts";
import { parseColor, parseFormat } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface ExplainFlags {
  readonly message?: string;
  readonly output: string;
  readonly color: string;
}

/** The list of causes, the page of one, or what a text proves. */
export async function explainCommand(
  cause: string | undefined,
  flags: ExplainFlags,
  terminal: Terminal,
): Promise<number> {
  const format = parseFormat(flags.output);
  parseColor(flags.color);
  if (flags.message !== undefined) {
    const text = flags.message === "-" ? (await terminal.readInput()).toString("utf8") : flags.message;
    return explainMessage(text, format, terminal);
  }
  if (cause === undefined) {
    for (const [id, { title }] of Object.entries(causes)) terminal.write(`${id.padEnd(32)}${title}\n`);
    return 0;
  }
  const page = isCause(cause) ? readPage(cause) : undefined;
  if (page === undefined)
    throw new UserError(`there is no cause ${cause}`, "kubectl why-pull explain lists them all.", 2);
  terminal.write(page);
  return 0;
}

async function explainMessage(text: string, format: string, terminal: Terminal): Promise<number> {
  if (text.trim() === "") throw new UserError("the message is empty", undefined, 2);
  const { kind, stage, runtime, sent, meaning } = readMessage(text.trim());
  const reading = {
    apiVersion: "why-pull/v1",
    kind: "MessageReading",
    failure: { kind, stage, runtime },
    sent,
    meaning,
  };
  const { toJson, toYaml } = await import("../report/structured.ts");
  if (format === "json") terminal.write(toJson(reading));
  else if (format === "yaml") terminal.write(toYaml(reading));
  else
    terminal.write(
      `${meaning}\n\nkind     ${kind}\nstage    ${stage}\nruntime  ${runtime}\nsent     ${sent}\n`,
    );
  return 0;
}
