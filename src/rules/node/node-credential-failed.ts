import { providerParts, pullsAsServiceAccount, refusedLoginOfNode } from "../../pull/path/providers.ts";
import type { CauseId } from "../causes.ts";
import { openedElsewhere } from "../claims/same-image.ts";
import { unusedIdentity } from "../claims/workload-identity.ts";
import { hostOf, listRef, said } from "../facts/listed.ts";
import { nothingFromList } from "../facts/place.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { unreadable } from "../facts/unread.ts";
import { giveLogin } from "../fix/login.ts";
import { authFailures, type Claim, claim, type FailedPull, type Finding, likelyUnless } from "../rule.ts";
import { standing } from "../standing.ts";
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
    (at === "node-login" || at === "no-list" ? cloudNode(failed) : undefined),
});

/** A login was sent that none of the Pod's Secrets holds, so it was the node's. */
function refusedLogin(failed: FailedPull, unlisted: boolean): Finding | undefined {
  const { sent, listed } = failed.pull;
  const { reading, ref } = failed.failure;
  // A Secret that was made anew since, under a name that the kubelet never missed: it may have had the login before.
  if (listed.some((secret) => secret.state === "made-later" && secret.event === undefined)) return undefined;
  const bare = sent === "unknown" && refusedLoginOfNode(failed.evidence, reading);
  if (sent !== "credential" && !bare) return undefined;
  const host = hostOf(failed);
  return {
    confidence: "likely",
    summary: `${host} refuses a login that none of the Pod's Secrets holds: the node's own.`,
    because: [
      said(failed),
      claim("No entry of a pull secret of this Pod was handed to the runtime.", listRef(failed)),
      ...(bare
        ? [
            claim(
              "This runtime reports a registry's request for a login in other words; a bare 401 follows a login.",
              failed.evidence.node.ref,
              ref,
            ),
          ]
        : []),
    ],
    confirm: `On node ${failed.evidence.pod.node ?? "?"}: the kubelet's config.json, its credential providers, and the runtime's registry configuration for ${host}.`,
    fixes: [
      { summary: `Whoever runs the node renews its login for ${host}.`, effect: "writes", lasting: true },
      ...giveLogin(failed).map((fix) => ({ ...fix, lasting: false })),
    ],
    rivals: bare && unlisted ? ["no-pull-secret"] : [],
  };
}

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
      claim(`Provider ${provider.name} covers the image, so the kubelet asked it.`, {
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
  const login =
    family?.nodeLogin ?? (failing.length > 0 ? `credential provider ${failing.join(", ")}` : undefined);
  const own = serviceAccount.state === "found" ? serviceAccount.value : undefined;
  if (login === undefined || own?.pullSecrets.some((name) => name !== "") === true) return undefined;
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
          ? `${host} is ${family.name}: nodes log in to it by ${login}, and this pull had no login.`
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
    confirm: logHint(failed),
    fixes: nodeFixes(failed, `lets it log in: ${login}, with a matchImages entry that covers ${host}`),
    rivals,
  });
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
  return `Read the kubelet's log on node ${failed.evidence.pod.node ?? "?"} for "Failed to provide credentials for image", or give its provider configuration with --credential-provider-config.`;
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
