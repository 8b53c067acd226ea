import { nearNames } from "../../text/near-names.ts";
import { readPage } from "../../gather/pages.ts";
import { type CauseId, causeIds, isCause } from "../../rules/causes.ts";
import { UserError } from "../../user-error.ts";
import { colorLevel, type Format, parseColor, parseFormat, widthOf } from "../output.ts";
import type { PageStyle } from "./page-view.ts";
import type { Terminal } from "../terminal.ts";

export interface ExplainFlags {
  readonly message?: string;
  readonly output: string;
  readonly color: string;
}

/** Lines of prose that are wider are hard to follow. */
const widest = 100;

/** The list of causes, the page of one, or what a text proves. */
export async function explainCommand(
  cause: string | undefined,
  flags: ExplainFlags,
  terminal: Terminal,
): Promise<number> {
  const format = parseFormat(flags.output);
  if (format === "html")
    throw new UserError("explain has no html", "Pages are Markdown: -o markdown prints them as they are.", 2);
  const color = parseColor(flags.color);
  const style = { width: widthOf(terminal, widest), colorLevel: colorLevel(color, terminal) };
  if (flags.message !== undefined) {
    if (cause !== undefined)
      throw new UserError("give a cause or --message, not both", "A text with blanks needs quotes.", 2);
    await explainMessage(flags.message, format, style, terminal);
  } else if (cause === undefined) await listCauses(format, style, terminal);
  else await explainCause(cause, format, style, terminal);
  return 0;
}

async function listCauses(format: Format, style: PageStyle, terminal: Terminal): Promise<void> {
  const { causeEntry, renderCauseList } = await import("./cause-list.ts");
  const items = causeIds.map(causeEntry);
  if (format === "name") terminal.write(`${causeIds.join("\n")}\n`);
  else if (format === "markdown")
    terminal.write(items.map(({ id, title }) => `- \`${id}\`: ${title}\n`).join(""));
  else if (isData(format))
    terminal.write(await structured({ apiVersion: "why-pull/v1", kind: "CauseList", items }, format));
  else {
    const { writeLong } = await import("../pager.ts");
    await writeLong(renderCauseList(style), terminal);
  }
}

async function explainCause(
  word: string,
  format: Format,
  style: PageStyle,
  terminal: Terminal,
): Promise<void> {
  const page = isCause(word) ? readPage(word) : undefined;
  if (page === undefined || !isCause(word)) throw noCause(word);
  const { plainPage, renderPage } = await import("./page-view.ts");
  const { causeEntry } = await import("./cause-list.ts");
  if (format === "name") terminal.write(`${word}\n`);
  else if (isData(format)) {
    const entry = { apiVersion: "why-pull/v1", kind: "Cause", ...causeEntry(word), page: plainPage(page) };
    terminal.write(await structured(entry, format));
  } else if (format === "markdown" || !(terminal.stdoutIsTerminal || style.colorLevel > 0))
    terminal.write(plainPage(page));
  else {
    const { writeLong } = await import("../pager.ts");
    await writeLong(renderPage(page, style), terminal);
  }
}

function noCause(word: string): UserError {
  const near = nearNames(word, causeIds);
  const parts: readonly CauseId[] = near.length > 0 ? [] : causeIds.filter((id) => id.includes(word));
  const meant = [...near, ...parts.slice(0, 3)];
  return new UserError(
    `there is no cause "${word}"`,
    meant.length > 0 ? `Did you mean ${meant.join(" or ")}?` : "kubectl why-pull explain lists them all.",
    2,
  );
}

async function explainMessage(
  given: string,
  format: Format,
  style: PageStyle,
  terminal: Terminal,
): Promise<void> {
  const text = given === "-" ? await readInput(terminal) : given;
  if (text.trim() === "") throw new UserError("the message is empty", undefined, 2);
  const { readPasted, renderReadings, toMessageReading } = await import("./message-view.ts");
  const all = await readPasted(text);
  const [first, ...more] = all;
  if (!isData(format)) terminal.write(renderReadings(all, style));
  else if (first !== undefined && more.length === 0)
    terminal.write(await structured(toMessageReading(first.reading), format));
  else {
    const items = all.map(({ message, reading }) => ({ ...toMessageReading(reading), message }));
    terminal.write(
      await structured({ apiVersion: "why-pull/v1", kind: "MessageReadingList", items }, format),
    );
  }
}

/** Nobody reads the messages of a longer log one by one. */
const longestInput = 64 * 1024 * 1024;

/** Logs hold stray bytes; they do not keep a message from being read. */
async function readInput(terminal: Terminal): Promise<string> {
  const { decodeText } = await import("../../gather/files/encoding.ts");
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of terminal.input()) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > longestInput) throw new UserError("standard input is larger than 64 MiB", undefined, 3);
  }
  const bytes = Buffer.concat(chunks);
  try {
    return decodeText("standard input", bytes);
  } catch {
    return bytes.toString("utf8");
  }
}

function isData(format: Format): format is "json" | "yaml" {
  return format === "json" || format === "yaml";
}

async function structured(value: object, format: "json" | "yaml"): Promise<string> {
  const { toJson, toYaml } = await import("../../report/structured.ts");
  return format === "json" ? toJson(value) : toYaml(value);
}
