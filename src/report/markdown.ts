import type { Diagnosis } from "../diagnose.ts";
import { causes } from "../rules/causes.ts";
import { citations } from "./citations.ts";
import { type Group, groupDiagnoses } from "./groups.ts";
import { countPods } from "./head-lines.ts";
import { statement, sureness } from "./overview.ts";
import { probeLines } from "./probe-lines.ts";
import { sharedFixes } from "./shared-fixes.ts";
import { fixMarks } from "./fix-marks.ts";
import { printable, printableLine } from "../text/printable.ts";
import { summaryOf } from "./summary.ts";
import { howSure } from "./sureness.ts";
import { leadingOf } from "../verdict.ts";

/** For issues and chats: the same as the text report, with commands in fences. */
export function toMarkdown(diagnoses: readonly Diagnosis[]): string {
  const failing = groupDiagnoses(diagnoses);
  const waiting = diagnoses.filter(({ verdict }) => verdict.state === "waiting");
  if (failing.length === 0 && waiting.length === 0) return "No failing pull.\n";
  if (failing.length === 0)
    return `**Waiting: no pull has failed, and these images are not there yet.**\n\n${waiting.map(awaited).join("\n")}\n`;
  const all = failing.length > 1 ? [overview(failing), ...failing.map(page)] : failing.map(page);
  return `${all.join("\n\n---\n\n")}\n`;
}

function overview(groups: readonly Group[]): string {
  return groups
    .map(
      (group, index) =>
        `${index + 1}. **${countPods(group.pods)}**: ${escape(statement(group))} (${escape(sureness(group))}): ${group.workloads.map(code).join(", ")}`,
    )
    .join("\n");
}

function awaited(diagnosis: Diagnosis): string {
  const { namespace, name } = diagnosis.evidence.pod;
  return `- ${code(`${namespace}/${name}`)} · ${code(diagnosis.pull.image.container)}: ${escape(summaryOf(diagnosis))}`;
}

function page(group: Group): string {
  const [diagnosis] = group.diagnoses;
  const { evidence, pull, verdict, unknowns } = diagnosis;
  const cited = citations();
  const { pod } = evidence;
  const leading = leadingOf(verdict);
  const who = code(`${pod.namespace}/${pod.name}`);
  const title = `### ${group.workloads.map(code).join(", ")} · ${code(pull.image.container)} · ${code(pull.image.image)}`;
  const shown =
    group.diagnoses.length > 1
      ? [`${countPods(group.pods)}; what follows is of ${who}, and the fix is for all.`, ""]
      : [];
  const cause = [`**${escape(summaryOf(diagnosis))}**`];
  if ("leading" in verdict) {
    const { id } = verdict.leading;
    cause.push("", `${howSure(verdict, ", ")}: ${code(id)} (${escape(causes[id].title)})`);
  }
  if (verdict.state === "ambiguous")
    cause.push(
      "",
      `The same evidence allows ${verdict.alternatives.map(code).join(", ")}. Decides: ${escape(verdict.leading.finding.confirm)}`,
    );
  const path = pull.path.map(
    (candidate, index) =>
      `${index + 1}. ${escape(`${candidate.source}${candidate.secret === undefined ? "" : ` ${candidate.secret}`}${candidate.registryKey === undefined ? "" : ` ${candidate.registryKey}`}: ${candidate.outcome}, ${candidate.reason}`)} ${cited.cite(candidate.refs)}`,
  );
  const facts = (leading?.finding.because ?? []).map(
    (claim) => `- ${escape(claim.text)} ${cited.cite(claim.cites)}`,
  );
  const message = pull.attempt.failure === undefined ? [] : ["", fence(pull.attempt.failure.message)];
  const all = sharedFixes(group.diagnoses);
  const fixes = all.map(
    (fix) =>
      `- ${escape(fix.summary + fixMarks(fix, all.length > 1))}${fix.command === undefined ? "" : `\n\n${indent(fence(fix.command, "sh"))}\n`}`,
  );
  const unread = unknowns.map((unknown) => `- ${escape(unknown.text)} ${escape(unknown.help)}`);
  const references = cited.all().map((ref, index) => `[${index + 1}] ${escape(ref)}`);
  return [
    title,
    "",
    ...shown,
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
    ...probeSection(diagnosis),
    ...trialSection(diagnosis),
    ...(unread.length === 0 ? [] : ["", "#### Not known", "", ...unread]),
    "",
    references.join("  \n"),
  ].join("\n");
}

/** Columns of a fence that a chat does not break. */
const fenceWidth = 80;

function probeSection(diagnosis: Diagnosis): readonly string[] {
  const lines = probeLines(diagnosis, fenceWidth);
  return lines.length === 0 ? [] : ["", "#### Probe", "", fence(lines.join("\n"), "text")];
}

function trialSection({ trial }: Diagnosis): readonly string[] {
  if (trial === undefined) return [];
  const { summary, create, explain, remove } = trial;
  const after = ["", "Then ask about it, and remove it:", "", fence(`${explain}\n${remove}`, "sh")];
  return ["", "#### Node", "", escape(summary), "", fence(create, "sh"), ...after];
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
