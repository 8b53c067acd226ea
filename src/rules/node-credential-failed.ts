import { fits, giveLogin } from "./fix/login.ts";
import { hasNoList, hostOf, isStatic, listRef, nothingHandedOver, said, templateAhead } from "./listed.ts";
import { cloudRegistry } from "./registry.ts";
import { unreadable } from "./unread.ts";
import { authFailures, claim, likelyUnless, type Rule } from "./rule.ts";

/**
 * Cloud nodes log in to their provider's registry by an exec credential provider. Its failures are in the kubelet's
 * log only; the pull goes on without a login (pkg/credentialprovider/plugin/plugin.go, 1.26-1.36). In-tree providers
 * ended with 1.27 (AWS), 1.30 (Azure) and 1.31 (GCP).
 */
export const nodeCredentialFailed: Rule = {
  id: "node-credential-failed",
  explains: [...authFailures, "credential-provider-failed"],
  check: (failed) => {
    const { serviceAccount, otherServiceAccounts, pod, node } = failed.evidence;
    if (isStatic(failed) || !hasNoList(failed) || !nothingHandedOver(failed)) return undefined;
    if (templateAhead(failed) !== undefined) return undefined;
    const family = cloudRegistry(hostOf(failed));
    const own = serviceAccount.state === "found" ? serviceAccount.value : undefined;
    if (own?.pullSecrets.some((name) => name !== "") === true) return undefined;
    const elsewhere = [
      ...(own?.mountableSecrets ?? []),
      ...otherServiceAccounts.flatMap((a) => a.pullSecrets),
    ];
    if (family?.nodeLogin === undefined || elsewhere.some((name) => fits(failed, name))) return undefined;
    const version = node.state === "found" ? node.value.kubeletVersion : undefined;
    const assuming =
      own === undefined ? ([unreadable(serviceAccount, "ServiceAccount")] as const) : undefined;
    return likelyUnless(assuming, {
      summary: `${hostOf(failed)} is ${family.name}: nodes log in to it by ${family.nodeLogin}, and this pull had no login.`,
      because: [
        claim("The Pod names no pull secret, so only the node could have had a login.", listRef(failed)),
        claim(
          `Node ${pod.node ?? "?"}${version === undefined ? "" : ` runs kubelet ${version}`}; its credential providers are configured by flags of the kubelet.`,
          node.ref,
        ),
        said(failed),
      ],
      confirm: `Read the kubelet's log on node ${pod.node ?? "?"} for "Failed to provide credentials for image", or give its provider configuration with --credential-provider-config.`,
      fixes: [
        {
          summary: `Whoever runs the node lets it log in to ${family.name}: ${family.nodeLogin}, and a matchImages entry that covers ${hostOf(failed)}.`,
          effect: "writes",
          lasting: true,
        },
        ...giveLogin(failed).map((fix) => ({ ...fix, lasting: false })),
      ],
      rivals: own === undefined ? ["no-pull-secret", "service-account-changed-later"] : ["no-pull-secret"],
    });
  },
};
