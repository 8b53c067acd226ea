import { kind, type KindFacts, unproved } from "./kind-facts.ts";

/**
 * What a runtime's or the kubelet's text alone says about a failed pull: mutually exclusive labels, in the order of how
 * far an attempt got. Of several attempts, or of the errors of one, the lowest on this list speaks: the more is known
 * about the image, the further.
 */
const table = {
  // Where a text carries no cause, nothing is known to have been passed.
  unknown: kind("reference", "untold", "The text names no cause that is known."),
  "backoff-only": kind(
    "reference",
    "untold",
    "A pull failed, and the kubelet will try again; the text carries no cause.",
  ),
  "pull-secret-missing": kind(
    "credentials",
    "untold",
    "The kubelet could not read a pull secret that the Pod names; it tries the pull without it.",
  ),
  "credential-provider-failed": kind(
    "credentials",
    "untold",
    "A credential provider of the node failed; the pull goes on without its login.",
  ),
  "invalid-image-name": kind("reference", "kubelet", "The image is no valid reference; nothing was asked.", {
    inspecting: true,
  }),
  "pull-qps-exceeded": kind("policy", "kubelet", "The kubelet limits its own pulls; no registry was asked."),
  "never-pull-policy": kind(
    "policy",
    "kubelet",
    "The pull policy is Never, and the image is not on the node or not for this Pod; the kubelet says the same for both.",
  ),
  "image-not-authorized": kind("policy", "kubelet", "The image is on the node, and this Pod may not use it."),
  "sandbox-image-failed": kind(
    "policy",
    "kubelet",
    "The node could not pull its sandbox (pause) image, so the Pod's own image was not asked for; the Pod's pull secrets play no part.",
  ),
  "runtime-unavailable": kind("policy", "runtime", "The container runtime did not answer the kubelet.", {
    inspecting: true,
  }),
  "runtime-configuration-invalid": kind(
    "policy",
    "runtime",
    "The node's runtime cannot read its own configuration of registries.",
    { inspecting: true },
  ),
  "short-name-unresolved": kind(
    "reference",
    "runtime",
    "The runtime cannot tell which registry a short name is of; nothing was asked.",
    { inspecting: true },
  ),
  "dns-failure": kind("connect", "way", "The name of the host could not be resolved."),
  "proxy-failure": kind(
    "connect",
    "way",
    "The proxy between the node and the host failed or refused; the host itself was not reached.",
  ),
  "network-unreachable": kind(
    "connect",
    "way",
    "The node cannot send to the host: it has no route, or a firewall refuses.",
  ),
  "connect-timeout": kind("connect", "way", "The host did not answer in time."),
  "connect-refused": kind("connect", "way", "The host refused the connection."),
  "http-not-https": kind("connect", "way", "The host speaks HTTP where the runtime expects HTTPS."),
  "tls-other": kind("connect", "way", "TLS with the host failed."),
  "tls-unknown-authority": kind(
    "connect",
    "way",
    "The node does not trust who signed the host's certificate.",
  ),
  "tls-hostname-mismatch": kind(
    "connect",
    "way",
    "The certificate that the host shows is not valid for the name that was asked.",
  ),
  "tls-expired": kind(
    "connect",
    "way",
    "The host's certificate has expired or is not valid yet, by the node's clock.",
  ),
  "deadline-exceeded": kind(
    "content",
    "untold",
    "It took too long, or was stopped; the text names no more exact cause.",
    { anywhere: true },
  ),
  "transfer-interrupted": kind("content", "untold", "The connection broke.", { anywhere: true }),
  "unexpected-response": kind(
    "connect",
    "answer",
    "Something that does not speak the registry's protocol answered.",
    { askable: true, anywhere: true, challenged: "at-token-server" },
  ),
  "registry-server-error": kind("connect", "answer", "The registry failed by itself (5xx).", {
    anywhere: true,
    challenged: "at-token-server",
  }),
  "auth-required": kind("authenticate", "answer", "The registry wants a login.", {
    askable: true,
    refusal: true,
    challenged: "unless-ping",
    bySent: {
      anonymous: "The registry wants a login, and this request carried none.",
      credential: "The registry refused the login that it was sent.",
      unknown: { failed: "The registry wants a login that it accepts.", sent: unproved },
    },
  }),
  "credentials-rejected": kind(
    "authenticate",
    "answer",
    "A login was sent and refused: the user name, password or token is wrong or no longer valid.",
    { askable: true, refusal: true, challenged: "unless-ping", outdoesStatus: true },
  ),
  "token-expired": kind("authenticate", "answer", "The registry says that a token has expired.", {
    askable: true,
    refusal: true,
    challenged: "unless-ping",
    outdoesStatus: true,
    bySent: {
      credential: "A login was sent, and the registry says that it has expired.",
      unknown:
        "The registry says that a token has expired. Whether it came from a login, the text does not tell.",
    },
  }),
  "login-locked": kind(
    "authenticate",
    "answer",
    "The registry has locked a login, or the node's address, after too many wrong passwords.",
    { askable: true, challenged: "unless-ping", outdoesStatus: true },
  ),
  "rate-limited": kind("authorize", "answer", "The registry answers that too much was asked.", {
    askable: true,
    challenged: "at-token-server",
    outdoesStatus: true,
  }),
  "auth-denied-or-missing-repo": kind(
    "authorize",
    "answer",
    "The registry refuses the pull: no right to it, or no such repository.",
    {
      askable: true,
      refusal: true,
      challenged: "unless-ping",
      bySent: {
        anonymous: "A request without a login was refused: the repository is private, or does not exist.",
        unknown:
          "The registry refuses the pull: no right to it, or no such repository. A request without a login and a login without the right are told the same.",
      },
    },
  ),
  forbidden: kind("authorize", "answer", "The answer was 403.", {
    askable: true,
    refusal: true,
    challenged: "if-denied",
    bySent: {
      anonymous: "The answer was 403 to a request without a login.",
      credential: "A login was sent, and the answer was 403.",
      unknown:
        "The answer was 403. An expired login, one without the right and a blocked address are told the same, so the text does not tell whether a login was sent.",
    },
  }),
  "policy-blocked": kind("policy", "untold", "A policy of the registry or of the node refuses the image.", {
    askable: true,
  }),
  "repository-not-found": kind("manifest", "answer", "The registry says that it has no such repository.", {
    askable: true,
    outdoesStatus: true,
  }),
  "manifest-not-found": kind(
    "manifest",
    "answer",
    "The answer was 404: no such tag or digest, or no such repository.",
    { askable: true, outdoesStatus: true },
  ),
  "schema1-unsupported": kind(
    "manifest",
    "image",
    "The manifest is in Docker's old schema 1, which the runtime does not accept.",
  ),
  "unsupported-media-type": kind(
    "manifest",
    "image",
    "What the reference points to has a media type that the runtime does not take for a container image's.",
  ),
  "platform-mismatch": kind(
    "manifest",
    "image",
    "The image exists, and has no variant for the node's platform.",
    { askable: true },
  ),
  "signature-rejected": kind("policy", "untold", "The node's signature policy does not accept the image."),
  "content-missing": kind(
    "content",
    "answer",
    "The registry has the image's manifest, and lacks a part of the image that it lists.",
    { askable: true, outdoesStatus: true },
  ),
  "digest-mismatch": kind("content", "image", "What was downloaded is not what its digest or size says."),
  "image-encrypted": kind(
    "content",
    "image",
    "The image is encrypted, and the node has no key that opens it.",
  ),
  "unpack-failed": kind(
    "content",
    "image",
    "The image was downloaded and could not be unpacked on the node.",
  ),
  "disk-full": kind("content", "image", "A disk of the node is full, or a quota on it is used up.", {
    inspecting: true,
  }),
} as const satisfies Record<string, KindFacts>;

export type FailureKind = keyof typeof table;

export const kinds: Readonly<Record<FailureKind, KindFacts>> = table;
export const failureKinds = Object.keys(table) as readonly FailureKind[];

const ranks: ReadonlyMap<FailureKind, number> = new Map(failureKinds.map((name, rank) => [name, rank]));

/** How far a kind got among the others; see the table. */
export function rankOf(name: FailureKind): number {
  return ranks.get(name) ?? 0;
}
