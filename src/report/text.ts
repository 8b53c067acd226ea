import { Chalk, type ChalkInstance } from "chalk";
import type { Diagnosis } from "../diagnose.ts";
import { isFailing } from "../diagnose.ts";
import type { CredentialCandidate } from "../pull/credential-path.ts";
import type { Fix } from "../rules/rule.ts";
import { type Citations, citations } from "./citations.ts";
import { groupDiagnoses, type Group } from "./groups.ts";
import { printable, printableLine } from "./printable.ts";
import { summaryOf } from "./structured.ts";
import { hang } from "./wrap.ts";

export interface TextStyle {
  /** Columns; lines are broken at blanks where words allow it. Commands are never broken. */
  readonly width: number;
  /** chalk's level: 0 none, 1 sixteen colours, 2 and 3 more. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** The whole path, all findings and the whole message. */
  readonly wide: boolean;
}

const margin = 9;

/** The report for people. Pure: width and colour are given. */
export function toText(diagnoses: readonly Diagnosis[], style: TextStyle): string {
  const paint = new Chalk({ level: style.colorLevel });
  const failing = groupDiagnoses(diagnoses.filter(isFailing));
  const fine = diagnoses.filter((diagnosis) => !isFailing(diagnosis));
  const blocks = failing.map((group) => new Page(group, style, paint).lines());
  const rest = fineLines(fine, failing.length > 0, style);
  const all = [...blocks, ...(rest.length === 0 ? [] : [rest])];
  return `${all.map((lines) => lines.join("\n")).join(`\n\n${paint.dim("─".repeat(Math.min(style.width, 80)))}\n\n`)}\n`;
}

function fineLines(fine: readonly Diagnosis[], others: boolean, style: TextStyle): readonly string[] {
  if (fine.length === 0)
    return others ? [] : ["Nothing to explain: no Pod was found whose images are pulled."];
  if (!others && fine.length > 20 && !style.wide) return [`No failing pull in ${countPods(fine)}.`];
  if (others && fine.length > 20) return [`${fine.length} other images have no failing pull.`];
  const lines = fine.flatMap((diagnosis) => {
    const { evidence, pull } = diagnosis;
    const head = `${evidence.pod.name} / ${pull.image.container}: `;
    return hang("", printableLine(`${head}${summaryOf(diagnosis)}`), style.width).map((line, i) =>
      i === 0 ? line : `  ${line}`,
    );
  });
  const harmless = others ? [] : fine.flatMap((diagnosis) => harmlessLines(diagnosis, style));
  return [...(others ? [] : ["No failing pull.", ""]), ...lines, ...[...new Set(harmless)]];
}

/** A listed Secret that is not there, and does no harm: the event about it warns all the same. */
function harmlessLines({ pull }: Diagnosis, style: TextStyle): readonly string[] {
  if (pull.attempt.progress !== "pulled") return [];
  return pull.listed
    .filter((secret) => secret.state === "absent" || secret.state === "not-retrieved")
    .flatMap((secret) =>
      hang(
        "",
        `Secret ${secret.name}, which the Pod lists, is not there; this pull did not need it.`,
        style.width,
      ),
    );
}

function countPods(diagnoses: readonly Diagnosis[]): string {
  const pods = new Set(diagnoses.map(({ evidence }) => `${evidence.pod.namespace}/${evidence.pod.name}`));
  return pods.size === 1 ? "1 Pod" : `${pods.size} Pods`;
}

/** One failing image's page: cause, path, evidence, fix, what is not known. */
class Page {
  private readonly diagnosis: Diagnosis;
  private readonly group: Group;
  private readonly style: TextStyle;
  private readonly paint: ChalkInstance;
  private readonly cited: Citations = citations();

  constructor(group: Group, style: TextStyle, paint: ChalkInstance) {
    this.group = group;
    this.diagnosis = group.diagnoses[0];
    this.style = style;
    this.paint = paint;
  }

  lines(): readonly string[] {
    const sections = [this.head(), this.cause(), this.path(), this.facts(), this.fixes(), this.unknowns()];
    return [...sections, this.references()]
      .filter((lines) => lines.length > 0)
      .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
  }

