import { Chalk, type ChalkInstance } from "chalk";
import { type Diagnosis, isFailing } from "../diagnose.ts";
import type { Fix } from "../rules/rule.ts";
import type { Unknown } from "../unknowns.ts";
import { type Citations, citations } from "./citations.ts";
import { groupDiagnoses, type Group } from "./groups.ts";
import { pathLines, sentWords } from "./path-lines.ts";
import { fixMarks } from "./fix-marks.ts";
import { printable, printableLine } from "../text/printable.ts";
import { summaryOf } from "./summary.ts";
import { hang } from "../text/wrap.ts";

export interface TextStyle {
  /** Columns; lines are broken at blanks where words allow it. Commands are never broken. */
  readonly width: number;
  /** chalk's level: 0 none, 1 sixteen colours, 2 and 3 more. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** The whole path and the whole message. */
  readonly wide: boolean;
}

/** What the sections of one page share. */
interface Page {
  readonly diagnosis: Diagnosis;
  readonly style: TextStyle;
  readonly paint: ChalkInstance;
  readonly cited: Citations;
}

const margin = 9;
/** A failing Pod's message can be long; this much of it says where it points. */
const messageLimit = 480;
/** Above this many Pods without a failing pull, their number is enough. */
const listLimit = 20;

/** The report for people. Pure: width and colour are given. */
export function toText(diagnoses: readonly Diagnosis[], style: TextStyle): string {
  const paint = new Chalk({ level: style.colorLevel });
  const failing = groupDiagnoses(diagnoses.filter(isFailing));
  const fine = diagnoses.filter((diagnosis) => !isFailing(diagnosis));
  const blocks = failing.map((group) => pageLines(group, style, paint));
  const several = new Set(diagnoses.map(({ evidence }) => evidence.pod.namespace)).size > 1;
  const rest = fineLines(fine, { others: failing.length > 0, several }, style);
  const rule = paint.dim("─".repeat(Math.min(style.width, 80)));
  const all = [...blocks, ...(rest.length === 0 ? [] : [rest])];
  return `${all.map((lines) => lines.join("\n")).join(`\n\n${rule}\n\n`)}\n`;
}

