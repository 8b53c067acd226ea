import type { CredentialProvider } from "../../evidence/credential-provider.ts";
import { minorVersion } from "../../evidence/node.ts";
import { nearMisses, providerParts, pullsAsServiceAccount } from "../../pull/path/providers.ts";
import type { CauseId } from "../causes.ts";
import { openedElsewhere } from "../claims/same-image.ts";
import { unusedIdentity } from "../claims/workload-identity.ts";
import { hostOf, listRef, said } from "../facts/listed.ts";
import { nothingFromList } from "../facts/place.ts";
import { type BuiltIn, cloudRegistry, isOwnNode } from "../facts/registry.ts";
import { unreadable } from "../facts/unread.ts";
import { giveLogin } from "../fix/login.ts";
import { authFailures, type Claim, claim, type FailedPull, type Finding, likelyUnless } from "../rule.ts";
import { standing } from "../standing.ts";
import { absentLogin } from "./own-login-absent.ts";
import { refusedLogin } from "./own-login-refused.ts";
import { skippedPart } from "./service-account-not-opted-in.ts";

/**
 * Nodes log in by a docker config of the kubelet or by exec credential providers. Their failures are in the kubelet's
 * log only, and the pull goes on without a login (pkg/credentialprovider/plugin/plugin.go, 1.26-1.36). In-tree
 * providers ended with 1.27 (AWS), 1.30 (Azure) and 1.31 (GCP).
 */
export const nodeCredentialFailed = standing({
  id: "node-credential-failed",
  explains: [...authFailures, "credential-provider-failed"],
  at: nothingFromList,
  word: (failed, { at }) =>
    refusedLogin(failed, at === "node-login") ??
    coveringProvider(failed) ??
    (at === "node-login" || at === "no-list" ? cloudNode(failed) : undefined) ??
    (at === "no-list" ? absentLogin(failed) : undefined),
});

/** A provider whose configuration is known covers the image, and no login came of it. */
function coveringProvider(failed: FailedPull): Finding | undefined {
  const parts = providerParts(failed.evidence, failed.pull.reference) ?? [];
  const asked = parts.find(({ part }) => part === "runs");
  const unread = parts.find(({ part }) => part === "unknown");
  const part = asked ?? unread;
  if (part === undefined || failed.pull.sent !== "anonymous") return undefined;
  const { provider } = part;
  const audience: readonly CauseId[] =
    provider.token === undefined || audienceChecked(failed) ? [] : ["service-account-not-opted-in"];
  const assuming =
    asked === undefined
      ? ([unreadable(failed.evidence.serviceAccount, "ServiceAccount")] as const)
      : undefined;
  return likelyUnless(assuming, {
    summary: `The node's provider ${provider.name} covers ${hostOf(failed)} and gave no login.`,
    because: [
      claim(coveredWords(failed, provider), {
        ...provider.ref,
        path: `${provider.ref.path ?? ""}.matchImages`,
      }),
      ...errorClaims(failed, provider.name),
      ...openedElsewhere(failed),
      said(failed),
    ],
    confirm: logHint(failed),
    fixes: nodeFixes(
      failed,
      `makes provider ${provider.name} give a login again: its binary, its configuration, the node's cloud identity`,
    ),
    rivals: audience,
  });
}

/** With tokenAttributes the kubelet asks only with a token in hand, and passes over the provider if it gets none (plugin.go, 1.33-1.36). */
function coveredWords(failed: FailedPull, { name, token }: CredentialProvider): string {
  const { kubelet } = failed.evidence;
  const ran = kubelet.state === "found" && (kubelet.value.providerErrors[name] ?? 0) > 0;
  if (token === undefined || ran) return `Provider ${name} covers the image, so the kubelet asked it.`;
  const { serviceAccount } = failed.evidence.pod;
  return audienceChecked(failed)
    ? `Provider ${name} covers the image, and the node may have a token of ServiceAccount ${serviceAccount} with audience ${token.audience} to ask it with.`
    : `Provider ${name} covers the image; whether the node got the token of ServiceAccount ${serviceAccount} with audience ${token.audience}, without which it is not asked, only the kubelet's log tells.`;
}

function audienceChecked(failed: FailedPull): boolean {
  const { kubelet } = failed.evidence;
  return kubelet.state === "found" && Object.keys(kubelet.value.audienceAllowed).length > 0;
}

