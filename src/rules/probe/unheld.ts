import type { CauseId } from "../causes.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { hostOf } from "../facts/listed.ts";
import { claim, type FailedPull, type Finding } from "../rule.ts";

const ofProviders: ReadonlySet<CauseId> = new Set(["node-credential-failed", "service-account-not-opted-in"]);

/**
 * The registry asks whoever comes for a login, the runtime held none, and the node's credential providers have not failed: then what is missing is the
 * pull secret. Not at a cloud's registry, where the node is meant to log in. That a provider was meant for this registry and skips the image
 * silently stays thinkable, and is said.
 */
export function withoutProviders(
  id: CauseId,
  failed: FailedPull,
  finding: Finding | undefined,
): Finding | undefined {
  const { kubelet } = failed.evidence;
  const { held, sent } = failed.failure.reading;
  if (finding === undefined || id !== "no-pull-secret" || kubelet.state !== "found") return finding;
  if (failed.pull.probe?.reading.outcome !== "login-wanted" || (held !== "none" && sent !== "anonymous"))
    return finding;
  if (cloudRegistry(hostOf(failed)) !== undefined || Object.keys(kubelet.value.providerErrors).length > 0)
    return finding;
  const rivals = finding.rivals.filter((one) => !ofProviders.has(one));
  if (rivals.length === finding.rivals.length) return finding;
  const text =
    "The kubelet counts no failed run of a credential provider; whether one was meant for this registry, only the node's configuration tells.";
  return { ...finding, rivals, because: [...finding.because, claim(text, kubelet.ref)] };
}
