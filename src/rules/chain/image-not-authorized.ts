import { known } from "../../evidence/observed.ts";
import { fittingOnAccount, fittingSecrets } from "../facts/fits.ts";
import { listRef } from "../facts/listed.ts";
import { imageOnNode } from "../facts/node-image.ts";
import { policyRead, verificationOf } from "../facts/verification.ts";
import { kubectl, lines } from "../fix/command.ts";
import { ifNotPresentSpec } from "../fix/image-policy.ts";
import { bestShown, newSecret } from "../fix/login.ts";
import { changed, changeSpec } from "../fix/workload.ts";
import {
  type Claim,
  claim,
  type FailedPull,
  type Fix,
  inSummary,
  likelyUnless,
  type NonEmpty,
  type Rule,
} from "../rule.ts";

/**
 * KEP-2535, gate KubeletEnsureSecretPulledImages, on by default since 1.35: an image that another Pod's Secret brought
 * may be used only by Pods that show the same login. With policy Never the kubelet then prints the words it has for an
 * absent image, on purpose (pkg/kubelet/images/image_manager.go).
 */
export const imageNotAuthorized: Rule = {
  id: "image-not-authorized",
  explains: ["never-pull-policy", "image-not-authorized"],
  check: (failed) => {
    const { pod } = failed.evidence;
    const node = known(failed.evidence.node);
    const verification = verificationOf(failed);
    if (node === undefined || verification === undefined || verification.checks === false) return undefined;
    const there = imageOnNode(failed);
    if (there === "absent") return undefined;
    const gate = claim("The gate KubeletEnsureSecretPulledImages was switched on.", node.ref);
    const present = claim(`The image is on node ${node.name}.`, node.ref);
    const unread: NonEmpty<Claim> | undefined =
      there === "unknown"
        ? [present, ...(verification.checks === "unknown" ? [gate] : [])]
        : verification.checks === "unknown"
          ? [gate]
          : undefined;
    const list = { ...node.ref, path: ".status.images" };
    return likelyUnless(unread, {
      summary: `The image is on node ${node.name}; this Pod has not shown a login for it, and policy Never allows no pull.`,
      because: [
        there === "present"
          ? inSummary(claim(`Node ${node.name} lists the image among those it has.`, list))
          : claim(`Node ${node.name} publishes only a part of its images' names.`, list),
        claim(verification.why, verification.ref),
        claim(
          pod.pullSecrets.length === 0
            ? "The Pod names no pull secret."
            : "The Pod's pull secrets are not those the image was pulled with.",
          listRef(failed),
        ),
      ],
      confirm: policyRead(failed)
        ? kubectl(failed, "get", "pods", "-A", "--field-selector", `spec.nodeName=${node.name}`, "-o", "wide")
        : kubectl(failed, "get", "--raw", `/api/v1/nodes/${node.name}/proxy/configz`),
      fixes: fixesFor(failed),
      rivals: unread !== undefined ? ["never-pull-policy"] : [],
    });
  },
};

/**
 * The kubelet lets a Pod have the image with the very login that brought it, or with any that the registry accepts; for
 * the latter it has to be allowed to ask, which policy Never forbids (KEP-2535).
 */
function fixesFor(failed: FailedPull): readonly Fix[] {
  const existing = bestShown(failed, [...fittingOnAccount(failed), ...fittingSecrets(failed)]);
  const made = existing === undefined ? newSecret(failed) : undefined;
  const secret = existing ?? made?.name ?? "";
  const names = [...new Set([...failed.evidence.pod.pullSecrets, secret, ...failed.alongside.pod])].filter(
    (name) => name !== "",
  );
  const imagePullSecrets = [...names.map((name) => ({ name })), { $patch: "replace" }];
  const spec = { imagePullSecrets, ...ifNotPresentSpec(failed) };
  const change = changeSpec(failed, { type: "strategic", spec });
  const how = `${made === undefined ? "Name" : "Make and name"} Secret ${secret}, and set policy IfNotPresent, so that the kubelet may try its login`;
  if (change === undefined) return [{ summary: `${how}.`, effect: "replaces-pod" }];
  const { words, saysReplaced } = changed(failed);
  return [
    {
      summary: `${how}, on ${words}.`,
      command: lines(made?.command, change),
      effect: "replaces-pod",
      saysReplaced,
      lists: { pod: [secret] },
    },
  ];
}