/** The registry belongs to a cloud whose nodes log in by themselves, and nobody named a pull secret. */
function cloudNode(failed: FailedPull): Finding | undefined {
  const { serviceAccount, pod, node, kubelet } = failed.evidence;
  if (skippedPart(failed) !== undefined) return undefined;
  const family = cloudRegistry(hostOf(failed));
  const failing = kubelet.state === "found" ? Object.keys(kubelet.value.providerErrors) : [];
  const builtIn = builtInLogin(failed);
  const login =
    builtIn === undefined
      ? (family?.nodeLogin ?? (failing.length > 0 ? `credential provider ${failing.join(", ")}` : undefined))
      : `the kubelet itself, as ${builtIn.identity}`;
  const own = serviceAccount.state === "found" ? serviceAccount.value : undefined;
  if (
    login === undefined ||
    own?.pullSecrets.some((name) => name !== "") === true ||
    nearMisses(failed.evidence, failed.pull.reference).length > 0
  )
    return undefined;
  const known = node.state === "found" ? isOwnNode(family, node.value.providerId) : undefined;
  if (family?.nodesLogIn === "perhaps" && known === false && failing.length === 0) return undefined;
  const version = node.state === "found" ? node.value.kubeletVersion : undefined;
  const covered = providerParts(failed.evidence, failed.pull.reference);
  const rivals: readonly CauseId[] = [
    ...(covered === undefined ? (["no-pull-secret"] as const) : []),
    ...(own === undefined ? (["service-account-changed-later"] as const) : []),
    ...(covered === undefined && pullsAsServiceAccount(failed.evidence) === true && providersKnown(failed)
      ? (["service-account-not-opted-in"] as const)
      : []),
  ];
  const assuming = own === undefined ? ([unreadable(serviceAccount, "ServiceAccount")] as const) : undefined;
  const host = hostOf(failed);
  return likelyUnless(assuming, {
    summary:
      family === undefined
        ? `${login} fails on node ${pod.node ?? "?"}, and this pull from ${host} had no login.`
        : covered === undefined
          ? `${host} is ${family.name}: nodes log in to it by ${login}, and this pull had ${failed.pull.sent === "anonymous" ? "no login" : "none that opens it"}.`
          : `${host} is ${family.name}, and no credential provider of the node covers it.`,
    because: [
      claim("The Pod names no pull secret, so only the node could have had a login.", listRef(failed)),
      claim(
        `Node ${pod.node ?? "?"}${version === undefined ? "" : ` runs kubelet ${version}`}; its logins are the kubelet's own affair.`,
        node.ref,
      ),
      ...failing.flatMap((name) => errorClaims(failed, name)),
      ...unusedIdentity(failed),
      ...openedElsewhere(failed),
      ...(covered === undefined
        ? []
        : [
            claim(
              "None of the configured providers' matchImages covers the image.",
              failed.evidence.providers.ref,
            ),
          ]),
      said(failed),
    ],
    confirm:
      builtIn === undefined
        ? logHint(failed)
        : `Read the kubelet's log on node ${pod.node ?? "?"} for its own requests for credentials of ${host}.`,
    fixes: nodeFixes(
      failed,
      builtIn === undefined
        ? `lets it log in: ${login}, with a matchImages entry that covers ${host}`
        : `gives ${builtIn.identity} the right to pull${builtIn.also === undefined ? "" : `, and ${builtIn.also}`}: its kubelet logs in as that by itself`,
    ),
    rivals,
  });
}

/** Where nobody shows a configuration of credential providers, an old kubelet's own login is what there was. */
function builtInLogin(failed: FailedPull): BuiltIn | undefined {
  const { node } = failed.evidence;
  const minor = minorVersion(node.state === "found" ? node.value.kubeletVersion : undefined);
  const { builtIn } = cloudRegistry(hostOf(failed)) ?? {};
  const configured = providerParts(failed.evidence, failed.pull.reference) !== undefined;
  return builtIn !== undefined && minor !== undefined && minor <= builtIn.upTo && !configured
    ? builtIn
    : undefined;
}

function providersKnown(failed: FailedPull): boolean {
  const { kubelet } = failed.evidence;
  return kubelet.state === "found" && kubelet.value.providersConfigured === true;
}

function errorClaims(failed: FailedPull, provider: string): readonly Claim[] {
  const { kubelet } = failed.evidence;
  const counts = kubelet.state === "found" ? kubelet.value.providerErrors : {};
  const count = Object.hasOwn(counts, provider) ? counts[provider] : undefined;
  return count === undefined
    ? []
    : [
        claim(`The kubelet counts ${count} failed runs of ${provider} on this node.`, {
          ...kubelet.ref,
          path: "/proxy/metrics",
        }),
      ];
}

function logHint(failed: FailedPull): string {
  const { node } = failed.evidence;
  const minor = minorVersion(node.state === "found" ? node.value.kubeletVersion : undefined);
  // Its words of 1.34 on, and before.
  const words =
    minor === undefined || minor >= 34
      ? "Failed to provide credentials for image"
      : "Failed getting credential from external registry credential provider";
  return `Read the kubelet's log on node ${failed.evidence.pod.node ?? "?"} for "${words}", or give its provider configuration with --credential-provider-config.`;
}

function nodeFixes(failed: FailedPull, what: string): Finding["fixes"] {
  return [
    {
      summary: `Whoever runs node ${failed.evidence.pod.node ?? "?"} ${what}.`,
      effect: "writes",
      lasting: true,
    },
    ...giveLogin(failed).map((fix) => ({ ...fix, lasting: false })),
  ];
}
