import { type FailureKind, kinds } from "../../pull/message/kinds.ts";
import { secretOf } from "../../evidence/evidence.ts";
import type { ProbeOutcome } from "../../pull/probe/reading.ts";
import type { CauseId } from "../causes.ts";
import { mirrorClaims } from "../claims/mirror.ts";
import type { FailedPull } from "../rule.ts";
import { isComplete } from "./complete.ts";
import { hasPlatform } from "./platform.ts";

/** What the registry's answers make of a failed pull: the causes that they leave, and how sure they are. */
export interface ProbeDecision {
  readonly outcome: ProbeOutcome;
  readonly causes: readonly [CauseId, ...CauseId[]];
  readonly confidence: "certain" | "likely";
}

/** These say nothing by themselves: there the answer of now is as much as is known, and no more than likely the one that the node got. */
const silent: ReadonlySet<FailureKind> = new Set(["backoff-only", "unknown"]);

function isAskable(kind: FailureKind): boolean {
  return kinds[kind].askable === true;
}

/** What the answers come to: where the image opens, it is still to be said what is wrong all the same, or was. */
type Settled =
  | ProbeOutcome
  | "another-platform"
  | "no-image"
  | "let-in-from-here"
  | "let-in-now"
  | "let-in-now-beside-an-old-secret";

interface Settlement {
  readonly causes: readonly [CauseId, ...CauseId[]];
  /** What shows it, in the words of the causes' pages. */
  readonly shownBy: string;
}

/** What is not here is never decided by asking. The pages of docs/rules take their words from it. */
export const settlements: Partial<Record<Settled, Settlement>> = {
  "login-refused": {
    causes: ["credential-rejected"],
    shownBy: "the login alone, asked without a repository, is refused, or the token server's words say so",
  },
  "login-expired": {
    causes: ["credential-expired"],
    shownBy: "the registry's words say that the login has expired; a GET has them, a HEAD has not",
  },
  "right-missing": {
    causes: ["credential-lacks-permission"],
    shownBy: "the login alone is taken, and the manifest is refused to it",
  },
  "right-or-repository": {
    causes: ["credential-lacks-permission", "repository-not-found"],
    shownBy:
      "the login alone is taken, and the registry refuses what is closed as it refuses what is not there",
  },
  "repository-absent": {
    causes: ["repository-not-found"],
    shownBy: "the registry's error names the repository, or the list of its tags is not there either",
  },
  "repository-or-hidden": {
    causes: ["repository-not-found", "credential-lacks-permission"],
    shownBy: "neither manifest nor tags are found, by a registry that may answer so instead of refusing",
  },
  "tag-absent": {
    causes: ["manifest-not-found"],
    shownBy:
      "the manifest is not found, and the repository's tags are, or the registry's error names the tag",
  },
  "tag-or-repository": {
    causes: ["manifest-not-found", "repository-not-found"],
    shownBy: "the manifest is not found, and nothing tells of the repository",
  },
  "pulls-used-up": {
    causes: ["rate-limited"],
    shownBy: "the answer to a HEAD counts no pull that is left for the account",
  },
  "login-locked": { causes: ["login-locked"], shownBy: "the token server says so" },
  policy: {
    causes: ["policy-blocked"],
    shownBy: "the status is 412, or the registry's words name what is disabled",
  },
  "content-missing": {
    causes: ["content-missing"],
    shownBy:
      "the manifest is there, and what it points to is not: its digest, its configuration, or one of its first five layers",
  },
  "another-platform": {
    causes: ["platform-mismatch"],
    shownBy: "the manifest's list of platforms, or the image's configuration, has not the node's",
  },
  "no-image": {
    causes: ["unsupported-media-type"],
    shownBy: "the manifest is no container image's",
  },
  "let-in-from-here": {
    causes: ["forbidden"],
    shownBy:
      "the login that met 403 is let in from this machine: what keeps the node out is then its address or a policy, most likely",
  },
  "let-in-now": {
    causes: ["waiting-for-retry"],
    shownBy: "the image opens with what the Pod has now",
  },
  "let-in-now-beside-an-old-secret": {
    causes: ["immutable-secret-stale", "waiting-for-retry"],
    shownBy: "the image opens with what an immutable Secret holds now",
  },
};

export function decisionOf(failed: FailedPull): ProbeDecision | undefined {
  const { probe } = failed.pull;
  const { kind, inspect } = failed.failure.reading;
  if (probe === undefined || inspect === true || (!isAskable(kind) && !silent.has(kind))) return undefined;
  const { outcome } = probe.reading;
  const causes = causesFor(failed, outcome);
  if (causes === undefined) return undefined;
  // A mirror of the node's may have given another answer than the registry itself.
  const sure = isAskable(kind) && mirrorClaims(failed).length === 0 && isOfThisKind(kind, outcome);
  return { outcome, causes, confidence: sure && !waits(causes) ? "certain" : "likely" };
}

function waits(causes: readonly CauseId[]): boolean {
  return causes.includes("waiting-for-retry") || causes.includes("forbidden");
}

function causesFor(failed: FailedPull, outcome: ProbeOutcome): ProbeDecision["causes"] | undefined {
  const { kind } = failed.failure.reading;
  if (outcome !== "opens") {
    // A status that the runtime did not expect is explained only by the registry's own word for it.
    if (kind === "unexpected-response" && outcome !== "policy") return undefined;
    // The text states another cause outright: that one was met, whatever else there is now.
    if (kind === "rate-limited" && outcome !== "pulls-used-up" && outcome !== "login-locked")
      return undefined;
    // Whoever was refused never came to the content.
    if (outcome === "content-missing" && kinds[kind].refusal === true) return undefined;
    return settlements[outcome]?.causes;
  }
  const opened = openedTo(failed);
  return opened === undefined ? undefined : settlements[opened]?.causes;
}

/** The image opens from here, and the node could not get it. */
function openedTo({ evidence, pull, failure }: FailedPull): Settled | undefined {
  const { kind, sent } = failure.reading;
  if (pull.probe === undefined) return undefined;
  const { probe, reading } = pull.probe;
  if (hasPlatform(probe, evidence) === "no") return "another-platform";
  if (probe.content === "artifact") return "no-image";
  if (kind === "forbidden") return sent === "anonymous" ? undefined : "let-in-from-here";
  if (kind === "content-missing") return isComplete(probe) ? "let-in-now" : undefined;
  const { refusal, stage, reached } = kinds[kind];
  const isHealed = refusal === true || (stage === "manifest" && reached === "answer");
  if (!isHealed) return undefined;
  // What the kubelet read of an immutable Secret it does not read again.
  const held = reading.login === undefined ? undefined : secretOf(evidence, reading.login.secret);
  return held?.state === "found" && held.value.immutable ? "let-in-now-beside-an-old-secret" : "let-in-now";
}

/** A refusal and an absence are not the same answer, unless the registry hides one behind the other; then the answer has changed since. */
function isOfThisKind(kind: FailureKind, outcome: ProbeOutcome): boolean {
  // The node had the manifest; that it would not get it now is another matter.
  if (kind === "content-missing") return outcome === "content-missing" || outcome === "opens";
  const absent =
    outcome === "tag-absent" || outcome === "tag-or-repository" || outcome === "repository-absent";
  const sawAbsence = kind === "manifest-not-found" || kind === "repository-not-found";
  if (sawAbsence) return absent || ["opens", "repository-or-hidden", "content-missing"].includes(outcome);
  return outcome !== "tag-absent" || kind !== "credentials-rejected";
}
