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
  "policy-blocked": "policy",
  "signature-rejected": "policy",
  "runtime-configuration-invalid": "policy",
  "runtime-unavailable": "policy",
  "auth-required": "authenticate",
  "credentials-rejected": "authenticate",
  "token-expired": "authenticate",
  "login-locked": "authenticate",
  "auth-denied-or-missing-repo": "authorize",
  "rate-limited": "authorize",
  "manifest-not-found": "manifest",
  "repository-not-found": "manifest",
  "platform-mismatch": "manifest",
  "schema1-unsupported": "manifest",
  "unsupported-media-type": "manifest",
  "transfer-interrupted": "content",
  "deadline-exceeded": "content",
  "disk-full": "content",
  "content-missing": "content",
  "image-encrypted": "content",
  "unpack-failed": "content",
  "digest-mismatch": "content",
  // Where a text carries no cause, nothing is known to have been passed.
  "backoff-only": "reference",
  unknown: "reference",
};

/** Whoever was asked last did not answer, or not well: the ping, the token server, the manifest, a blob. */
const ofPhase: Readonly<Partial<Record<Phase, Stage>>> = {
  ping: "connect",
  token: "authenticate",
  manifest: "manifest",
  content: "content",
};
const ofAnyPhase: ReadonlySet<FailureKind> = new Set([
  "registry-server-error",
  "unexpected-response",
  "transfer-interrupted",
  "deadline-exceeded",
]);

/** Where on the way it struck, as the causes of the same names have it; nearer, where the text shows what was asked. */
export function stageOf(kind: FailureKind, phase: Phase): Stage {
  if (kind === "forbidden") return phase === "content" ? "content" : "authorize";
  if (ofAnyPhase.has(kind)) return ofPhase[phase] ?? ofKind[kind] ?? "connect";
  // The connection to a blob store breaks after everything before it went well.
  return ofKind[kind] ?? (phase === "content" ? "content" : "connect");
}

/** Kinds of one stage by how much further they got; the more is known about the image, the further. */
const order: readonly FailureKind[] = [
  "backoff-only",
  "unknown",
  "pull-qps-exceeded",
  "runtime-configuration-invalid",
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
  "login-locked",
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
  "content-missing",
  "digest-mismatch",
  "image-encrypted",
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