/** Cause, path, evidence, what heals it, what could not be known: in this order, since people stop reading. */
function pageLines(group: Group, style: TextStyle, paint: ChalkInstance): readonly string[] {
  const page: Page = { diagnosis: group.diagnoses[0], style, paint, cited: citations() };
  const sections = [
    headLines(page, group),
    section(page, "Cause", causeLines(page)),
    section(page, "Path", candidateLines(page)),
    section(page, "Evidence", evidenceLines(page)),
    section(page, "Fix", fixLines(page)),
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

const typeWords = {
  container: "",
  initContainer: "init container ",
  ephemeralContainer: "ephemeral container ",
  imageVolume: "image volume ",
} as const;

function headLines({ diagnosis, paint }: Page, group: Group): readonly string[] {
  const { evidence, pull } = diagnosis;
  const { failure } = pull.attempt;
  const pods = group.diagnoses.map(({ evidence: other }) => other.pod.name);
  const who =
    pods.length === 1
      ? evidence.pod.name
      : `${pods.length} Pods (${pods.slice(0, 3).join(", ")}${pods.length > 3 ? ", …" : ""})`;
  const head = `${evidence.pod.namespace}/${who} · ${typeWords[pull.image.type]}${pull.image.container}`;
  const times =
    failure === undefined || failure.attempts === 0
      ? []
      : [
          paint.dim(
            `${failure.attempts} failed attempt${failure.attempts > 1 ? "s" : ""}${failure.lastAttempt === undefined ? "" : `, the last at ${failure.lastAttempt}`}`,
          ),
        ];
  return [paint.bold(printableLine(head)), printableLine(pull.image.image), ...times];
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
  if (verdict.state === "no-failure") return summary;
  const { finding, id } = verdict.leading;
  if (verdict.state === "cause") return [...summary, paint.dim(`${finding.confidence} · ${id}`)];
  return [
    ...summary,
    paint.dim(`ambiguous · ${finding.confidence} · ${id}`),
    ...wrapped(page, "", `The same evidence allows: ${verdict.alternatives.join(", ")}.`),
    ...wrapped(page, "Decides: ", finding.confirm),
  ];
}

function candidateLines(page: Page): readonly string[] {
  const { diagnosis, cited, style, paint } = page;
  const lines = pathLines(diagnosis.pull.path, style.wide);
  const hidden = diagnosis.pull.path.length - lines.flatMap(({ candidates }) => candidates).length;
  const more = hidden > 0 ? [paint.dim(`${hidden} more had no part in it: -o wide`)] : [];
  return [
    ...lines.flatMap(({ text, candidates }, index) =>
      wrapped(page, `${index + 1}  `, `${text} ${cited.cite(candidates.flatMap(({ refs }) => refs))}`),
    ),
    ...more,
    ...wrapped(page, "", sentWords(diagnosis)),
  ];
}

function evidenceLines(page: Page): readonly string[] {
  const { diagnosis, cited, style, paint } = page;
  const { verdict, pull } = diagnosis;
  const leading =
    verdict.state === "cause" || verdict.state === "ambiguous" ? verdict.leading.finding : undefined;
  const lines = (leading?.because ?? []).flatMap((claim) =>
    wrapped(page, "· ", `${claim.text} ${cited.cite(claim.cites)}`),
  );
  const assumed = leading?.confidence === "possible" ? leading.assuming : [];
  const assumptions = assumed.flatMap((claim) =>
    wrapped(page, "? ", `Not certain: ${claim.text} ${cited.cite(claim.cites)}`),
  );
  const { failure } = pull.attempt;
  if (failure === undefined) return [...lines, ...assumptions];
  const whole = printableLine(failure.message);
  const shown =
    style.wide || whole.length <= messageLimit
      ? whole
      : `${whole.slice(0, messageLimit)}… (whole with -o wide)`;
  const message = wrapped(page, "· ", `Message: ${shown} ${cited.cite([failure.ref])}`);
  return [...lines, ...assumptions, ...message.map((line) => paint.dim(line))];
}

function fixLines(page: Page): readonly string[] {
  const { verdict } = page.diagnosis;
  if (verdict.state !== "cause" && verdict.state !== "ambiguous") return [];
  const { fixes } = verdict.leading.finding;
  return fixes.flatMap((fix, index) => oneFix(page, fix, fixes.length > 1 ? `${index + 1}  ` : ""));
}

function oneFix(page: Page, fix: Fix, number: string): readonly string[] {
  const summary = fix.summary + fixMarks(fix, number !== "");
  const commands = fix.command === undefined ? [] : fix.command.split("\n");
  return [
    ...wrapped(page, number, summary),
    ...commands.map((line) => `${" ".repeat(number.length)}${page.paint.cyan(printable(line))}`),
  ];
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

/** Images without a failing pull: each with its state while they are few. */
function fineLines(
  fine: readonly Diagnosis[],
  { others, several }: { readonly others: boolean; readonly several: boolean },
  style: TextStyle,
): readonly string[] {
  if (fine.length === 0) return others ? [] : ["No failing pull."];
  if (fine.length > listLimit && !style.wide)
    return [
      others ? `${fine.length} other images have no failing pull.` : `No failing pull in ${countPods(fine)}.`,
    ];
  const lines = fine.flatMap((diagnosis) => {
    const { namespace, name } = diagnosis.evidence.pod;
    const head = `${several ? `${namespace}/` : ""}${name} / ${diagnosis.pull.image.container}: `;
    return hang("", printableLine(`${head}${summaryOf(diagnosis)}`), style.width);
  });
  const harmless = fine.flatMap(({ pull }) =>
    pull.attempt.progress !== "pulled"
      ? []
      : pull.listed
          .filter((secret) => secret.state === "absent" || secret.state === "not-retrieved")
          .map(
            (secret) =>
              `Secret ${secret.name}, which the Pod lists, ${secret.state === "absent" ? "is not there" : "could not be retrieved by the kubelet"}; this pull did not need it.`,
          ),
  );
  const notes = [...new Set(harmless)].flatMap((note) => hang("", printableLine(note), style.width));
  return [...(others ? [] : ["No failing pull.", ""]), ...lines, ...notes];
}

function countPods(diagnoses: readonly Diagnosis[]): string {
  const pods = new Set(diagnoses.map(({ evidence }) => `${evidence.pod.namespace}/${evidence.pod.name}`));
  return pods.size === 1 ? "1 Pod" : `${pods.size} Pods`;
}
