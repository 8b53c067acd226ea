import type { CredentialProvider } from "../../evidence/credential-provider.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { minorVersion } from "../../evidence/node.ts";
import type { Ref } from "../../evidence/observed.ts";
import type { CredentialCandidate, PathInput } from "./candidate.ts";
import type { ImageReference } from "../image-reference.ts";
import { keyMatches } from "../keyring.ts";
import { type NearMatch, nearMatches } from "./near-match.ts";
import type { MessageReading } from "../message/message.ts";

/**
 * What one exec credential provider of the node would do for the image.
 * - `no-match`: none of its matchImages fits
 * - `runs`: it is asked; its failures are in the kubelet's log only
 * - `no-service-account`, `missing-annotation`: it pulls as the ServiceAccount, and the kubelet skips it silently
 * - `audience-denied`: the API server gives the node no token for the audience
 * - `unknown`: the ServiceAccount could not be read
 */
export interface ProviderPart {
  readonly provider: CredentialProvider;
  readonly part:
    | "no-match"
    | "runs"
    | "no-service-account"
    | "missing-annotation"
    | "audience-denied"
    | "unknown";
  readonly missing: readonly string[];
}

/** In the order of the configuration. Undefined where the configuration is not known. */
export function providerParts(
  evidence: Evidence,
  reference: ImageReference,
): readonly ProviderPart[] | undefined {
  if (evidence.providers.state !== "found" || !reference.ok) return undefined;
  return evidence.providers.value.map((provider) => partOf(provider, evidence, reference.name));
}

/** kubelet pkg/credentialprovider/plugin/plugin.go, 1.33-1.36; patterns are matched raw, without a scheme. */
function partOf(provider: CredentialProvider, evidence: Evidence, repository: string): ProviderPart {
  const none = { provider, missing: [] };
  if (!provider.matchImages.some((pattern) => keyMatches(pattern, repository)))
    return { ...none, part: "no-match" };
  if (provider.token === undefined) return { ...none, part: "runs" };
  if (evidence.pod.mirrorUid !== undefined)
    return { ...none, part: provider.token.requireServiceAccount ? "no-service-account" : "runs" };
  const { serviceAccount, kubelet } = evidence;
  if (serviceAccount.state !== "found") return { ...none, part: "unknown" };
  const keys = serviceAccount.value.annotationKeys;
  const missing = provider.token.requiredAnnotations.filter((key) => !keys.includes(key));
  if (missing.length > 0) return { provider, missing, part: "missing-annotation" };
  const allowed =
    kubelet.state === "found" ? kubelet.value.audienceAllowed[provider.token.audience] : undefined;
  return { ...none, part: allowed === false ? "audience-denied" : "runs" };
}

/** Where no provider covers the image: their patterns that nearly do. */
export function nearMisses(evidence: Evidence, reference: ImageReference): readonly NearMatch[] {
  const parts = providerParts(evidence, reference) ?? [];
  if (!reference.ok || parts.some(({ part }) => part !== "no-match")) return [];
  return parts.flatMap(({ provider }) => nearMatches(provider, reference.name));
}

/** The candidates of the path that the node's credential providers are. */
export function providerCandidates(input: PathInput, node: Ref): readonly CredentialCandidate[] {
  const { evidence, given, reference } = input;
  const base = { source: "credential-provider" } as const;
  if (given.state === "stopped")
    return [{ ...base, outcome: "not-tried", reason: "no keyring was built", refs: [node] }];
  const parts = providerParts(evidence, reference);
  if (parts === undefined) return [{ ...base, ...unseen(evidence), refs: [node] }];
  if (parts.length === 0)
    return [{ ...base, outcome: "no-match", reason: "the node has none", refs: [evidence.providers.ref] }];
  return parts.map(({ provider, part, missing }) => ({
    ...base,
    provider: provider.name,
    outcome:
      part === "runs" || part === "unknown"
        ? ("unknown" as const)
        : part === "no-match"
          ? ("no-match" as const)
          : ("ignored" as const),
    reason: reasonOf(part, missing, provider),
    refs: [provider.ref],
  }));
}

function unseen(evidence: Evidence): Pick<CredentialCandidate, "outcome" | "reason"> {
  const configured =
    evidence.kubelet.state === "found" ? evidence.kubelet.value.providersConfigured : undefined;
  if (configured === false) return { outcome: "no-match", reason: "the kubelet's flags name none" };
  return {
    outcome: "unknown",
    reason:
      configured === true
        ? "the kubelet has some; for which images, only its configuration tells"
        : "the node's credential providers are not visible through the API",
  };
}

function reasonOf(
  part: ProviderPart["part"],
  missing: readonly string[],
  provider: CredentialProvider,
): string {
  switch (part) {
    case "no-match":
      return `its matchImages (${provider.matchImages.slice(0, 3).join(", ")}${provider.matchImages.length > 3 ? ", …" : ""}) do not cover the image`;
    case "runs":
      return provider.token === undefined
        ? "covers the image and is asked; whether it gave a login, only the kubelet's log tells"
        : `covers the image; asked with a token for audience ${provider.token.audience}, if the node gets one`;
    case "no-service-account":
      return "needs a ServiceAccount, which a static Pod has not";
    case "missing-annotation":
      return `skipped: the ServiceAccount lacks the annotation ${missing.join(", ")}`;
    case "audience-denied":
      return `the node may not ask for a token with audience ${provider.token?.audience ?? ""}`;
    case "unknown":
      return "pulls as the ServiceAccount, which could not be read";
  }
}

/**
 * The kubelet handed over nothing, and the words are those of a refused login: it was the node's. Only where the
 * runtime has other words for a request without one: containerd since 1.6.25, 1.7.8 and 2.0. Before, a bare 401 is both.
 */
export function refusedLoginOfNode(evidence: Evidence, reading: MessageReading): boolean {
  const version = evidence.node.state === "found" ? evidence.node.value.runtimeVersion : undefined;
  const parts = /^containerd:\/\/v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})/.exec(version ?? "");
  if (reading.bare401 !== true || parts === null) return false;
  const [major = 0, minor = 0, patch = 0] = parts.slice(1).map(Number);
  return major >= 2 || (major === 1 && ((minor === 6 && patch >= 25) || (minor === 7 && patch >= 8)));
}

/** Whether this kubelet can pull as a ServiceAccount at all: alpha in 1.33, on by default since 1.34. */
export function pullsAsServiceAccount(evidence: Evidence): boolean | undefined {
  const version =
    evidence.node.state === "found" ? minorVersion(evidence.node.value.kubeletVersion) : undefined;
  return version === undefined ? undefined : version >= 33;
}
