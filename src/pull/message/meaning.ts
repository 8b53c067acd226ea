import type { FailureKind } from "../failure-kind.ts";
import type { MessageReading, Sent } from "./reading.ts";

/** What is true whatever was sent. */
const sentences: Readonly<Record<FailureKind, string>> = {
  "auth-required": "The registry wants a login.",
  "credentials-rejected":
    "A login was sent and refused: the user name, password or token is wrong or no longer valid.",
  "login-locked": "The registry has locked a login, or the node's address, after too many wrong passwords.",
  "token-expired": "The registry says that a token has expired.",
  "auth-denied-or-missing-repo": "The registry refuses the pull: no right to it, or no such repository.",
  forbidden: "The answer was 403.",
  "pull-secret-missing":
    "The kubelet could not read a pull secret that the Pod names; it tries the pull without it.",
  "credential-provider-failed":
    "A credential provider of the node failed; the pull goes on without its login.",
  "image-not-authorized": "The image is on the node, and this Pod may not use it.",
  "manifest-not-found": "The answer was 404: no such tag or digest, or no such repository.",
  "repository-not-found": "The registry says that it has no such repository.",
  "platform-mismatch": "The image exists, and has no variant for the node's platform.",
  "unsupported-media-type":
    "What the reference points to has a media type that the runtime does not take for a container image's.",
  "schema1-unsupported": "The manifest is in Docker's old schema 1, which the runtime does not accept.",
  "rate-limited": "The registry limits how often may be pulled.",
  "dns-failure": "The name of the host could not be resolved.",
  "connect-refused": "The host refused the connection.",
  "connect-timeout": "The host did not answer in time.",
  "network-unreachable": "The node cannot send to the host: it has no route, or a firewall refuses.",
  "tls-unknown-authority": "The node does not trust who signed the host's certificate.",
  "tls-hostname-mismatch": "The certificate that the host shows is not valid for the name that was asked.",
  "tls-expired": "The host's certificate has expired or is not valid yet, by the node's clock.",
  "tls-other": "TLS with the host failed.",
  "http-not-https": "The host speaks HTTP where the runtime expects HTTPS.",
  "proxy-failure":
    "The proxy between the node and the host failed or refused; the host itself was not reached.",
  "registry-server-error": "The registry failed by itself (5xx).",
  "transfer-interrupted": "The connection broke.",
  "deadline-exceeded": "It took too long, or was stopped; the text names no more exact cause.",
  "disk-full": "A disk of the node is full, or a quota on it is used up.",
  "content-missing": "The registry has the image's manifest, and lacks a part of the image that it lists.",
  "image-encrypted": "The image is encrypted, and the node has no key that opens it.",
  "unpack-failed": "The image was downloaded and could not be unpacked on the node.",
  "digest-mismatch": "What was downloaded is not what its digest or size says.",
  "invalid-image-name": "The image is no valid reference; nothing was asked.",
  "short-name-unresolved": "The runtime cannot tell which registry a short name is of; nothing was asked.",
  "signature-rejected": "The node's signature policy does not accept the image.",
  "policy-blocked": "A policy of the registry or of the node refuses the image.",
  "never-pull-policy":
    "The pull policy is Never, and the image is not on the node or not for this Pod; the kubelet says the same for both.",
  "backoff-only": "A pull failed, and the kubelet will try again; the text carries no cause.",
  "pull-qps-exceeded": "The kubelet limits its own pulls; no registry was asked.",
  "sandbox-image-failed":
    "The node could not pull its sandbox (pause) image, so the Pod's own image was not asked for; the Pod's pull secrets play no part.",
  "runtime-configuration-invalid": "The node's runtime cannot read its own configuration of registries.",
  "runtime-unavailable": "The container runtime did not answer the kubelet.",
  "unexpected-response": "Something that does not speak the registry's protocol answered.",
  unknown: "The text names no cause that is known.",
};

type About = Partial<Readonly<Record<Sent, string>>>;
const unproved = "Whether a login was sent, the text does not tell.";

/** Kinds that mean something else by what was sent; in place of the sentence above. */
const bySent: Partial<Readonly<Record<FailureKind, About>>> = {
  "auth-required": {
    anonymous: "The registry wants a login, and this request carried none.",
    credential: "The registry refused the login that it was sent.",
    unknown: `The registry wants a login that it accepts. ${unproved}`,
  },
  "token-expired": {
    credential: "A login was sent, and the registry says that it has expired.",
    unknown:
      "The registry says that a token has expired. Whether it came from a login, the text does not tell.",
  },
  "auth-denied-or-missing-repo": {
    anonymous: "A request without a login was refused: the repository is private, or does not exist.",
    unknown:
      "The registry refuses the pull: no right to it, or no such repository. A request without a login and a login without the right are told the same.",
  },
  forbidden: {
    anonymous: "The answer was 403 to a request without a login.",
    credential: "A login was sent, and the answer was 403.",
    unknown:
      "The answer was 403. An expired login, one without the right and a blocked address are told the same, so the text does not tell whether a login was sent.",
  },
};

