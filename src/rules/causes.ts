import type { Stage } from "../pull/stage.ts";

/**
 * What a cause means for the question "which credential?":
 * - `chain`: nothing fitting reached the runtime · `refused`: a login reached the registry and was not good enough
 * - `node`: the node's own credentials are missing or refused · `innocent`: credentials have nothing to do with it
 */
export type CredentialRole = "chain" | "refused" | "node" | "innocent";

/**
 * What waiting does for a pull that failed so:
 * - `alone`: a later attempt of the kubelet may go well although nobody changes anything
 * - `later`: it may, within minutes: a name is on its way to the name servers that do not know it yet; else it never will
 * - `soon`: what is missing is often about to be written, by the same rollout or by a controller, or may be back in a moment
 * - `never`: every attempt fails until somebody changes something
 */
export type Healing = "alone" | "later" | "soon" | "never";

interface CauseFacts {
  readonly stage: Stage;
  readonly credential: CredentialRole;
  readonly title: string;
  readonly heals: Healing;
}

function cause(
  stage: Stage,
  credential: CredentialRole,
  title: string,
  heals: Healing = "never",
): CauseFacts {
  return { stage, credential, title, heals };
}

/** Every cause the program can name. The ids are permanent: they stand in -o json, in docs/rules and in users' scripts. */
export const causes = {
  "no-pull-secret": cause(
    "credentials",
    "chain",
    "Neither the Pod nor its ServiceAccount names a pull secret",
  ),
  "pull-secret-missing": cause(
    "credentials",
    "chain",
    "A pull secret that the Pod names does not exist in its namespace",
    "soon",
  ),
  "pull-secret-name-empty": cause(
    "credentials",
    "chain",
    "imagePullSecrets holds an entry without a name, so the ServiceAccount's list was not copied",
  ),
  "pull-secret-wrong-type": cause(
    "credentials",
    "chain",
    "The Secret's type is not one that the kubelet reads logins from (Opaque, basic-auth, service-account-token, …)",
  ),
  "pull-secret-malformed": cause(
    "credentials",
    "chain",
    "A pull secret cannot be decoded, so the kubelet pulls nothing for this Pod",
  ),
  "pull-secret-empty": cause(
    "credentials",
    "chain",
    "The pull secret is valid and holds no registry entries",
    "soon",
  ),
  "registry-key-mismatch": cause(
    "credentials",
    "chain",
    "No entry of the pull secrets matches the image's registry and repository",
  ),
  "registry-host-omitted": cause(
    "reference",
    "chain",
    "The image has no registry host, so it means Docker Hub; the pull secrets are for another registry",
  ),
  "service-account-changed-later": cause(
    "credentials",
    "chain",
    "The ServiceAccount got its pull secrets after the Pod was created",
  ),
  "service-account-list-ignored": cause(
    "credentials",
    "chain",
    "The Pod's own list kept the ServiceAccount's list, which has the fitting login, from being copied",
  ),
  "service-account-secrets-field": cause(
    "credentials",
    "chain",
    "The Secret is in the ServiceAccount's secrets, not in its imagePullSecrets",
  ),
  "wrong-service-account": cause(
    "credentials",
    "chain",
    "Another ServiceAccount of the namespace has the fitting pull secret",
  ),
  "template-not-rolled-out": cause(
    "credentials",
    "chain",
    "The workload's template names the pull secret now; this Pod is from an older revision",
  ),
  "static-pod": cause(
    "credentials",
    "chain",
    "A static Pod cannot use Secrets or ServiceAccounts of the API",
  ),
  "immutable-secret-stale": cause(
    "credentials",
    "refused",
    "The immutable pull secret was replaced; the kubelet still uses what it read first",
  ),
  "credential-empty": cause(
    "authenticate",
    "refused",
    "The matching entry has no user name or no password (credsStore, identitytoken, …)",
  ),
  "credential-shadowed": cause(
    "authenticate",
    "refused",
    "A matching docker.io entry keeps the index.docker.io login from being tried",
  ),
  "credential-whitespace": cause("authenticate", "refused", "The login ends in a line break or blank"),
  "credential-fields-disagree": cause(
    "authenticate",
    "refused",
    "The entry's auth and its username or password disagree; the kubelet uses auth",
  ),
  "credential-kind-not-taken": cause(
    "authenticate",
    "refused",
    "The login is of a kind that the registry does not take",
  ),
  "login-locked": cause(
    "authenticate",
    "refused",
    "The registry has locked this login, or this address, after too many wrong passwords",
  ),
  "credential-expired": cause("authenticate", "refused", "The login has expired"),
  "credential-rejected": cause("authenticate", "refused", "The registry refuses the login"),
  "credential-lacks-permission": cause(
    "authorize",
    "refused",
    "The login is good and may not pull this repository",
  ),
  forbidden: cause(
    "authorize",
    "refused",
    "The registry answers 403 for a reason that the text does not give (address, policy, permission)",
  ),
  "node-credential-failed": cause(
    "credentials",
    "node",
    "The node's own credentials (kubelet file, credential provider, cloud identity) are missing or refused",
  ),
  "service-account-not-opted-in": cause(
    "credentials",
    "node",
    "The node's credential provider pulls as the ServiceAccount, which lacks the annotation or the audience",
  ),
  "credential-provider-not-matched": cause(
    "credentials",
    "node",
    "No credential provider's matchImages covers the image, and one nearly does",
  ),
  "image-not-authorized": cause(
    "policy",
    "chain",
    "The image is on the node; this Pod has not shown that it may use it (KEP-2535)",
  ),
  "waiting-for-retry": cause(
    "credentials",
    "chain",
    "What was wrong has been corrected since the last attempt; the kubelet waits for the next",
    "alone",
  ),
  "invalid-image-name": cause("reference", "innocent", "The image reference cannot be parsed"),
  "unrendered-template": cause(
    "reference",
    "innocent",
    "A template variable was left in the image reference",
  ),
  "short-name-unresolved": cause("reference", "innocent", "CRI-O cannot resolve the short image name"),
  "never-pull-policy": cause(
    "policy",
    "innocent",
    "imagePullPolicy is Never and the image is not on the node",
  ),
  "always-pull-policy": cause(
    "policy",
    "innocent",
    "imagePullPolicy Always asks a registry for an image that only the node has",
  ),
  "pull-qps-exceeded": cause("policy", "innocent", "The kubelet limits its own pulls", "alone"),
  "policy-blocked": cause("policy", "innocent", "A registry or node policy refuses the image"),
  "signature-rejected": cause("policy", "innocent", "The image's signature was not accepted"),
  "mirror-failed": cause(
    "connect",
    "node",
    "A mirror that the node's runtime asks first refuses or fails; the registry itself is only the last resort",
    "soon",
  ),
  "dns-failure": cause("connect", "innocent", "The node cannot resolve the registry's name", "alone"),
  "connect-refused": cause("connect", "innocent", "Nothing listens at the registry's address", "alone"),
  "connect-timeout": cause("connect", "innocent", "The registry does not answer", "alone"),
  "network-unreachable": cause("connect", "innocent", "The node has no route to the registry", "alone"),
  "proxy-failure": cause("connect", "innocent", "The node's HTTP proxy refuses or fails", "alone"),
  "tls-unknown-authority": cause(
    "connect",
    "innocent",
    "The node does not trust who signed the registry's certificate",
  ),
  "tls-hostname-mismatch": cause("connect", "innocent", "The certificate is for another host"),
  "tls-expired": cause("connect", "innocent", "The certificate has expired or is not valid yet"),
  "tls-other": cause("connect", "innocent", "TLS fails otherwise"),
  "http-not-https": cause("connect", "innocent", "The registry speaks HTTP where the runtime expects HTTPS"),
  "unexpected-response": cause("connect", "innocent", "Something that is no registry answers", "alone"),
  "registry-server-error": cause("connect", "innocent", "The registry answers 5xx", "alone"),
  "rate-limited": cause("authorize", "innocent", "The registry limits the rate of pulls", "alone"),
  "manifest-not-found": cause("manifest", "innocent", "The tag or digest does not exist"),
  "repository-not-found": cause("manifest", "innocent", "The repository does not exist"),
  "platform-mismatch": cause("manifest", "innocent", "The image has no variant for the node's platform"),
  "unsupported-media-type": cause("manifest", "innocent", "The reference is no container image"),
  "schema1-unsupported": cause("manifest", "innocent", "The manifest's format is too old for the runtime"),
  "transfer-interrupted": cause("content", "innocent", "The connection broke during the pull", "alone"),
  "deadline-exceeded": cause("content", "innocent", "The pull took longer than allowed", "alone"),
  "disk-full": cause("content", "innocent", "The node's disk is full", "alone"),
  "content-missing": cause("content", "innocent", "The registry has the tag and lacks a part of the image"),
  "image-encrypted": cause("content", "innocent", "The image is encrypted and the node has no key for it"),
  "unpack-failed": cause("content", "innocent", "The image was downloaded and cannot be unpacked"),
  "digest-mismatch": cause("content", "innocent", "What was downloaded is not what the manifest promises"),
  "sandbox-image-failed": cause("policy", "node", "The node cannot pull its own sandbox (pause) image"),
  "image-inspect-failed": cause("policy", "innocent", "The runtime cannot inspect its images"),
  "runtime-configuration-invalid": cause(
    "policy",
    "node",
    "The node's runtime cannot read its own registry configuration (hosts.toml, registries.yaml, registries.conf)",
  ),
  "runtime-unavailable": cause("policy", "innocent", "The container runtime does not answer", "alone"),
} as const satisfies Record<string, CauseFacts>;

export type CauseId = keyof typeof causes;

export const causeIds = Object.keys(causes) as readonly CauseId[];

/**
 * Whether it lies between the node and the registry, or in what the node itself brings, so that another machine can neither see nor exclude it. A
 * registry that fails by itself fails everywhere.
 */
export function isOfNode(id: CauseId): boolean {
  const { stage, credential } = causes[id];
  if (id === "registry-server-error" || stage === "policy") return false;
  return stage === "connect" || credential === "node" || id === "forbidden";
}

export function isCause(id: string): id is CauseId {
  return Object.hasOwn(causes, id);
}
