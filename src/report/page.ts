import type { Diagnosis } from "../diagnose.ts";
import type { Fix } from "../rules/rule.ts";
import { printable, printableLine } from "../text/printable.ts";
import { hang } from "../text/wrap.ts";
import type { Unknown } from "../unknowns.ts";
import { type Citations, citations } from "./citations.ts";
import { fixMarks } from "./fix-marks.ts";
import type { Group } from "./groups.ts";
import { headLines } from "./head-lines.ts";
import type { Paint, TextStyle } from "./paint.ts";
import { pathLines, type PathLine, type PathMark, sentWords } from "./path-lines.ts";
import { sharedFixes } from "./shared-fixes.ts";
import { shortMessage } from "./short-message.ts";
import { probeLines } from "./probe-lines.ts";
import { summaryOf } from "./summary.ts";
import { leadingOf } from "../verdict.ts";

/** What the sections of one page share. */
interface Page {
  readonly group: Group;
  /** The one that is explained. */
  readonly diagnosis: Diagnosis;
  readonly style: TextStyle;
  readonly paint: Paint;
  readonly cited: Citations;
}

const margin = 9;

/**
 * All about one thing that is broken. Cause and fix come first, since people stop reading; then the path, the evidence
 * and what could not be known. `number` is its place in the overview, where there is one.
 */
