import { type FailureKind, kinds } from "../../pull/message/kinds.ts";
import { secretOf } from "../../evidence/evidence.ts";
import type { ProbeOutcome } from "../../pull/probe/reading.ts";
import type { CauseId } from "../causes.ts";
import { mirrorClaims } from "../claims/mirror.ts";
import type { FailedPull } from "../rule.ts";
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

const causesOf: Partial<Record<ProbeOutcome, readonly [CauseId, ...CauseId[]]>> = {
  "login-refused": ["credential-rejected"],
  "login-expired": ["credential-expired"],
  "right-missing": ["credential-lacks-permission"],
  "right-or-repository": ["credential-lacks-permission", "repository-not-found"],
  "repository-absent": ["repository-not-found"],
  "repository-or-hidden": ["repository-not-found", "credential-lacks-permission"],
  "tag-absent": ["manifest-not-found"],
  "tag-or-repository": ["manifest-not-found", "repository-not-found"],
  "pulls-used-up": ["rate-limited"],
  "login-locked": ["login-locked"],
  policy: ["policy-blocked"],
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
  const { kind, sent } = failed.failure.reading;
  if (outcome !== "opens") {
    if (kind === "unexpected-response") return undefined;
    // The text states another cause outright: that one was met, whatever else there is now.
    if (kind === "rate-limited" && outcome !== "pulls-used-up" && outcome !== "login-locked")
      return undefined;
    return causesOf[outcome];
  }
  const { evidence, pull } = failed;
  if (pull.probe !== undefined && hasPlatform(pull.probe.probe, evidence) === "no")
    return ["platform-mismatch"];
  if (pull.probe?.probe.content === "artifact") return ["unsupported-media-type"];
  if (kind === "forbidden") return sent === "anonymous" ? undefined : ["forbidden"];
  const { refusal, stage, reached } = kinds[kind];
  const isHealed = refusal === true || (stage === "manifest" && reached === "answer");
  if (!isHealed) return undefined;
  // What the kubelet read of an immutable Secret it does not read again.
  const { login } = pull.probe?.reading ?? {};
  const held = login === undefined ? undefined : secretOf(evidence, login.secret);
  return held?.state === "found" && held.value.immutable
    ? ["immutable-secret-stale", "waiting-for-retry"]
    : ["waiting-for-retry"];
}

/** A refusal and an absence are not the same answer, unless the registry hides one behind the other; then the answer has changed since. */
function isOfThisKind(kind: FailureKind, outcome: ProbeOutcome): boolean {
  const absent =
    outcome === "tag-absent" || outcome === "tag-or-repository" || outcome === "repository-absent";
  const sawAbsence = kind === "manifest-not-found" || kind === "repository-not-found";
  if (sawAbsence) return absent || outcome === "opens" || outcome === "repository-or-hidden";
  return outcome !== "tag-absent" || kind !== "credentials-rejected";
}
