import type { FailureKind } from "../failure-kind.ts";
import type { Sent } from "./reading.ts";
import type { Stage } from "../stage.ts";
import type { Phase } from "./phase.ts";

const ofKind: Partial<Readonly<Record<FailureKind, Stage>>> = {
  "invalid-image-name": "reference",
  "short-name-unresolved": "reference",
  "never-pull-policy": "policy",
  "image-not-authorized": "policy",
  "pull-qps-exceeded": "policy",
  "pull-secret-missing": "credentials",
  "credential-provider-failed": "credentials",
  "runtime-unavailable": "connect",
  "auth-required": "authenticate",
  "credentials-rejected": "authenticate",
  "token-expired": "authenticate",
  "auth-denied-or-missing-repo": "authorize",
  "repository-not-found": "manifest",
  "platform-mismatch": "manifest",
  "schema1-unsupported": "manifest",
  "unsupported-media-type": "manifest",
  "signature-rejected": "manifest",
  "disk-full": "content",
  "unpack-failed": "content",
  "digest-mismatch": "content",
  // Where a text carries no cause, nothing is known to have been passed.
  "backoff-only": "reference",
  unknown: "reference",
};

/** The answer came from whoever was asked last: the ping, the token server, the manifest, a blob. */
const ofPhase: Readonly<Record<Phase, Stage>> = {
  ping: "connect",
  token: "authenticate",
  manifest: "manifest",
  content: "content",
  unknown: "connect",
};
const answersOfAnyPhase: ReadonlySet<FailureKind> = new Set([
  "manifest-not-found",
  "rate-limited",
  "registry-server-error",
  "unexpected-response",
  "transfer-interrupted",
  "deadline-exceeded",
]);

export function stageOf(kind: FailureKind, phase: Phase, masked: string): Stage {
  if (kind === "forbidden") return phase === "content" ? "content" : "authorize";
  if (kind === "policy-blocked") return /is blocked in/.test(masked) ? "policy" : "authorize";
  if (kind === "manifest-not-found" && phase !== "content") return "manifest";
  if (answersOfAnyPhase.has(kind)) return ofPhase[phase];
  // The connection to a blob store breaks after everything before it went well.
  return ofKind[kind] ?? (phase === "content" ? "content" : "connect");
}

/** Kinds of one stage by how much further they got; the more is known about the image, the further. */
const order: readonly FailureKind[] = [
  "backoff-only",
  "unknown",
  "pull-qps-exceeded",
  "runtime-unavailable",
  "dns-failure",
  "proxy-failure",
  "network-unreachable",
  "connect-timeout",
  "connect-refused",
  "http-not-https",
  "tls-other",
  "tls-unknown-authority",
  "tls-hostname-mismatch",
  "tls-expired",
  "deadline-exceeded",
  "transfer-interrupted",
  "unexpected-response",
  "registry-server-error",
  "auth-required",
  "credentials-rejected",
  "token-expired",
  "rate-limited",
  "auth-denied-or-missing-repo",
  "forbidden",
  "policy-blocked",
  "repository-not-found",
  "manifest-not-found",
  "schema1-unsupported",
  "unsupported-media-type",
  "platform-mismatch",
  "signature-rejected",
  "digest-mismatch",
  "unpack-failed",
  "disk-full",
];

/**
 * How far an attempt got, to choose the one that speaks for an aggregate. A stranger's refusal never outdoes that of a
 * login: the kubelet's keyring may hold an empty entry besides a full one (AKS adds one).
 */
export function progressOf(attempt: {
  readonly kind: FailureKind;
  readonly sent: Sent;
  readonly phase: Phase;
}): number {
  const refused =
    ["auth-required", "auth-denied-or-missing-repo"].includes(attempt.kind) && attempt.sent === "anonymous";
  const far = refused ? order.indexOf("auth-required") - 0.5 : order.indexOf(attempt.kind);
  return far + (attempt.phase === "content" ? order.length : 0);
}
