import { known, type Ref } from "../../evidence/observed.ts";
import type { AuthEntry, PullSecret } from "../../evidence/pull-secret.ts";
import type { ImageReference } from "../image-reference.ts";
import { missSentence } from "../keyring.ts";
import type { ListedSecret } from "../login.ts";
import type { CredentialCandidate, PathInput } from "./candidate.ts";
import { providerCandidates } from "./providers.ts";

/**
 * Order since 1.33: pull secrets, the node's docker config, credential providers in the order of their configuration;
 * up to 1.32 the latter two share one keyring (pkg/credentialprovider). The runtime's own configuration is asked only
 * when the kubelet hands over nothing.
 */
export function credentialPath(input: PathInput): readonly CredentialCandidate[] {
  return [
    ...givenCandidates(input),
    ...missCandidates(input),
    ...secretCandidates(input),
    ...nodeCandidates(input),
  ];
}

export function entryRef(namespace: string, secret: string, entry: AuthEntry, type?: string): Ref {
  const key = type === "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson";
  return { kind: "Secret", namespace, name: secret, path: `.data["${key}"] → ${entry.registryKey}` };
}

export function secretTypeOf(listed: readonly ListedSecret[], name: string): string | undefined {
  const found = listed.find((secret) => secret.name === name)?.observed;
  return known(found)?.type;
}

function givenCandidates({ evidence, given, listed, reference }: PathInput): readonly CredentialCandidate[] {
  const logins = given.state === "logins" ? given.logins : given.state === "unknown" ? given.atLeast : [];
  return logins.map(({ secret, entry }) => ({
    source: "pull-secret",
    secret,
    registryKey: entry.registryKey,
    outcome: "given",
    reason: givenReason(entry, reference),
    refs: [entryRef(evidence.pod.namespace, secret, entry, secretTypeOf(listed, secret))],
  }));
}

function givenReason(entry: AuthEntry, reference: ImageReference): string {
  const image = reference.ok ? reference.name : "the image";
  switch (entry.login) {
    case "complete":
      return `matches ${image}`;
    case "no-password":
      return `matches ${image}, with a user name and no password`;
    case "no-username":
      return `matches ${image}, with a password and no user name`;
    case "empty":
      return `matches ${image}, and holds no login`;
  }
}

function missCandidates({
  evidence,
  lookUp,
  listed,
  reference,
  given,
  stoppedBecause,
}: PathInput): readonly CredentialCandidate[] {
  const stopped = given.state === "stopped";
  const matching = stopped
    ? lookUp.given.map(({ secret, entry }) => ({
        secret,
        entry,
        reason: `would match; ${stoppedBecause}`,
      }))
    : [];
  const misses = lookUp.misses.map(({ secret, entry, reason }) => ({
    secret,
    entry,
    reason: reference.ok ? missSentence(reason, entry, reference) : "the image reference cannot be parsed",
  }));
  return [...matching, ...misses].map(({ secret, entry, reason }) => ({
    source: "pull-secret",
    secret,
    registryKey: entry.registryKey,
    outcome: stopped ? "not-tried" : "no-match",
    reason,
    refs: [entryRef(evidence.pod.namespace, secret, entry, secretTypeOf(listed, secret))],
  }));
}

/** Secrets that gave no entries at all, each with the reason. */
function secretCandidates({ listed, evidence }: PathInput): readonly CredentialCandidate[] {
  const position = (secret: ListedSecret): Ref => ({
    ...evidence.pod.ref,
    path: `.spec.imagePullSecrets[${secret.position}]`,
  });
  const candidate = (
    secret: ListedSecret,
    outcome: CredentialCandidate["outcome"],
    reason: string,
  ): CredentialCandidate => ({
    source: "pull-secret",
    ...(secret.name === "" ? {} : { secret: secret.name }),
    outcome,
    reason,
    refs: [
      position(secret),
      ...(secret.name === "" ? [] : [secret.observed.ref]),
      ...(secret.event === undefined ? [] : [secret.event]),
    ],
  });
  return listed.flatMap((secret) => {
    switch (secret.state) {
      case "no-name":
        return [candidate(secret, "no-name", "an entry without a name; the kubelet skips it")];
      case "absent":
        return [candidate(secret, "absent", "no such Secret in the Pod's namespace")];
      case "not-retrieved":
        return [candidate(secret, "not-retrieved", "the kubelet could not retrieve it")];
      case "made-later":
        return [candidate(secret, "made-later", "created after the last attempt")];
      case "not-held":
        return [candidate(secret, "not-retrieved", "fits now; the kubelet did not have it then")];
      case "unknown":
        return [candidate(secret, "unknown", unknownReason(secret))];
      case "read":
        return payloadCandidate(secret).map(([outcome, reason]) => candidate(secret, outcome, reason));
    }
  });
}

function payloadCandidate(secret: ListedSecret): readonly [CredentialCandidate["outcome"], string][] {
  if (secret.observed.state !== "found") return [];
  const { payload, type }: PullSecret = secret.observed.value;
  switch (payload.state) {
    case "ignored":
      return [["ignored", ignoredReason(payload.why, type)]];
    case "undecodable":
      return [["undecodable", "cannot be decoded, so no keyring is built"]];
    case "withheld":
      return [["unknown", "its values were taken out of the evidence"]];
    case "entries":
      return payload.entries.length === 0 ? [["empty", "holds no registry entries"]] : [];
  }
}

function ignoredReason(why: "type" | "key-absent" | "key-empty", type: string): string {
  if (why === "type") return `type ${type === "" ? "Opaque" : type} is not read for pulls`;
  return why === "key-absent" ? `has no key that type ${type} is read from` : "its payload is empty";
}

function unknownReason(secret: ListedSecret): string {
  if (secret.observed.state !== "unknown") return "could not be read";
  switch (secret.observed.reason) {
    case "forbidden":
      return "you may not read it";
    case "not-collected":
      return "not in the evidence";
    default:
      return "could not be read";
  }
}

function nodeCandidates(input: PathInput): readonly CredentialCandidate[] {
  const { given, evidence, stoppedBecause } = input;
  const logins = given.state === "logins" ? given.logins : [];
  const nodeRef: Ref = { kind: "Node", name: evidence.pod.node ?? "?" };
  const handed = logins.length > 0;
  const runtime: CredentialCandidate = {
    source: "runtime-config",
    outcome: handed || given.state === "stopped" ? "not-tried" : "unknown",
    reason: handed
      ? "the runtime's own logins are used only when the kubelet hands over none"
      : given.state === "stopped"
        ? stoppedBecause
        : "not visible through the API",
    refs: [nodeRef],
  };
  const anonymous: CredentialCandidate = {
    source: "anonymous",
    outcome:
      handed || given.state === "stopped" ? "not-tried" : given.state === "unknown" ? "unknown" : "given",
    reason: handed
      ? "never tried once a login matched"
      : given.state === "stopped"
        ? stoppedBecause
        : given.state === "unknown"
          ? "depends on what could not be read"
          : "one attempt without a login, unless the node adds one",
    refs: [evidence.pod.ref],
  };
  const config: CredentialCandidate = {
    source: "node-config",
    outcome: given.state === "stopped" ? "not-tried" : "unknown",
    reason: given.state === "stopped" ? stoppedBecause : "not visible through the API",
    refs: [nodeRef],
  };
  const providers = providerCandidates(input, nodeRef).map((provider) =>
    given.state === "stopped" ? { ...provider, reason: stoppedBecause } : provider,
  );
  return [config, ...providers, runtime, anonymous];
}
