import { minorVersion } from "../../evidence/node.ts";
import { known, type Ref } from "../../evidence/observed.ts";
import type { Replay } from "./replay.ts";

/**
 * Whether the node's kubelet lets a Pod have an image that is there only when the Pod shows a login for it (KEP-2535,
 * gate KubeletEnsureSecretPulledImages: off by default in 1.33 and 1.34, on since 1.35). Where the kubelet's own
 * configuration could be read, its policy decides; a kubelet whose gate is off has none.
 */
export type Verification =
  | { readonly checks: boolean; readonly why: string; readonly ref: Ref }
  /** The gate may have been switched on. */
  | { readonly checks: "unknown"; readonly why: string; readonly ref: Ref };

export function verificationOf({
  evidence,
  pull,
}: Pick<Replay, "evidence" | "pull">): Verification | undefined {
  const node = known(evidence.node);
  const minor = minorVersion(node?.kubeletVersion);
  if (node === undefined || minor === undefined) return undefined;
  const kubelet = known(evidence.kubelet);
  const { kubeletVersion = "" } = node;
  const its = `Its kubelet is ${kubeletVersion}`;
  if (minor < 33)
    return { checks: false, why: `${its}, which checks no Pod's right to an image.`, ref: node.ref };
  const configz: Ref = { ...evidence.kubelet.ref, path: "/proxy/configz" };
  const policy = kubelet?.verificationPolicy;
  // registryPullQPS has a default, so configz always has it; without it nobody could read the configuration.
  if (policy === undefined && kubelet?.registryPullQps !== undefined)
    return {
      checks: false,
      why: `${its}, and its configuration has no policy for such images.`,
      ref: configz,
    };
  if (policy === undefined)
    return minor >= 35
      ? {
          checks: true,
          why: `${its}, which checks that a Pod may use an image that another Pod's Secret brought.`,
          ref: node.ref,
        }
      : {
          checks: "unknown",
          why: `${its}, which may check that a Pod may use an image that another Pod's Secret brought.`,
          ref: node.ref,
        };
  const listed =
    policy === "NeverVerifyAllowlistedImages" &&
    kubelet?.verificationAllowlist.some((entry) => allows(entry, pull.image.image, minor)) === true;
  const checks = policy !== "NeverVerify" && !listed;
  const words = listed ? `${policy}, and its list has the image` : policy;
  return {
    checks,
    why: `${its}; its policy is ${words}: it ${checks ? "checks" : "does not check"} that a Pod may use an image that another Pod's Secret brought.`,
    ref: configz,
  };
}

/** Whether the kubelet's configuration was read, so that its policy is known. */
export function policyRead({ evidence }: Pick<Replay, "evidence">): boolean {
  const kubelet = known(evidence.kubelet);
  return kubelet?.verificationPolicy !== undefined || kubelet?.registryPullQps !== undefined;
}

/**
 * An entry is a repository, or a path with a star at its end. Up to 1.35 a repository is compared with the whole image,
 * its tag included (pkg/kubelet/images/pullmanager/image_pull_policies.go, 1.33-1.36).
 */
function allows(entry: string, image: string, minor: number): boolean {
  if (entry.endsWith("/*")) return image.startsWith(entry.slice(0, -1));
  return entry === (minor >= 36 ? image.replace(/@.*$/, "").replace(/:[^:/]*$/, "") : image);
}
