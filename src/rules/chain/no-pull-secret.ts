import { pullsAsServiceAccount } from "../../pull/path/providers.ts";
import type { CauseId } from "../causes.ts";
import { presentAllTheSame } from "../claims/image-present.ts";
import { mirrorClaims } from "../claims/mirror.ts";
import { misplacedClaim, misplacedFixes, misplacedList } from "../claims/misplaced-list.ts";
import { movedClaims } from "../claims/moved-image.ts";
import { openedElsewhere } from "../claims/same-image.ts";
import { templateDifferences, templateNamesMissing } from "../claims/template-difference.ts";
import { unusedIdentity } from "../claims/workload-identity.ts";
import { fittingSecrets } from "../facts/fits.ts";
import { hostOf, listRef, listWords, said } from "../facts/listed.ts";
import { isAskedForBasic } from "../facts/mirror.ts";
import { cloudRegistry, isOwnNode, opensToStrangers } from "../facts/registry.ts";
import { unreadable } from "../facts/unread.ts";
import { nearHost } from "../facts/near-host.ts";
import { kubectl } from "../fix/command.ts";
import { meantHost } from "../fix/image.ts";
import { giveLogin } from "../fix/login.ts";
import { authFailures, claim, type FailedPull, inSummary, partlyInSummary } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * Nothing on the way names a login: not the Pod, not its ServiceAccount, not the workload's template. A
 * ServiceAccount's token and RBAC never pull anything, whatever they allow.
 */
export const noPullSecret = standing({
  id: "no-pull-secret",
  explains: authFailures,
  at: "no-list",
  word: (failed, { account, platform }) => {
    const { serviceAccount, pod } = failed.evidence;
    const own = account?.pullSecrets.filter((name) => name !== "") ?? [];
    const accountList = { ...serviceAccount.ref, path: ".imagePullSecrets" };
    const misplaced = misplacedList(failed);
    const slip = nearHost(failed);
    const base = {
      because: [
        platform.length === 0
          ? inSummary(claim("The Pod names no pull secret.", listRef(failed)))
          : claim(
              `The Pod names ${listWords(platform)}, which OpenShift made for its own registry; it opens no other.`,
              listRef(failed),
            ),
        ...(account === undefined || own.some((name) => platform.includes(name))
          ? []
          : [
              own.length === 0
                ? inSummary(claim(`Neither does ServiceAccount ${account.name}.`, accountList))
                : claim(
                    `ServiceAccount ${account.name} names ${own.join(", ")} now, which holds no login for this image.`,
                    accountList,
                  ),
            ]),
        ...(misplaced === undefined ? [] : [misplacedClaim(misplaced)]),
        ...templateNamesMissing(failed),
        ...(slip === undefined ? [] : [slip.claim]),
        ...presentAllTheSame(failed),
        ...unusedIdentity(failed),
        ...openedElsewhere(failed),
        ...movedClaims(failed),
        ...templateDifferences(failed),
        ...mirrorClaims(failed),
        partlyInSummary(said(failed)),
      ],
      confirm:
        providerRivals(failed).length > 0
          ? "Give the provider configuration of the node with --credential-provider-config FILE: it tells which images its providers cover."
          : heldBack(failed).length > 0
            ? kubectl(failed, "get", "--raw", `/api/v1/nodes/${pod.node ?? ""}/proxy/configz`)
            : absentOrPrivate(failed).length > 0
              ? `Pull ${failed.pull.image.image} with a login that may: a private repository opens, an absent one does not.`
              : account !== undefined && cloudRegistry(hostOf(failed)) !== undefined
                ? `Ask whoever runs node ${pod.node ?? "?"} whether its kubelet is to log in to ${hostOf(failed)} by a credential provider: if so, the kubelet's log tells why it did not; if not, a pull secret is missing.`
                : kubectl(failed, "get", "serviceaccount", pod.serviceAccount, "-o", "yaml"),
      fixes: [
        ...(slip === undefined ? [] : [meantHost(failed, slip)]),
        ...(misplaced === undefined ? giveLogin(failed) : misplacedFixes(failed, misplaced)),
      ],
    } as const;
    const [first, ...more] = base.because;
    if (first === undefined) return undefined;
    const nobody =
      platform.length > 0
        ? `The Pod names no pull secret for ${hostOf(failed)}`
        : account === undefined
          ? "The Pod names no pull secret"
          : `Neither the Pod nor ServiceAccount ${pod.serviceAccount} names a pull secret for ${hostOf(failed)}`;
    const summary = `${nobody}, ${platform.length > 0 || account !== undefined ? "which" : `and ${hostOf(failed)}`} refuses a pull without a login.`;
    if (account === undefined)
      return {
        ...base,
        because: [first, ...more],
        summary,
        confidence: "possible",
        assuming: [unreadable(serviceAccount, "ServiceAccount")],
        rivals: absentOrPrivate(failed),
      };
    const { node } = failed.evidence;
    const family = cloudRegistry(hostOf(failed));
    if (family?.nodesLogIn === "always" && node.state === "found" && isOwnNode(family, node.value.providerId))
      return {
        ...base,
        because: [first, ...more],
        summary,
        confidence: "possible",
        assuming: [
          claim(
            "A pull secret was meant to log in, and not the node, which is of the registry's own cloud.",
            {
              ...node.ref,
              path: ".spec.providerID",
            },
          ),
        ],
        rivals: ["node-credential-failed"],
      };
    return {
      ...base,
      because: [first, ...more],
      summary,
      confidence: "likely",
      rivals: [...absentOrPrivate(failed), ...providerRivals(failed), ...heldBack(failed)],
    };
  },
});

/** Providers are configured, and for which images is not known. */
function providerRivals(failed: FailedPull): readonly CauseId[] {
  const { kubelet, providers } = failed.evidence;
  if (providers.state === "found" || kubelet.state !== "found" || kubelet.value.providersConfigured !== true)
    return [];
  return pullsAsServiceAccount(failed.evidence) === true
    ? ["node-credential-failed", "service-account-not-opted-in"]
    : ["node-credential-failed"];
}

/** Before 1.35 the kubelet would have taken the image that the node has: that it asks for a login is a cause as well. */
function heldBack(failed: FailedPull): readonly CauseId[] {
  return presentAllTheSame(failed).length > 0 ? ["image-not-authorized"] : [];
}

/** Where a registry hides private repositories, its refusal of an anonymous pull also fits one that does not exist. */
function absentOrPrivate(failed: FailedPull): readonly CauseId[] {
  const { kind, mirror } = failed.failure.reading;
  const isHidden =
    kind === "auth-denied-or-missing-repo" ||
    (kind === "auth-required" &&
      opensToStrangers(hostOf(failed)) &&
      mirror !== true &&
      !isAskedForBasic(failed));
  return isHidden && fittingSecrets(failed).length === 0 ? ["repository-not-found"] : [];
}