  private section(title: string, lines: readonly string[]): readonly string[] {
    if (lines.length === 0) return [];
    return lines.map(
      (line, index) => (index === 0 ? this.paint.bold(title.padEnd(margin)) : " ".repeat(margin)) + line,
    );
  }

  private wrapped(first: string, text: string): readonly string[] {
    return hang(first, printableLine(text), this.style.width - margin);
  }

  private head(): readonly string[] {
    const { evidence, pull } = this.diagnosis;
    const { failure } = pull.attempt;
    const pods = this.group.diagnoses.map(({ evidence: other }) => other.pod.name);
    const who =
      pods.length === 1
        ? evidence.pod.name
        : `${pods.length} Pods (${pods.slice(0, 3).join(", ")}${pods.length > 3 ? ", …" : ""})`;
    const kind = {
      container: "",
      initContainer: "init container ",
      ephemeralContainer: "ephemeral container ",
      imageVolume: "image volume ",
    }[pull.image.type];
    const times =
      failure === undefined || failure.attempts === 0
        ? ""
        : `${failure.attempts} failed attempt${failure.attempts > 1 ? "s" : ""}${failure.lastAttempt === undefined ? "" : `, the last at ${failure.lastAttempt}`}`;
    return [
      this.paint.bold(printableLine(`${evidence.pod.namespace}/${who} · ${kind}${pull.image.container}`)),
      printableLine(pull.image.image),
      ...(times === "" ? [] : [this.paint.dim(times)]),
    ];
  }

  private cause(): readonly string[] {
    const { verdict, pull } = this.diagnosis;
    const summary = summaryOf(this.diagnosis);
    if (verdict.state === "undetermined")
      return this.section("Cause", [
        ...this.wrapped("", summary),
        this.paint.dim(
          `undetermined · the text alone says: ${pull.attempt.failure?.reading.kind ?? "nothing"}`,
        ),
      ]);
    if (verdict.state === "no-failure") return this.section("Cause", this.wrapped("", summary));
    const { finding, id } = verdict.leading;
    const label = `${finding.confidence} · ${id}`;
    const either =
      verdict.state === "ambiguous"
        ? [
            ...this.wrapped("", `The same evidence allows: ${verdict.alternatives.join(", ")}.`),
            ...this.wrapped("Decides: ", finding.confirm),
          ]
        : [];
    return this.section("Cause", [
      ...this.wrapped("", summary).map((line) => this.paint.red(line)),
      this.paint.dim(verdict.state === "ambiguous" ? `ambiguous · ${label}` : label),
      ...either,
    ]);
  }

  private path(): readonly string[] {
    const { pull } = this.diagnosis;
    const shown = this.style.wide ? pull.path : pull.path.filter((candidate) => this.matters(candidate));
    const lines = shown.flatMap((candidate, index) =>
      this.wrapped(
        `${index + 1}  `,
        `${nameOfCandidate(candidate)}: ${outcomeWords[candidate.outcome]}${sayReason(candidate)} ${this.cited.cite(candidate.refs)}`,
      ),
    );
    const hidden = pull.path.length - shown.length;
    const more = hidden > 0 ? [this.paint.dim(`${hidden} more that had no part in it: -o wide`)] : [];
    return this.section("Path", [...lines, ...more, ...this.wrapped("", sentWords(this.diagnosis))]);
  }

  /** Long lists of entries that do not match say nothing beyond the first few. */
  private matters(candidate: CredentialCandidate): boolean {
    const { path } = this.diagnosis.pull;
    if (candidate.source === "runtime-config") return false;
    if (candidate.source === "credential-provider" && candidate.outcome === "no-match")
      return path.length < 5;
    if (candidate.outcome !== "no-match")
      return candidate.source !== "node-config" || candidate.outcome !== "not-tried";
    return path.filter((other) => other.outcome === "no-match").indexOf(candidate) < 5;
  }

