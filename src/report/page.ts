import type { Diagnosis } from "../diagnose.ts";
import { wholeMeaning } from "../pull/message/meaning.ts";
import type { Claim, Fix } from "../rules/rule.ts";
import { printable, printableLine } from "../text/printable.ts";
import { filled, hang } from "../text/wrap.ts";
import type { Unknown } from "../unknowns.ts";
import { type Citations, citations } from "./citations.ts";
import { fixMarks, tellingFixMarks } from "./fix-marks.ts";
import type { Group } from "./groups.ts";
import { headLines } from "./head-lines.ts";
import type { Paint, TextStyle } from "./paint.ts";
import {
  isProvedOnPath,
  isSure,
  isToldBySent,
  pathLines,
  type PathLine,
  type PathMark,
  sentWords,
} from "./path-lines.ts";
import { sharedFixes } from "./shared-fixes.ts";
import { shortMessage } from "./short-message.ts";
import { probeLines } from "./probe-lines.ts";
import { summaryOf } from "./summary.ts";
import { howSure } from "./sureness.ts";
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
  const page: Page = {
    group,
    diagnosis: group.diagnoses[0],
    style,
    paint,
    cited: citations(style.wide ? undefined : group.diagnoses[0].evidence.pod),
  };
  const path = pathLines(page.diagnosis, style.wide);
  const parts = [
    [...headLines(group, number, style, paint), ...section(page, "Cause", causeLines(page))],
    section(page, "Fix", fixLines(page)),
    section(page, "Probe", probeLines(page.diagnosis, style.width - margin)),
    section(page, "Node", trialLines(page)),
    // What it rests on stands together: that much more of it is on the first screen.
    [...section(page, "Path", candidateLines(page, path)), ...section(page, "Evidence", evidenceLines(page))],
    section(page, "Unknown", unknownLines(page)),
  ];
  const lines = parts
    .filter((part) => part.length > 0)
    .flatMap((part, index) => (index === 0 ? part : ["", ...part]));
  return [...lines, ...(style.wide ? [""] : []), ...referenceLines(page)];
}

/** One below the other with -o wide, else as many on a line as it holds. */
function referenceLines({ cited, style, paint }: Page): readonly string[] {
  const all = cited.all().map((ref, index) => printableLine(`[${index + 1}] ${ref}`));
  return (style.wide ? all : filled([...all, "More: -o wide"], style.width)).map((line) => paint.dim(line));
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
  const { failure } = pull.attempt;
  const summary = wrapped(page, "", summaryOf(diagnosis) + summaryCites(page)).map((line) =>
    paint.bold(line),
  );
  if (verdict.state === "undetermined")
    return [
      ...summary,
      paint.dim(`undetermined · the text alone says: ${failure?.reading.kind ?? "nothing"}`),
      ...wrapped(page, "", failure === undefined ? "" : wholeMeaning(failure.reading.meaning)),
    ];
  if (!("leading" in verdict)) return summary;
  const { finding, id } = verdict.leading;
  const more = `more: kubectl why-pull explain ${id}`;
  const sure = paint.dim(`${howSure(verdict)} · ${more}`);
  if (verdict.state === "cause") return [...summary, sure];
  return [
    ...summary,
    sure,
    ...wrapped(page, "", `The same evidence allows: ${verdict.alternatives.join(", ")}.`),
    ...wrapped(page, "Decides: ", finding.confirm),
  ];
}

/** What the sentence itself rests on; with -o wide each claim has its own line. */
function summaryCites({ diagnosis, style, cited }: Page): string {
  const because = leadingOf(diagnosis.verdict)?.finding.because ?? [];
  const refs = style.wide
    ? []
    : because.flatMap((claim) => (claim.inSummary === undefined ? [] : claim.cites));
  return refs.length === 0 ? "" : ` ${cited.cite(refs)}`;
}

function fixLines(page: Page): readonly string[] {
  const fixes = sharedFixes(page.group.diagnoses);
  const first = fixes.findIndex(({ command }) => command !== undefined);
  return fixes.flatMap((fix, index) =>
    oneFix(page, fix, {
      number: fixes.length > 1 ? `${index + 1}  ` : "",
      isFirst: index === first,
      before: fixes[index - 1],
    }),
  );
}

/** More commands than these are for a script: Pods without a workload are replaced one by one. */
const fewCommands = 24;
/** Lines of the screen that the commands of a further fix may take: the first is the one to begin with. */
const fewLines = 2;

