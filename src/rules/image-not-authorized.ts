import { minorVersion } from "../evidence/node.ts";
import type { Ref } from "../evidence/observed.ts";
import { imageOnNode } from "./node-image.ts";
import { kubectl } from "./fix/command.ts";
import { fittingOnAccount } from "./listed.ts";
import { attach, fittingSecrets, giveLogin } from "./fix/login.ts";
import { listRef } from "./listed.ts";
import { claim, type Rule } from "./rule.ts";

/**
 * KEP-2535, gate KubeletEnsureSecretPulledImages, on by default since 1.35: an image that another Pod's Secret brought
 * may be used only by Pods that show the same login. With policy Never the kubelet then prints the words it has for an
 * absent image, on purpose (pkg/kubelet/images/image_manager.go).
 */
export const imageNotAuthorized: Rule = {
  id: "image-not-authorized",
  explains: ["never-pull-policy", "image-not-authorized"],
  check: (failed) => {
    const { node, pod } = failed.evidence;
    if (node.state !== "found") return undefined;
    const minor = minorVersion(node.value.kubeletVersion);
    if (minor === undefined || minor < 33 || imageOnNode(failed) !== "present") return undefined;
    const onNode: Ref = { ...node.ref, path: ".status.images" };
    const gate = minor >= 35;
    const base = {
      summary: `The image is on node ${node.value.name}; this Pod has not shown a login for it, and policy Never allows no pull.`,
      because: [
        claim(`Node ${node.value.name} lists the image among those it has.`, onNode),
        claim(
          `Its kubelet is ${node.value.kubeletVersion}, which ${gate ? "checks" : "may check"} that a Pod may use an image that another Pod's Secret brought.`,
          node.ref,
        ),
        claim(
          pod.pullSecrets.length === 0
            ? "The Pod names no pull secret."
            : "The Pod's pull secrets are not those the image was pulled with.",
          listRef(failed),
        ),
      ],
      confirm: kubectl(failed, "get", "--raw", `/api/v1/nodes/${node.value.name}/proxy/configz`),
      fixes: fixesFor(failed),
    } as const;
    return gate
      ? { ...base, confidence: "likely", rivals: [] }
      : {
          ...base,
          confidence: "possible",
          assuming: [claim("The gate KubeletEnsureSecretPulledImages was switched on.", node.ref)],
          rivals: ["never-pull-policy"],
        };
  },
};

function fixesFor(failed: Parameters<Rule["check"]>[0]): ReturnType<typeof giveLogin> {
  const [existing] = [...fittingOnAccount(failed), ...fittingSecrets(failed)];
  return existing === undefined
    ? giveLogin(failed)
    : attach(failed, existing, { how: `Secret ${existing} holds a login for this image: ` });
}
