import type { Evidence } from "../../evidence/evidence.ts";
import type { AskedProbe, Pull } from "../../pull/pull.ts";
import { providerParts } from "../../pull/path/providers.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { hasPlatform } from "./platform.ts";

export type WouldPull = "yes" | "no" | "unknown";

/**
 * With the Pod's logins, in the kubelet's order, from where the registry was asked, at that time. What only the node can tell is `unknown`: a login of
 * its own, its address, its way.
 */
export function wouldPull({ probe, reading }: AskedProbe, pull: Pull, evidence: Evidence): WouldPull {
  switch (reading.outcome) {
    case "opens":
      // Runtimes differ in what else than images they take; this one has shown that it may.
      if (probe.content === "artifact") return pull.attempt.progress === "pulled" ? "unknown" : "no";
      return hasPlatform(probe, evidence) === "no" ? "no" : "yes";
    case "content-missing":
    case "content-refused":
    case "pulls-used-up":
    case "login-locked":
    case "server-error":
    case "tag-absent":
    case "tag-or-repository":
    case "repository-absent":
    case "policy":
      return "no";
    case "login-refused":
    case "login-expired":
    case "right-missing":
    case "right-or-repository":
    case "repository-or-hidden":
      return probe.unreadSecrets ? "unknown" : "no";
    case "rate-limited":
      return reading.login === undefined ? "unknown" : "no";
    case "login-wanted":
      return probe.unreadSecrets || nodeMayLogIn(pull, evidence) ? "unknown" : "no";
    case "not-asked":
      // A host that is none to a URL may be one to a resolver.
      return probe.stopped?.why === "no-keyring" || !pull.reference.ok ? "no" : "unknown";
    case "content-unreached":
    case "address-refused":
    case "everybody-refused":
    case "unreached":
    case "not-a-registry":
    case "undecided":
      return "unknown";
  }
}

/** Where the Pod brings no login, the node may: by a provider that covers the image, or as machines of the registry's own cloud do. */
function nodeMayLogIn({ reference, attempt }: Pull, evidence: Evidence): boolean {
  if (!reference.ok) return false;
  // The runtime's own words: it held none.
  const reading = attempt.progress === "failed" ? attempt.failure?.reading : undefined;
  if (reading?.held === "none" || reading?.sent === "anonymous") return false;
  const parts = providerParts(evidence, reference);
  if (parts !== undefined) return parts.some(({ part }) => part === "runs" || part === "unknown");
  const { kubelet } = evidence;
  if (kubelet.state === "found" && kubelet.value.providersConfigured === true) return true;
  return cloudRegistry(reference.registry) !== undefined;
}
