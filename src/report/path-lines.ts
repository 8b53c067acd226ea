import type { Ref } from "../evidence/observed.ts";
import type { Diagnosis } from "../diagnose.ts";
import type { CredentialCandidate } from "../pull/path/candidate.ts";
import { causes } from "../rules/causes.ts";
import { authFailures, unknownLogin } from "../rules/rule.ts";
import type { Verdict } from "../verdict.ts";

/** What became of a candidate, to be seen at a glance. */
export type PathMark =
  | "used"
  | "refused"
  | "no-match"
  | "too-late"
  | "at-fault"
  | "not-visible"
  | "not-tried";

/** One line of the path: what it is about, and what it rests on. */
export interface PathLine {
  readonly text: string;
  readonly mark: PathMark;
  readonly refs: readonly Ref[];
}

const shownMisses = 5;

/**
 * The path for people: every candidate that had a part in it, in the kubelet's order. What cannot be seen of the node
 * is one line; entries that do not match are shown up to a handful.
 */
export function pathLines(diagnosis: Diagnosis, wide: boolean): readonly PathLine[] {
  const { pull, verdict } = diagnosis;
  const { path } = pull;
  const line = (candidate: CredentialCandidate): PathLine => {
    const mark = markOf(candidate, pull);
    return wide
      ? { text: lineOf(candidate, mark), mark, refs: candidate.refs }
      : shortLine(candidate, mark, diagnosis);
  };
  if (wide) return path.map(line);
  // Where logins have nothing to do with the failure, the one that was at hand is all that may be of use.
  if (verdict.state === "cause" && causes[verdict.leading.id].credential === "innocent")
    return pull.sent === "nothing"
      ? []
      : path.filter(({ outcome, source }) => outcome === "given" && source === "pull-secret").map(line);
  const misses = path.filter(
    (candidate) => candidate.source === "pull-secret" && candidate.outcome === "no-match",
  );
  // Where the text proves what was sent, and a cause is known, the node's own logins decide nothing.
  const hadNoPart =
    verdict.state === "cause" && pull.sent !== "unknown" && causes[verdict.leading.id].credential !== "node";
  const shown = path.filter((candidate) => {
    if (candidate.source === "runtime-config") return false;
    if (misses.includes(candidate)) return misses.indexOf(candidate) < shownMisses;
    if (candidate.source === "credential-provider" && candidate.outcome === "no-match")
      return candidate.provider === undefined;
    if (isNode(candidate) && isUnseen(candidate) && hadNoPart) return false;
    return !(candidate.source !== "pull-secret" && candidate.outcome === "not-tried");
  });
  const unseen = shown.filter((candidate) => isNode(candidate) && isUnseen(candidate));
  return shown.flatMap((candidate) => {
    if (unseen.length > 1 && unseen.includes(candidate))
      return candidate === unseen[0]
        ? [
            {
              text: "the node's own logins: not visible through the API",
              mark: "not-visible" as const,
              refs: unseen.flatMap(({ refs }) => refs),
            },
          ]
        : [];
    return [line(candidate)];
  });
}

function isUnseen({ reason }: CredentialCandidate): boolean {
  return reason.endsWith("not visible through the API");
}

function isNode(candidate: CredentialCandidate): boolean {
  return candidate.source === "node-config" || candidate.source === "credential-provider";
}

/** A login was refused where it is known to have been sent, and the answer was a refusal; so for a request without one. */
function markOf(candidate: CredentialCandidate, { sent, attempt }: Diagnosis["pull"]): PathMark {
  if (candidate.outcome !== "given") return marks[candidate.outcome];
  const kind = attempt.failure?.reading.kind;
  const wasSent = candidate.source === "anonymous" ? sent === "anonymous" : sent === "credential";
  return wasSent && authFailures.some((refusal) => refusal === kind) ? "refused" : "used";
}

const marks: Readonly<Record<Exclude<CredentialCandidate["outcome"], "given">, PathMark>> = {
  "no-match": "no-match",
  "no-name": "at-fault",
  absent: "at-fault",
  "not-retrieved": "at-fault",
  "made-later": "too-late",
  ignored: "at-fault",
  empty: "at-fault",
  undecodable: "at-fault",
  unknown: "not-visible",
  "not-tried": "not-tried",
};

