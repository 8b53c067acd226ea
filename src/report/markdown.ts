import type { Diagnosis } from "../diagnose.ts";
import { isFailing } from "../diagnose.ts";
import { causes } from "../rules/causes.ts";
import { citations } from "./citations.ts";
import { groupDiagnoses } from "./groups.ts";
import { fixMarks } from "./fix-marks.ts";
import { printable, printableLine } from "../text/printable.ts";
import { summaryOf } from "./summary.ts";

/** For issues and chats: the same as the text report, with commands in fences. */
export function toMarkdown(diagnoses: readonly Diagnosis[]): string {
  const failing = groupDiagnoses(diagnoses.filter(isFailing));
  if (failing.length === 0) return "No failing pull.\n";
  return `${failing.map(({ diagnoses: [first, ...rest] }) => page(first, rest.length)).join("\n\n---\n\n")}\n`;
}

function page(diagnosis: Diagnosis, more: number): string {
  const { evidence, pull, verdict, unknowns } = diagnosis;
  const cited = citations();
  const { pod } = evidence;
  const leading = verdict.state === "cause" || verdict.state === "ambiguous" ? verdict.leading : undefined;
  const title = `### ${code(`${pod.namespace}/${pod.name}`)}${more > 0 ? ` and ${more} more` : ""} · ${code(pull.image.container)} · ${code(pull.image.image)}`;
  const cause = [`**${escape(summaryOf(diagnosis))}**`];
  if (leading !== undefined)
    cause.push(
      "",
      `${verdict.state === "ambiguous" ? "Ambiguous, " : ""}${leading.finding.confidence}: ${code(leading.id)} (${escape(causes[leading.id].title)})`,
    );
  if (verdict.state === "ambiguous" && leading !== undefined)
    cause.push(
      "",
      `The same evidence allows ${verdict.alternatives.map(code).join(", ")}. Decides: ${escape(leading.finding.confirm)}`,
    );
  const path = pull.path.map(
    (candidate, index) =>
      `${index + 1}. ${escape(`${candidate.source}${candidate.secret === undefined ? "" : ` ${candidate.secret}`}${candidate.registryKey === undefined ? "" : ` ${candidate.registryKey}`}: ${candidate.outcome}, ${candidate.reason}`)} ${cited.cite(candidate.refs)}`,
  );
  const facts = (leading?.finding.because ?? []).map(
    (claim) => `- ${escape(claim.text)} ${cited.cite(claim.cites)}`,
  );
  const message = pull.attempt.failure === undefined ? [] : ["", fence(pull.attempt.failure.message)];
  const all = leading?.finding.fixes ?? [];
  const fixes = all.map(
    (fix) =>
      `- ${escape(fix.summary + fixMarks(fix, all.length > 1))}${fix.command === undefined ? "" : `\n\n${indent(fence(fix.command, "sh"))}\n`}`,
  );
  const unread = unknowns.map((unknown) => `- ${escape(unknown.text)} ${escape(unknown.help)}`);
  const references = cited.all().map((ref, index) => `[${index + 1}] ${escape(ref)}`);
  return [
    title,
    "",
    ...cause,
    "",
    "#### Path",
    "",
    ...path,
    "",
    "#### Evidence",
    "",
    ...facts,
    ...message,
    ...(fixes.length === 0 ? [] : ["", "#### Fix", "", ...fixes]),
    ...(unread.length === 0 ? [] : ["", "#### Not known", "", ...unread]),
    "",
    references.join("  \n"),
  ].join("\n");
}

function escape(text: string): string {
  return printableLine(text).replaceAll(/[\\`*_{}[\]<>#|]/g, (character) => `\\${character}`);
}

function code(text: string): string {
  return `\`${printableLine(text).replaceAll("`", "'")}\``;
}

function fence(text: string, language = ""): string {
  const ticks = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map((run) => run[0].length + 1)));
  return `${ticks}${language}\n${printable(text)}\n${ticks}`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
