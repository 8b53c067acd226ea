import { type FailureKind, failureKinds, kinds } from "../../pull/message/kinds.ts";
import { isCause } from "../causes.ts";
import { kubectl } from "../fix/command.ts";
import { introduced } from "../fix/introduced.ts";
import { contacted, nodeOf } from "./connect.ts";
import { hostOf } from "../facts/listed.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull, type Fix, inSummary } from "../rule.ts";
import { registriesFile } from "../facts/registries-file.ts";
import { isNoCache } from "../facts/registry.ts";

/** The file that the message complains of. */
function fileOf({ failure: { message } }: FailedPull): string | undefined {
  return /(\/(?:etc|var|usr|run|opt)\/[\w./@:+-]{1,200}\.(?:toml|conf|json|yaml))\b/.exec(message)?.[1];
}

/** containerd joins the parts of an address, and an empty scheme is what a mirror without one leaves (core/remotes/docker/resolver.go). */
function withoutScheme({ failure: { message } }: FailedPull): string | undefined {
  return /\bparse "?:\/{2,3}([A-Za-z0-9.-]{1,253}(?::\d{1,5})?)\/[^"\s]{1,2048}"?: missing protocol scheme/.exec(
    message,
  )?.[1];
}

function correction(failed: FailedPull): string {
  const bare = withoutScheme(failed);
  return bare === undefined
    ? `corrects ${fileOf(failed) ?? "that file"}`
    : `writes that address as https://${bare}/… in ${registriesFile(failed, "config.toml or hosts.toml")}`;
}

/** A token server counts logins and not pulls; which of the two a bare 429 means, it does not say. */
function mayBeLocked({ failure: { reading }, pull: { sent, given } }: FailedPull): boolean {
  const login = sent === "credential" || (given.state === "logins" && given.logins.length > 0);
  return login && reading.status === 429 && reading.afterChallenge === true;
}

/** What keeps the sandbox's image away where that is no login; whatever it is has a page of its own. */
function whyNoSandbox({ failure: { reading } }: FailedPull): FailureKind | undefined {
  const { sandboxKind } = reading;
  return sandboxKind === undefined || kinds[sandboxKind].refusal === true ? undefined : sandboxKind;
}

function sandboxFix(failed: FailedPull): string {
  const why = whyNoSandbox(failed);
  if (why === undefined)
    return `Whoever runs ${nodeOf(failed)} gives the runtime a login for the sandbox image (containerd: registry configuration; CRI-O: pause_image_auth_file), or another sandbox image.`;
  if (why === "invalid-image-name")
    return `Whoever runs ${nodeOf(failed)} corrects the sandbox image in the configuration of its runtime (containerd: sandbox_image; CRI-O: pause_image) or its kubelet (before 1.27: --pod-infra-container-image).`;
  return `Whoever runs ${nodeOf(failed)} puts that right${isCause(why) ? ` (kubectl why-pull explain ${why})` : ""}, loads the image onto the node, or gives the runtime another sandbox image.`;
}

/** A registry sends whoever pulls on to other hosts, so the image's name need not tell which one failed. */
function sandboxFailure(why: FailureKind, { failure: { reading } }: FailedPull): string {
  const { sentence, stage } = kinds[why];
  const { host, sandbox } = reading;
  const elsewhere = stage === "connect" && host !== undefined && sandbox?.startsWith(`${host}/`) !== true;
  return `${lowered(sentence)}${elsewhere ? ` (${host})` : ""}`;
}

