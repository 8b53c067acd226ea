import { pullsAsServiceAccount } from "../../pull/path/providers.ts";
import type { CauseId } from "../causes.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { hostOf } from "../facts/listed.ts";
import { claim, type FailedPull, type Finding } from "../rule.ts";

const ofProviders: ReadonlySet<CauseId> = new Set(["node-credential-failed", "service-account-not-opted-in"]);

/**
 * The registry asks whoever comes for a login, the runtime held none, and none of the node's credential providers has failed: what is missing is a pull
 * secret, or a provider was meant for this registry. A provider that pulls as the ServiceAccount is passed over before it runs, without an event and
 * without a count, where that lacks an annotation (pkg/credentialprovider/plugin/plugin.go, 1.33-1.36): so no failed run takes that away, and no request
 * to the registry does. It stays what the answer rests on. Not at a cloud's registry, where the node is meant to log in.
 */
export function withoutProviders(
  id: CauseId,
  failed: FailedPull,
  finding: Finding | undefined,
): Finding | undefined {
  const { kubelet, pod } = failed.evidence;
  const { held, sent } = failed.failure.reading;
  if (finding?.confidence !== "likely" || id !== "no-pull-secret" || kubelet.state !== "found")
    return finding;
  if (failed.pull.probe?.reading.outcome !== "login-wanted" || (held !== "none" && sent !== "anonymous"))
    return finding;
  if (cloudRegistry(hostOf(failed)) !== undefined || Object.keys(kubelet.value.providerErrors).length > 0)
    return finding;
  const rivals = finding.rivals.filter((one) => !ofProviders.has(one));
  if (rivals.length === finding.rivals.length) return finding;
  const counted = "The kubelet counts no failed run of a credential provider";
  const unseen = "whether one was meant for this registry, only the node's configuration tells";
  if (pullsAsServiceAccount(failed.evidence) === false)
    return {
      ...finding,
      rivals,
      because: [...finding.because, claim(`${counted}; ${unseen}.`, kubelet.ref)],
    };
  return {
    ...finding,
    rivals,
    because: [...finding.because, claim(`${counted}.`, kubelet.ref)],
    confidence: "possible",
    assuming: [
      claim(
        `No credential provider of the node is meant for ${hostOf(failed)}: one that pulls as ServiceAccount ${pod.serviceAccount} is passed over without a word where that has not opted in (service-account-not-opted-in). The node's configuration tells: --credential-provider-config FILE.`,
        kubelet.ref,
      ),
    ],
  };
}
