import { causes } from "../../rules/causes.ts";
import { printableLine } from "../../text/printable.ts";
import { isPlain } from "../../text/shell-word.ts";
import type { Candidate } from "./cluster.ts";
import { type CompletionLine, readCompletionLine } from "./line.ts";
import { commandWords, type Flag, formats, shells } from "../flag-table.ts";
import type { Terminal } from "../terminal.ts";

/** Bits of Cobra's ShellCompDirective (github.com/spf13/cobra completions.go, 1.7 and later). */
const files = 0;
const noSpace = 2;
const noFiles = 4;
const folders = 16;
const keepOrder = 32;

/** What is offered, and what the shell is to do beside that. */
interface Offer {
  readonly candidates: readonly Candidate[];
  readonly directive: number;
}

const nothing: Offer = { candidates: [], directive: noFiles };

/**
 * Answers kubectl's question for completions in Cobra's protocol: a line for each candidate, its description behind a
 * tab, and `:` with the directive at the end. Says nothing else, whatever happens: the user is in the middle of typing.
 */
export async function complete(words: readonly string[], terminal: Terminal): Promise<number> {
  const { candidates, directive } = await offerFor(words, terminal).catch(() => nothing);
  // The shell puts the word into the line as it is: what it would read as something else has to be typed.
  const lines = candidates
    .filter(({ word }) => isPlain(word))
    .map(({ word, description }) => (description === "" ? word : `${word}\t${printableLine(description)}`));
  terminal.write([...lines, `:${directive}`, ""].join("\n"));
  return 0;
}

async function offerFor(words: readonly string[], terminal: Terminal): Promise<Offer> {
  const line = readCompletionLine(words);
  switch (line.typed.what) {
    case "flag":
      return offer(flagCandidates(line, line.typed.prefix), "");
    case "value":
      return offerValue(line, line.typed.flag, line.typed.prefix, terminal);
    case "operand":
      return offerOperand(line, line.typed.prefix, terminal);
  }
}

function offer(candidates: readonly Candidate[], prefix: string, directive = noFiles): Offer {
  return { candidates: candidates.filter(({ word }) => word.startsWith(prefix)), directive };
}

function plain(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => ({ word, description: "" }));
}

function flagCandidates({ flags, values }: CompletionLine, prefix: string): readonly Candidate[] {
  const left = flags.filter(({ name, many }) => many !== undefined || !values.has(name));
  const long = left.map(({ name, description }) => ({ word: `--${name}`, description }));
  const short = left.flatMap(({ letter, description }) =>
    letter === undefined ? [] : [{ word: `-${letter}`, description }],
  );
  return [...long, ...(prefix === "-" ? short : [])].filter(({ word }) => word.startsWith(prefix));
}

async function offerValue(
  line: CompletionLine,
  { completes }: Flag,
  prefix: string,
  terminal: Terminal,
): Promise<Offer> {
  if (completes === undefined) return nothing;
  if (completes === "files") return { candidates: [], directive: files };
  if (completes === "folders") return { candidates: [], directive: folders };
  if (typeof completes !== "string") return offer(plain(formatsFor(line, completes)), prefix);
  const cluster = await import("./cluster.ts");
  switch (completes) {
    case "contexts":
    case "clusters":
    case "users":
      return offer(await cluster.kubeconfigNames(line, completes, terminal), prefix);
    case "namespaces":
      return offer(await cluster.namespaces(line, terminal), prefix);
    case "containers":
      return offer(await cluster.containers(line, terminal), prefix, noFiles | keepOrder);
  }
}

/** `wide` is a way to print diagnoses, not pages. */
function formatsFor({ command }: CompletionLine, words: readonly string[]): readonly string[] {
  return command === undefined || words !== formats
    ? words
    : words.filter((word) => word !== "wide" && word !== "html");
}

async function offerOperand(line: CompletionLine, prefix: string, terminal: Terminal): Promise<Offer> {
  const { command, operands } = line;
  switch (command?.name) {
    case "explain":
      return operands.length > 0 ? nothing : offer(causeCandidates(), prefix);
    case "completion":
      return operands.length > 0 ? nothing : offer(shellCandidates(), prefix);
    case "can-pull":
      return offerTargets(line, prefix, terminal);
    case "version":
      return nothing;
    case undefined:
      return offerTargets(line, prefix, terminal);
  }
}

function causeCandidates(): readonly Candidate[] {
  return Object.entries(causes).map(([word, { title }]) => ({ word, description: title }));
}

function shellCandidates(): readonly Candidate[] {
  return [
    ...plain(shells),
    { word: "install", description: "let kubectl complete why-pull, by a file beside kubectl-why_pull" },
  ];
}

/** Pods, failing ones first; as kubectl does it, types with a slash too, and no blank behind a slash that stands alone. */
async function offerTargets(line: CompletionLine, prefix: string, terminal: Terminal): Promise<Offer> {
  const { targets } = await import("./targets.ts");
  const found = await targets(line, prefix, terminal).catch(() => ({ names: [], types: [] }));
  const commands = line.operands.length === 0 && !line.values.has("filename") ? commandWords : [];
  const words = commands
    .map(({ name, description }) => ({ word: name, description }))
    .filter(({ word }) => word.startsWith(prefix));
  const names = found.names.filter(({ word }) => !word.startsWith("-"));
  const candidates = [...names, ...words, ...found.types];
  const onlyTypes = found.types.length > 0 && candidates.length === found.types.length;
  return {
    candidates,
    directive: noFiles | (onlyTypes ? noSpace : 0) | (found.names.length > 0 ? keepOrder : 0),
  };
}