interface Place {
  /** Absent where it is the only one. */
  readonly number: string;
  /** Of those with commands. */
  readonly isFirst: boolean;
  readonly before: Fix | undefined;
}

function oneFix(page: Page, fix: Fix, { number, isFirst, before }: Place): readonly string[] {
  const { paint, style } = page;
  const marks = style.wide ? fixMarks(fix, number !== "") : tellingFixMarks(fix, number !== "");
  const summary = fix.summary + marks;
  const all = fix.command === undefined ? [] : fix.command.split("\n");
  const indent = " ".repeat(number.length);
  const onScreen = all.map((line) => Math.ceil((margin + indent.length + [...line].length) / style.width));
  const isLeftOut = !style.wide && !isFirst && onScreen.reduce((sum, lines) => sum + lines, 0) > fewLines;
  if (isLeftOut) return wrapped(page, number, toWide(otherwise(fix, before)) + marks);
  const commands = style.wide ? all : all.slice(0, fewCommands);
  const rest = all.length - commands.length;
  return [
    ...wrapped(page, number, summary),
    ...commands.map((line) => `${indent}${paint.cyan(printable(line))}`),
    ...(rest > 0 ? [`${indent}${paint.dim(`# and ${rest} more: -o wide`)}`] : []),
  ];
}

function toWide(text: string): string {
  return /\.(?: |$)/.exec(text)?.index === text.length - 1
    ? `${text.slice(0, -1)}: -o wide.`
    : `${text} Its commands: -o wide.`;
}

/** A sentence that begins as the one above it, without that: `Or name it on this Pod only, and replace it by itself.` */
function otherwise({ summary }: Fix, before: Fix | undefined): string {
  const parts = summary.split(/(?<=[,:] )/);
  const above = before?.summary.split(/(?<=[,:] )/) ?? [];
  const differs = parts.findIndex((part, index) => part !== above[index]);
  return differs > 0 ? `Or ${parts.slice(differs).join("")}` : summary;
}

/**
 * Whole, since half a Pod cannot be pasted; and so long that only who asked for more finds it between the fix and what that
 * rests on. Beside what the registry answered to this machine it is the next step.
 */
function trialLines(page: Page): readonly string[] {
  const { trial, pull, evidence } = page.diagnosis;
  if (trial === undefined) return [];
  if (!page.style.wide && pull.probe === undefined)
    return wrapped(
      page,
      "",
      `What node ${evidence.pod.node ?? "?"} gets now, only the node can tell. A Pod to paste that makes it pull once more: -o wide.`,
    );
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

function candidateLines(page: Page, lines: readonly PathLine[]): readonly string[] {
  const { diagnosis, cited, paint, style } = page;
  return [
    ...lines.flatMap(({ text, mark, refs }) => {
      const { sign, color } = signs[mark];
      const [first = "", ...rest] = hang(
        "   ",
        printableLine(`${text} ${cited.cite(refs)}`),
        style.width - margin,
      );
      return [`${paint[color](sign)}${first.slice(1)}`, ...rest];
    }),
    ...(!style.wide && isProvedOnPath(diagnosis) ? [] : wrapped(page, "", sentWords(diagnosis))),
  ];
}

/**
 * What bears on the cause and was not seen yet: what the path has shown, and what a line above has said of the message,
 * are left to -o wide.
 */
function evidenceLines(page: Page): readonly string[] {
  const { diagnosis, cited, style, paint } = page;
  const { verdict, pull } = diagnosis;
  const { failure } = pull.attempt;
  const leading = leadingOf(verdict)?.finding;
  const isNew = ({ onPath, inSummary, meaning }: Claim): boolean =>
    onPath !== true && inSummary !== "whole" && !(meaning !== undefined && isToldBySent(diagnosis));
  const claims = (leading?.because ?? [])
    .filter((claim) => style.wide || isNew(claim))
    .map(
      ({ text, cites, meaning }) => `${style.wide ? text : (meaning?.failed ?? text)} ${cited.cite(cites)}`,
    );
  const lines = (style.wide || claims.length === 0 ? claims : [claims.join(" ")]).flatMap((text) =>
    wrapped(page, "· ", text),
  );
  const assumed = leading?.confidence === "possible" ? leading.assuming : [];
  const assumptions = assumed.flatMap((claim) =>
    wrapped(page, "? ", `Not certain: ${claim.text} ${cited.cite(claim.cites)}`),
  );
  if (failure === undefined) return [...lines, ...assumptions];
  const whole = printableLine(failure.message);
  const shown = style.wide ? whole : printableLine(shortMessage(failure.message, isSure(verdict)));
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