function lineOf(candidate: CredentialCandidate, mark: PathMark): string {
  if (mark === "refused" && candidate.source === "anonymous") return `${nameOf(candidate)}: refused`;
  const reason = candidate.reason.replace(/\.$/, "");
  const outcome = mark === "refused" ? "refused" : outcomeWords[candidate.outcome];
  return `${nameOf(candidate)}: ${outcome}${reason === "" ? "" : outcome === "" ? reason : `, ${reason}`}`;
}

/** What was refused has matched; how it is known that it was refused is worth more words. */
function shortLine(candidate: CredentialCandidate, mark: PathMark, diagnosis: Diagnosis): PathLine {
  const { failure } = diagnosis.pull.attempt;
  const isPlain = candidate.source === "anonymous" || /^matches [^\s,]+$/.test(candidate.reason);
  if (mark !== "refused" || !isPlain)
    return {
      text: lineOf({ ...candidate, reason: ownReason(candidate) }, mark),
      mark,
      refs: candidate.refs,
    };
  const text = `${nameOf(candidate)}: refused`;
  if (failure === undefined || !isProvedOnPath(diagnosis)) return { text, mark, refs: candidate.refs };
  const own = candidate.source === "anonymous" ? [] : candidate.refs;
  return { text: `${text}, as the message proves`, mark, refs: [...own, failure.ref] };
}

/** Without what the line begins with. */
function ownReason({ source, registryKey, reason }: CredentialCandidate): string {
  const said = source === "anonymous" ? "one attempt without a login, " : `${registryKey ?? ""} is `;
  return reason.startsWith(said) ? reason.slice(said.length) : reason;
}

/** Whether the path has one login, or the request without one, of which the text says that it was sent and refused. */
export function isProvedOnPath({ pull }: Diagnosis): boolean {
  const refused = pull.path.filter((candidate) => markOf(candidate, pull) === "refused");
  return refused.length === 1 && pull.attempt.failure?.reading.sent === pull.sent;
}

/** Empty where the reason says it all. */
const outcomeWords: Readonly<Record<CredentialCandidate["outcome"], string>> = {
  given: "used",
  "no-match": "no match",
  "no-name": "skipped",
  absent: "",
  "not-retrieved": "",
  "made-later": "too late",
  ignored: "ignored",
  empty: "",
  undecodable: "broken",
  unknown: "",
  "not-tried": "not tried",
};

function nameOf(candidate: CredentialCandidate): string {
  switch (candidate.source) {
    case "pull-secret":
      return `pull secret ${candidate.secret ?? '""'}${candidate.registryKey === undefined ? "" : `, ${candidate.registryKey}`}`;
    case "node-config":
      return "the node's docker config";
    case "credential-provider":
      return candidate.provider === undefined
        ? "credential providers"
        : `credential provider ${candidate.provider}`;
    case "runtime-config":
      return "the runtime's own configuration";
    case "anonymous":
      return "without a login";
  }
}

/** What reached the registry, as far as it is proved. */
export function sentWords({ pull }: Diagnosis): string {
  switch (pull.sent) {
    case "nothing":
      return pull.attempt.failure?.reading.kind === "sandbox-image-failed"
        ? "Sent: nothing for the Pod's image."
        : "Sent: nothing; no request reached a registry.";
    case "anonymous":
      return "Sent: requests without a login, as the message proves.";
    case "credential":
      return pull.attempt.failure?.reading.sent === "credential"
        ? "Sent: a login, as the message proves."
        : "Sent: a login, as one was at hand; the text alone does not tell.";
    case "unknown":
      return "Sent: whether a login was sent, the message does not prove.";
  }
}

/**
 * Whether what the text of a plain refusal means is what those words say: a login, or none, was refused. Where the cause is
 * open, it is worth its own sentence.
 */
export function isToldBySent({ pull, verdict }: Diagnosis): boolean {
  const kind = pull.attempt.failure?.reading.kind;
  const isKnown = pull.sent === "anonymous" || pull.sent === "credential";
  return isSure(verdict) && isKnown && unknownLogin.some((one) => one === kind);
}

/** Whether the cause is known, and does not rest on something unread. */
export function isSure(verdict: Verdict): boolean {
  return verdict.state === "cause" && verdict.leading.finding.confidence !== "possible";
}