function lowered(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, "")}`;
}

/** `behind`: the answer says that a cache got it itself; `either`: nothing tells whether one did. */
type WhoseLimit = "its-own" | "behind" | "either";

/**
 * A cache gives on what the registry behind it answers, mostly in that one's own words. Nothing is behind Docker Hub and
 * what else serves only what was pushed to it, nor behind whoever refuses before the image is asked for.
 */
function whoseLimit(failed: FailedPull): WhoseLimit {
  const { reading } = failed.failure;
  if (reading.passedOn !== undefined) return "behind";
  return reading.beforeImage === true || isNoCache(contacted(failed)) ? "its-own" : "either";
}

function limitSummary(failed: FailedPull, whose: WhoseLimit): string {
  const host = contacted(failed);
  const anonymous = failed.pull.sent === "anonymous" ? ", which asks without a login" : "";
  switch (whose) {
    case "its-own":
      return `${host} limits the rate of pulls from this node${anonymous}.`;
    case "behind":
      return `${host} passes on a limit on the rate of pulls, mostly that of the registry behind it.`;
    case "either":
      return `${host} limits the rate of pulls, or, as a cache, passes on the limit of the registry behind it.`;
  }
}

/** What a limit counts behind a cache are the cache's own requests: a login of the Pod's has no part in them. */
function limitFixes(failed: FailedPull, whose: WhoseLimit): readonly Fix[] {
  const host = contacted(failed);
  const wait: Fix = { summary: "Wait: the kubelet tries again by itself.", effect: "reads" };
  const login: Fix = {
    summary: `Log in with an account of ${hostOf(failed)} by a pull secret, or pull through a cache.`,
    effect: "writes",
    lasting: true,
  };
  const cache: Fix = {
    summary: `Whoever runs ${host} gives it a login for the registry behind it, or one with a higher limit; a pull secret does not raise that limit.`,
    effect: "writes",
    lasting: true,
  };
  if (whose === "its-own") return [wait, login];
  if (whose === "behind") return [wait, cache];
  return [
    wait,
    introduced(`If the limit is one of ${host} itself:`, login),
    introduced("If it is that of a registry behind it:", cache),
  ];
}

export const policyRows: readonly InnocentRow[] = [
  {
    id: "short-name-unresolved",
    kind: "short-name-unresolved",
    summary: (f) => `CRI-O cannot tell which registry ${f.pull.image.image} is from.`,
    claims: (f) => [claim("The image names no registry host.", f.pull.image.ref)],
    confirm: (f) =>
      `On ${nodeOf(f)}: read unqualified-search-registries and short-name-mode in registries.conf.`,
    fixes: (f) => [
      {
        summary: `Write the image with its host: docker.io/${f.pull.reference.ok ? f.pull.reference.repository : f.pull.image.image} if Docker Hub is meant.`,
        effect: "writes",
        lasting: true,
      },
      { summary: `Or whoever runs the node adds an alias for it to registries.conf.`, effect: "writes" },
    ],
  },
  {
    id: "pull-qps-exceeded",
    kind: "pull-qps-exceeded",
    summary: (f) => `The kubelet of ${nodeOf(f)} limits its own pulls; no registry was asked.`,
    confirm: (f) => kubectl(f, "get", "--raw", `/api/v1/nodes/${nodeOf(f)}/proxy/configz`),
    fixes: () => [
      { summary: "Wait: the kubelet tries again within minutes.", effect: "reads" },
      {
        summary:
          "Whoever runs the node raises registryPullQPS and registryBurst if many Pods start at once as a rule.",
        effect: "writes",
      },
    ],
  },
  {
    id: "policy-blocked",
    kind: "policy-blocked",
    summary: (f) => `A policy of the registry or the node refuses ${f.pull.image.image}.`,
    confirm: () =>
      "Read the policy that the message names: at the registry (vulnerabilities, signature) or in the node's registries.conf.",
    fixes: () => [
      {
        summary: "Whoever owns that policy allows the image, or the image is built anew so that it passes.",
        effect: "writes",
      },
    ],
  },
  {
    id: "signature-rejected",
    kind: "signature-rejected",
    summary: (f) => `The node's signature policy does not accept ${f.pull.image.image}.`,
    confirm: (f) => `On ${nodeOf(f)}: read the entry for ${hostOf(f)} in the runtime's policy.json.`,
    fixes: () => [
      {
        summary: "Sign the image with a key that the policy knows, or whoever owns the policy changes it.",
        effect: "writes",
      },
    ],
  },
  {
    id: "sandbox-image-failed",
    kind: "sandbox-image-failed",
    summary: (f) => {
      const { sandbox } = f.failure.reading;
      const why = whyNoSandbox(f);
      return `Node ${nodeOf(f)} cannot pull its own sandbox (pause) image${sandbox === undefined ? "" : ` ${sandbox}`}${why === undefined ? "" : `: ${sandboxFailure(why, f)}`}.`;
    },
    claims: (f) => {
      const why = whyNoSandbox(f);
      return why === undefined
        ? []
        : [inSummary(claim(`Of the sandbox image: ${sandboxFailure(why, f)}.`, f.failure.ref))];
    },
    confirm: (f) => `On ${nodeOf(f)}: pull the image that the message names with crictl.`,
    fixes: (f) => [{ summary: sandboxFix(f), effect: "writes" }],
  },
  {
    id: "runtime-configuration-invalid",
    kind: "runtime-configuration-invalid",
    summary: (f) => {
      const bare = withoutScheme(f);
      return bare === undefined
        ? `The runtime of ${nodeOf(f)} cannot read its own registry configuration, so it pulls nothing, or not as it is meant to.`
        : `The runtime of ${nodeOf(f)} is configured to ask ${bare} for images of ${hostOf(f)}, by an address without https:// in front, which is none.`;
    },
    confirm: (f) =>
      `On ${nodeOf(f)}: read the runtime's log and the file that the message names (${registriesFile(f, "config.toml, certs.d/*/hosts.toml")}).`,
    fixes: (f) => [
      {
        summary: `Whoever runs ${nodeOf(f)} ${correction(f)} and restarts the runtime if it reads the file at its start.`,
        effect: "writes",
        lasting: true,
      },
    ],
  },
  {
    id: "runtime-unavailable",
    kind: "runtime-unavailable",
    summary: (f) => `The container runtime of ${nodeOf(f)} does not answer.`,
    confirm: (f) => kubectl(f, "describe", "node", nodeOf(f)),
    fixes: (f) => [
      {
        summary: `Whoever runs ${nodeOf(f)} looks at its runtime's service and restarts it.`,
        effect: "writes",
      },
    ],
  },
  {
    id: "image-inspect-failed",
    kind: failureKinds.filter((kind) => kinds[kind].inspecting !== true),
    summary: (f) => `The runtime of ${nodeOf(f)} cannot inspect its images; no registry was asked.`,
    confirm: (f) => `On ${nodeOf(f)}: crictl images, and the runtime's log.`,
    fixes: (f) => [
      {
        summary: `Whoever runs ${nodeOf(f)} repairs the runtime's image store or restarts the runtime.`,
        effect: "writes",
      },
    ],
    confidence: "likely",
  },
  {
    id: "rate-limited",
    kind: "rate-limited",
    rivals: (f) => (mayBeLocked(f) ? ["login-locked"] : []),
    confidence: (f) => (whoseLimit(f) === "its-own" ? "certain" : "likely"),
    summary: (f) => limitSummary(f, whoseLimit(f)),
    claims: (f) =>
      whoseLimit(f) !== "behind" && f.pull.given.state === "logins" && f.pull.given.logins.length === 0
        ? [
            claim(
              "The kubelet handed no login of a pull secret to the runtime; anonymous callers have the lowest limit.",
              f.evidence.pod.ref,
            ),
          ]
        : [],
    confirm: (f) =>
      whoseLimit(f) === "its-own"
        ? `Wait for the limit's window, then look whether other Pods on ${nodeOf(f)} pull; Docker Hub counts by address or account over six hours.`
        : `Read the log of ${contacted(f)}, or ask whoever runs it: does it keep a limit, or did a registry that it asked answer 429?`,
    fixes: (f) => limitFixes(f, whoseLimit(f)),
  },
];
