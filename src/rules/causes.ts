import type { Stage } from "../pull/stage.ts";

/**
 * What a cause means for the question "which credential?":
 * - `chain`: nothing fitting reached the runtime · `refused`: a login reached the registry and was not good enough
 * - `node`: the node's own credentials are missing or refused · `innocent`: credentials have nothing to do with it
 */
export type CredentialRole = "chain" | "refused" | "node" | "innocent";

interface CauseFacts {
  readonly stage: Stage;
  readonly credential: CredentialRole;
  readonly title: string;
}

/** Every cause the program can name. The ids are permanent: they stand in -o json, in docs/rules and in users' scripts. */
export const causes = {
  "no-pull-secret": {
    stage: "credentials",
    credential: "chain",
    title: "Neither the Pod nor its ServiceAccount names a pull secret",
  },
  "pull-secret-missing": {
    stage: "credentials",
    credential: "chain",
    title: "A pull secret that the Pod names does not exist in its namespace",
  },
  "pull-secret-name-empty": {
    stage: "credentials",
    credential: "chain",
    title: "imagePullSecrets holds an entry without a name, so the ServiceAccount's list was not copied",
  },
  "pull-secret-wrong-type": {
    stage: "credentials",
    credential: "chain",
    title:
      "The Secret's type is not one that the kubelet reads logins from (Opaque, basic-auth, service-account-token, …)",
  },
  "pull-secret-malformed": {
    stage: "credentials",
    credential: "chain",
    title: "A pull secret cannot be decoded, so the kubelet pulls nothing for this Pod",
  },
  "pull-secret-empty": {
    stage: "credentials",
    credential: "chain",
    title: "The pull secret is valid and holds no registry entries",
  },
  "registry-key-mismatch": {
    stage: "credentials",
    credential: "chain",
    title: "No entry of the pull secrets matches the image's registry and repository",
  },
  "registry-host-omitted": {
    stage: "reference",
    credential: "chain",
    title:
      "The image has no registry host, so it means Docker Hub; the pull secrets are for another registry",
  },
  "service-account-changed-later": {
    stage: "credentials",
    credential: "chain",
    title: "The ServiceAccount got its pull secrets after the Pod was created",
  },
  "service-account-list-ignored": {
    stage: "credentials",
    credential: "chain",
    title:
      "The Pod's own list kept the ServiceAccount's list, which has the fitting login, from being copied",
  },
  "service-account-secrets-field": {
    stage: "credentials",
    credential: "chain",
    title: "The Secret is in the ServiceAccount's secrets, not in its imagePullSecrets",
  },
  "wrong-service-account": {
    stage: "credentials",
    credential: "chain",
    title: "Another ServiceAccount of the namespace has the fitting pull secret",
  },
  "template-not-rolled-out": {
    stage: "credentials",
    credential: "chain",
    title: "The workload's template names the pull secret now; this Pod is from an older revision",
  },
  "static-pod": {
    stage: "credentials",
    credential: "chain",
    title: "A static Pod cannot use Secrets or ServiceAccounts of the API",
  },
  "immutable-secret-stale": {
    stage: "credentials",
    credential: "refused",
    title: "The immutable pull secret was replaced; the kubelet still uses what it read first",
  },
  "credential-empty": {
    stage: "authenticate",
    credential: "refused",
    title: "The matching entry has no user name or no password (credsStore, identitytoken, …)",
  },
  "credential-shadowed": {
    stage: "authenticate",
    credential: "refused",
    title: "A matching docker.io entry keeps the index.docker.io login from being tried",
  },
  "credential-whitespace": {
    stage: "authenticate",
    credential: "refused",
    title: "The login ends in a line break or blank",
  },
  "credential-expired": {
    stage: "authenticate",
    credential: "refused",
    title: "The login has expired",
  },
  "credential-rejected": {
    stage: "authenticate",
    credential: "refused",
    title: "The registry refuses the login",
  },
  "credential-lacks-permission": {
    stage: "authorize",
    credential: "refused",
    title: "The login is good and may not pull this repository",
  },
  forbidden: {
    stage: "authorize",
    credential: "refused",
    title: "The registry answers 403 for a reason that the text does not give (address, policy, permission)",
  },
  "node-credential-failed": {
    stage: "credentials",
    credential: "node",
    title:
      "The node's own credentials (kubelet file, credential provider, cloud identity) are missing or refused",
  },
  "service-account-not-opted-in": {
    stage: "credentials",
    credential: "node",
    title:
      "The node's credential provider pulls as the ServiceAccount, which lacks the annotation or the audience",
  },
  "image-not-authorized": {
    stage: "policy",
    credential: "chain",
    title: "The image is on the node; this Pod has not shown that it may use it (KEP-2535)",
  },
  "waiting-for-retry": {
    stage: "credentials",
    credential: "chain",
    title: "What was wrong has been corrected since the last attempt; the kubelet waits for the next",
  },
  "invalid-image-name": {
    stage: "reference",
    credential: "innocent",
    title: "The image reference cannot be parsed",
  },
  "unrendered-template": {
    stage: "reference",
    credential: "innocent",
    title: "A template variable was left in the image reference",
  },
  "short-name-unresolved": {
    stage: "reference",
    credential: "innocent",
    title: "CRI-O cannot resolve the short image name",
  },
  "never-pull-policy": {
    stage: "policy",
    credential: "innocent",
    title: "imagePullPolicy is Never and the image is not on the node",
  },
  "pull-qps-exceeded": {
    stage: "policy",
    credential: "innocent",
    title: "The kubelet limits its own pulls",
  },
  "policy-blocked": {
    stage: "policy",
    credential: "innocent",
    title: "A registry or node policy refuses the image",
  },
  "signature-rejected": {
    stage: "policy",
    credential: "innocent",
    title: "The image's signature was not accepted",
  },
  "dns-failure": {
    stage: "connect",
    credential: "innocent",
    title: "The node cannot resolve the registry's name",
  },
  "connect-refused": {
    stage: "connect",
    credential: "innocent",
    title: "Nothing listens at the registry's address",
  },
  "connect-timeout": {
    stage: "connect",
    credential: "innocent",
    title: "The registry does not answer",
  },
  "network-unreachable": {
    stage: "connect",
    credential: "innocent",
    title: "The node has no route to the registry",
  },
  "proxy-failure": {
    stage: "connect",
    credential: "innocent",
    title: "The node's HTTP proxy refuses or fails",
  },
  "tls-unknown-authority": {
    stage: "connect",
    credential: "innocent",
    title: "The node does not trust who signed the registry's certificate",
  },
  "tls-hostname-mismatch": {
    stage: "connect",
    credential: "innocent",
    title: "The certificate is for another host",
  },
  "tls-expired": {
    stage: "connect",
    credential: "innocent",
    title: "The certificate has expired or is not valid yet",
  },
  "tls-other": {
    stage: "connect",
    credential: "innocent",
    title: "TLS fails otherwise",
  },
  "http-not-https": {
    stage: "connect",
    credential: "innocent",
    title: "The registry speaks HTTP where the runtime expects HTTPS",
  },
  "unexpected-response": {
    stage: "connect",
    credential: "innocent",
    title: "Something that is no registry answers",
  },
  "registry-server-error": {
    stage: "connect",
    credential: "innocent",
    title: "The registry answers 5xx",
  },
  "rate-limited": {
    stage: "authorize",
    credential: "innocent",
    title: "The registry limits the rate of pulls",
  },
  "manifest-not-found": {
    stage: "manifest",
    credential: "innocent",
    title: "The tag or digest does not exist",
  },
  "repository-not-found": {
    stage: "manifest",
    credential: "innocent",
    title: "The repository does not exist",
  },
  "platform-mismatch": {
    stage: "manifest",
    credential: "innocent",
    title: "The image has no variant for the node's platform",
  },
  "unsupported-media-type": {
    stage: "manifest",
    credential: "innocent",
    title: "The reference is no container image",
  },
  "schema1-unsupported": {
    stage: "manifest",
    credential: "innocent",
    title: "The manifest's format is too old for the runtime",
  },
  "transfer-interrupted": {
    stage: "content",
    credential: "innocent",
    title: "The connection broke during the pull",
  },
  "deadline-exceeded": {
    stage: "content",
    credential: "innocent",
    title: "The pull took longer than allowed",
  },
  "disk-full": {
    stage: "content",
    credential: "innocent",
    title: "The node's disk is full",
  },
  "unpack-failed": {
    stage: "content",
    credential: "innocent",
    title: "The image was downloaded and cannot be unpacked",
  },
  "digest-mismatch": {
    stage: "content",
    credential: "innocent",
    title: "What was downloaded is not what the manifest promises",
  },
  "sandbox-image-failed": {
    stage: "policy",
    credential: "node",
    title: "The node cannot pull its own sandbox (pause) image",
  },
  "image-inspect-failed": {
    stage: "policy",
    credential: "innocent",
    title: "The runtime cannot inspect its images",
  },
  "runtime-unavailable": {
    stage: "policy",
    credential: "innocent",
    title: "The container runtime does not answer",
  },
} as const satisfies Record<string, CauseFacts>;

export type CauseId = keyof typeof causes;

export const causeIds = Object.keys(causes) as readonly CauseId[];

export function isCause(id: string): id is CauseId {
  return Object.hasOwn(causes, id);
}