  private facts(): readonly string[] {
    const { verdict, pull } = this.diagnosis;
    const leading =
      verdict.state === "cause" || verdict.state === "ambiguous" ? verdict.leading.finding : undefined;
    const claims = leading?.because ?? [];
    const lines = claims.flatMap((claim) =>
      this.wrapped("· ", `${claim.text} ${this.cited.cite(claim.cites)}`),
    );
    const assumed = leading?.confidence === "possible" ? leading.assuming : [];
    const assumptions = assumed.flatMap((claim) =>
      this.wrapped("? ", `${claim.text} ${this.cited.cite(claim.cites)}`),
    );
    const { failure } = pull.attempt;
    const message =
      failure === undefined ? [] : this.message(failure.message, this.cited.cite([failure.ref]));
    return this.section("Evidence", [...lines, ...assumptions, ...message]);
  }

  private message(text: string, cite: string): readonly string[] {
    const limit = 480;
    const whole = printableLine(text);
    const shown =
      this.style.wide || whole.length <= limit ? whole : `${whole.slice(0, limit)}… (whole with -o wide)`;
    return this.wrapped("· ", `"${shown}" ${cite}`).map((line) => this.paint.dim(line));
  }

  private fixes(): readonly string[] {
    const { verdict } = this.diagnosis;
    if (verdict.state === "no-failure") return [];
    if (verdict.state === "undetermined") return [];
    const { fixes } = verdict.leading.finding;
    return this.section(
      "Fix",
      fixes.flatMap((fix, index) => this.fix(fix, index, fixes.length)),
    );
  }

  private fix(fix: Fix, index: number, count: number): readonly string[] {
    const number = count > 1 ? `${index + 1}  ` : "";
    const marks = [
      fix.lasting === true && count > 1 ? "lasting" : "",
      fix.command === undefined ? "" : effectWords[fix.effect],
    ].filter((mark) => mark !== "");
    const summary = `${fix.summary}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}`;
    const commands =
      fix.command === undefined
        ? []
        : fix.command.split("\n").map((line) => `   ${this.paint.cyan(printable(line))}`);
    return [...this.wrapped(number, summary), ...commands];
  }

  private unknowns(): readonly string[] {
    const { unknowns } = this.diagnosis;
    return this.section(
      "Not known",
      unknowns.flatMap((unknown) => [
        ...this.wrapped("· ", unknown.text),
        ...hang("  ", printableLine(unknown.help), this.style.width - margin),
      ]),
    ).map((line, index) => (index === 0 ? line.replace("Not known", "Unknown ") + "" : line));
  }

  private references(): readonly string[] {
    return this.cited.all().map((ref, index) => this.paint.dim(printableLine(`[${index + 1}] ${ref}`)));
  }
}

const outcomeWords: Readonly<Record<CredentialCandidate["outcome"], string>> = {
  given: "used",
  "no-match": "no match",
  "no-name": "skipped",
  absent: "not there",
  "not-retrieved": "not there",
  "made-later": "too late",
  ignored: "ignored",
  empty: "empty",
  undecodable: "broken",
  unknown: "not known",
  "not-tried": "not tried",
};

const effectWords = { reads: "reads only", writes: "writes", "replaces-pod": "replaces the Pod" } as const;

function nameOfCandidate(candidate: CredentialCandidate): string {
  switch (candidate.source) {
    case "pull-secret":
      return `pull secret ${candidate.secret ?? '""'}${candidate.registryKey === undefined ? "" : `, entry ${candidate.registryKey}`}`;
    case "node-config":
      return "the node's docker config";
    case "credential-provider":
      return candidate.provider === undefined
        ? "the node's credential providers"
        : `credential provider ${candidate.provider}`;
    case "runtime-config":
      return "the runtime's own configuration";
    case "anonymous":
      return "without a login";
  }
}

function sayReason(candidate: CredentialCandidate): string {
  return candidate.reason === "" ? "" : ` · ${candidate.reason.replace(/\.$/, "")}`;
}

function sentWords({ pull }: Diagnosis): string {
  switch (pull.sent) {
    case "nothing":
      return "Sent: nothing; no request reached a registry.";
    case "anonymous":
      return "Sent: requests without a login, as the message proves.";
    case "credential":
      return "Sent: a login, as the message proves.";
    case "unknown":
      return "Sent: the message does not prove whether a login was sent.";
  }
}