/** Kinds of answers about which it is worth knowing who asked. */
const answers: ReadonlySet<FailureKind> = new Set([
  "manifest-not-found",
  "repository-not-found",
  "rate-limited",
  "registry-server-error",
  "unexpected-response",
]);
const afterAnswer: About = {
  anonymous: "The request carried no login.",
  credential: "A login was sent.",
  unknown: unproved,
};
const onTheWay: ReadonlySet<FailureKind> = new Set([
  "dns-failure",
  "connect-refused",
  "connect-timeout",
  "network-unreachable",
  "tls-unknown-authority",
  "tls-hostname-mismatch",
  "tls-expired",
  "tls-other",
  "http-not-https",
  "proxy-failure",
]);

type Facts = Partial<
  Pick<
    MessageReading,
    "dockerConfigError" | "inspect" | "namesMissing" | "mirror" | "held" | "stage" | "status"
  > & {
    /** The text has the registry's own sentence besides the status. */
    readonly sentence: boolean;
  }
>;

/** One or two sentences of what the text proves, and no more. */
export function meaningOf(kind: FailureKind, sent: Sent, facts: Facts): string {
  const meaning = meant(kind, sent, facts);
  // What a mirror answers, the registry itself did not say.
  return facts.mirror === true
    ? meaning.replace(/^The registry(?='s| )/, "A mirror of the registry")
    : meaning;
}

function meant(kind: FailureKind, sent: Sent, facts: Facts): string {
  if (facts.dockerConfigError !== undefined)
    return "The kubelet could not decode a pull secret of the Pod, so it asked no registry.";
  if (facts.inspect === true && facts.stage !== "reference")
    return join(
      "The runtime could not say whether it has the image; it came to no pull.",
      kind === "unknown" || kind === "backoff-only" ? undefined : sentences[kind],
    );
  if (kind === "forbidden" && facts.stage === "content")
    return "The blob store answered 403 after the manifest could be read: a blocked address or an expired link rather than a missing right to the repository.";
  if (
    kind === "auth-required" &&
    facts.stage === "authenticate" &&
    sent === "anonymous" &&
    facts.held === "none"
  )
    return "A request without a login was refused: the runtime held no login that it could use for this host.";
  if (kind === "forbidden" && sent === "unknown" && facts.sentence === true)
    return join("The registry forbids the pull, in the words that the text ends with.", unproved);
  const exact = bySent[kind]?.[sent];
  if (exact !== undefined) return exact;
  const sentence = nearer(kind, sent, facts) ?? sentences[kind];
  if (answers.has(kind)) return join(sentence, afterAnswer[sent]);
  return onTheWay.has(kind) ? join(sentence, onTheWayTo(sent, facts)) : sentence;
}

/** A kind's sentence, where the text shows more than the kind. */
function nearer(kind: FailureKind, sent: Sent, facts: Facts): string | undefined {
  switch (kind) {
    case "manifest-not-found":
      return facts.namesMissing === "manifest"
        ? "The registry has no such tag or digest of the repository."
        : undefined;
    case "registry-server-error":
      if (facts.stage === "authenticate") return "The registry's token server failed by itself (5xx).";
      return facts.stage === "content" ? "The registry or its blob store failed by itself (5xx)." : undefined;
    case "policy-blocked":
      if (sent === "nothing") return "The node's configuration blocks the registry; nothing was asked.";
      return facts.status === 412 && facts.sentence !== true
        ? "The answer was 412, which Harbor gives where its policy forbids the image."
        : undefined;
    default:
      return undefined;
  }
}

function onTheWayTo(sent: Sent, facts: Facts): string | undefined {
  if (sent === "nothing") return "Nothing was sent.";
  if (facts.mirror === true) return "It is a mirror; what other hosts were sent, the text does not tell.";
  if (sent === "anonymous") return "The registry had been asked before, without a login.";
  return facts.held === "login" ? "The runtime held a login; it did not get through here." : unproved;
}

function join(first: string, second: string | undefined): string {
  return second === undefined ? first : `${first} ${second}`;
}