export function pageLines(group: Group, number: string, style: TextStyle, paint: Paint): readonly string[] {
  const page: Page = { group, diagnosis: group.diagnoses[0], style, paint, cited: citations() };
  const path = pathLines(page.diagnosis, style.wide);
  const sections = [
    headLines(group, number, style, paint),
    section(page, "Cause", causeLines(page)),
    section(page, "Fix", fixLines(page)),
    section(page, "Probe", probeLines(page.diagnosis, style.width - margin)),
    section(page, "Node", trialLines(page)),
    section(page, "Path", candidateLines(page, path)),
    section(page, "Evidence", evidenceLines(page, path)),
    section(page, "Unknown", unknownLines(page)),
  ];
  const references = page.cited.all().map((ref, index) => paint.dim(printableLine(`[${index + 1}] ${ref}`)));
  return [...sections, references]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function section({ paint }: Page, title: string, lines: readonly string[]): readonly string[] {
  return lines.map(
    (line, index) => (index === 0 ? paint.bold(title.padEnd(margin)) : " ".repeat(margin)) + line,
  );
}

function wrapped({ style }: Page, first: string, text: string): readonly string[] {
  return hang(first, printableLine(text), style.width - margin);
}

function causeLines(page: Page): readonly string[] {
  const { diagnosis, paint } = page;
  const { verdict, pull } = diagnosis;
  const summary = wrapped(page, "", summaryOf(diagnosis)).map((line) => paint.bold(line));
  if (verdict.state === "undetermined")
    return [
      ...summary,
      paint.dim(`undetermined · the text alone says: ${pull.attempt.failure?.reading.kind ?? "nothing"}`),
      ...wrapped(page, "", pull.attempt.failure?.reading.meaning ?? ""),
    ];
  if (!("leading" in verdict)) return summary;
  const { finding, id } = verdict.leading;
  const more = `more: kubectl why-pull explain ${id}`;
  if (verdict.state === "cause") return [...summary, paint.dim(`${finding.confidence} · ${more}`)];
  return [
    ...summary,
    paint.dim(`ambiguous · ${finding.confidence} · ${more}`),
    ...wrapped(page, "", `The same evidence allows: ${verdict.alternatives.join(", ")}.`),
    ...wrapped(page, "Decides: ", finding.confirm),
  ];
}

function fixLines(page: Page): readonly string[] {
  const fixes = sharedFixes(page.group.diagnoses);
  return fixes.flatMap((fix, index) => oneFix(page, fix, fixes.length > 1 ? `${index + 1}  ` : ""));
}

/** More commands than these are for a script: Pods without a workload are replaced one by one. */
const fewCommands = 24;

function oneFix(page: Page, fix: Fix, number: string): readonly string[] {
  const summary = fix.summary + fixMarks(fix, number !== "");
  const all = fix.command === undefined ? [] : fix.command.split("\n");
  const commands = page.style.wide ? all : all.slice(0, fewCommands);
  const rest = all.length - commands.length;
  return [
    ...wrapped(page, number, summary),
    ...commands.map((line) => `${" ".repeat(number.length)}${page.paint.cyan(printable(line))}`),
    ...(rest > 0 ? [`${" ".repeat(number.length)}${page.paint.dim(`# and ${rest} more: -o wide`)}`] : []),
  ];
}

/** Whole, however long: half a Pod cannot be pasted. */
function trialLines(page: Page): readonly string[] {
  const { trial } = page.diagnosis;
  if (trial === undefined) return [];
  const pasted = (command: string): readonly string[] =>
    command.split("\n").map((line) => page.paint.cyan(printable(line)));
  return [
    ...wrapped(page, "", trial.summary),
    ...pasted(trial.create),
    ...wrapped(page, "", "Then ask about it, and remove it:"),
    ...pasted(trial.explain),
    ...pasted(trial.remove),
  ];
}

/** One column, so that the path can be scanned; each in a colour of its own where there are colours. */
const signs: Readonly<Record<PathMark, { readonly sign: string; readonly color: keyof Paint }>> = {
  used: { sign: "→", color: "cyan" },
  refused: { sign: "×", color: "red" },
  "no-match": { sign: "–", color: "yellow" },
  "too-late": { sign: "<", color: "yellow" },
  "at-fault": { sign: "!", color: "red" },
  "not-visible": { sign: "?", color: "dim" },
  "not-tried": { sign: "·", color: "dim" },
};

/** The runtime's own configuration and what was not tried are on every path, and not worth a word. */
const fewHidden = 2;

function candidateLines(page: Page, lines: readonly PathLine[]): readonly string[] {
  const { diagnosis, cited, paint, style } = page;
  const hidden = diagnosis.pull.path.length - lines.flatMap(({ candidates }) => candidates).length;
  const more = hidden > fewHidden ? ` With -o wide: ${hidden} places that had no part.` : "";
  return [
    ...lines.flatMap(({ text, mark, candidates }) => {
      const { sign, color } = signs[mark];
      const [first = "", ...rest] = hang(
        "   ",
        printableLine(`${text} ${cited.cite(candidates.flatMap(({ refs }) => refs))}`),
        style.width - margin,
      );
      return [`${paint[color](sign)}${first.slice(1)}`, ...rest];
    }),
    ...wrapped(page, "", sentWords(diagnosis) + more),
  ];
}

function evidenceLines(page: Page, path: readonly PathLine[]): readonly string[] {
  const { diagnosis, cited, style, paint } = page;
  const { verdict, pull } = diagnosis;
  const leading = leadingOf(verdict)?.finding;
  const said = path.flatMap(({ candidates }) => candidates.map(({ reason }) => reason.replace(/\.$/, "")));
  const repeats = (text: string): boolean =>
    said.some((reason) => reason !== "" && text.endsWith(`: ${reason}.`));
  const lines = (leading?.because ?? [])
    .filter(({ text }) => style.wide || !repeats(text))
    .flatMap((claim) => wrapped(page, "· ", `${claim.text} ${cited.cite(claim.cites)}`));
  const assumed = leading?.confidence === "possible" ? leading.assuming : [];
  const assumptions = assumed.flatMap((claim) =>
    wrapped(page, "? ", `Not certain: ${claim.text} ${cited.cite(claim.cites)}`),
  );
  const { failure } = pull.attempt;
  if (failure === undefined) return [...lines, ...assumptions];
  const whole = printableLine(failure.message);
  const shown = style.wide ? whole : printableLine(shortMessage(failure.message));
  const message = wrapped(page, "· ", `Message: ${shown} ${cited.cite([failure.ref])}`);
  return [...lines, ...assumptions, ...message.map((line) => paint.dim(line))];
}

function unknownLines(page: Page): readonly string[] {
  return page.diagnosis.unknowns.flatMap((unknown) => [
    ...wrapped(page, "· ", unknown.text),
    ...helpLines(page, unknown),
  ]);
}

/** A command stands on a line of its own and is never broken: it is there to be pasted. */
function helpLines(page: Page, { before, command }: Unknown): readonly string[] {
  const line = command === undefined ? [] : [`  ${page.paint.cyan(printableLine(command))}`];
  return [...(before === undefined ? [] : wrapped(page, "  ", before)), ...line];
}
