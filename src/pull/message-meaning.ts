import type { FailureKind } from "./failure-kind.ts";
import type { MessageReading } from "./message.ts";

const sentences: Readonly<Record<FailureKind, string>> = {
  "auth-required": "The registry asks for a login.",
  "credentials-rejected": "A login was sent, and it was refused.",
  "token-expired": "The registry says that the login has expired.",
  "auth-denied-or-missing-repo": "The registry denies the pull: no right to it, or no such repository.",
  forbidden: "The registry answers 403.",
  "pull-secret-missing": "The kubelet could not read a pull secret that the Pod names.",
  "credential-provider-failed": "A credential provider of the node failed.",
  "image-not-authorized": "The image is on the node, and the Pod may not use it.",
  "manifest-not-found": "The registry has no such tag or digest.",
  "repository-not-found": "The registry says that there is no such repository.",
  "platform-mismatch": "The image has no variant for the node's platform.",
  "unsupported-media-type": "The reference is no container image.",
  "schema1-unsupported": "The manifest is in Docker's schema 1, which the runtime does not read.",
  "rate-limited": "The registry limits the rate of pulls.",
  "dns-failure": "The registry's name could not be resolved.",
  "connect-refused": "The connection was refused.",
  "connect-timeout": "The connection timed out.",
  "network-unreachable": "There is no route to the registry.",
  "tls-unknown-authority": "The node does not trust who signed the registry's certificate.",
  "tls-hostname-mismatch": "The registry's certificate is for another host.",
  "tls-expired": "The registry's certificate has expired or is not valid yet.",
  "tls-other": "TLS failed.",
  "http-not-https": "The registry speaks HTTP where the runtime expects HTTPS.",
  "proxy-failure": "The HTTP proxy refused or failed; the registry itself was not reached.",
  "registry-server-error": "The registry failed by itself (5xx).",
  "transfer-interrupted": "The connection broke.",
  "deadline-exceeded": "The time for it ran out.",
  "disk-full": "The node's disk is full.",
  "unpack-failed": "The image was downloaded and could not be unpacked.",
  "digest-mismatch": "What was downloaded is not what the manifest promises.",
  "invalid-image-name": "The image reference cannot be parsed.",
  "short-name-unresolved": "The runtime cannot tell which registry a short name is from.",
  "signature-rejected": "The node's signature policy refused the image.",
  "policy-blocked": "A policy of the registry or the node refused the image.",
  "never-pull-policy": "The image is not on the node as far as this Pod may know, and its policy is Never.",
  "backoff-only": "The kubelet waits before it tries again; the text carries no cause.",
  "pull-qps-exceeded": "The kubelet limits its own pulls.",
  "sandbox-image-failed":
    "The node's sandbox (pause) image could not be pulled; the Pod's own image was not tried.",
  "runtime-unavailable": "The container runtime does not answer.",
  "unexpected-response": "Something that is no registry answered.",
  unknown: "The text names no cause that is known.",
};

const sentSentences = {
  nothing: " Nothing was asked of a registry that could have needed a login.",
  anonymous: " No login was sent: none that fits reached the runtime.",
  credential: " A login was sent.",
  unknown: " Whether a login was sent, the text does not prove.",
} as const;

/** Kinds for which the sentence about the login adds something. */
const aboutLogins: ReadonlySet<FailureKind> = new Set([
  "auth-required",
  "auth-denied-or-missing-repo",
  "forbidden",
  "manifest-not-found",
  "repository-not-found",
  "rate-limited",
]);

export function meaningOf(
  reading: Pick<MessageReading, "kind" | "sent">,
  facts: Pick<MessageReading, "dockerConfigError" | "inspect" | "namesMissing">,
): string {
  if (facts.dockerConfigError !== undefined)
    return "The kubelet could not decode a pull secret of the Pod, so it asked no registry.";
  if (facts.inspect === true && reading.kind === "unknown")
    return "The runtime could not inspect the image; it came to no pull.";
  if (reading.kind === "manifest-not-found" && facts.namesMissing === undefined)
    return "The registry answers 404: no such tag or digest, or no such repository.";
  return `${sentences[reading.kind]}${aboutLogins.has(reading.kind) ? sentSentences[reading.sent] : ""}`;
}
