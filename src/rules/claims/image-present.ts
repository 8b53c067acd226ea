import { known } from "../../evidence/observed.ts";
import { imageOnNode } from "../facts/node-image.ts";
import { verificationOf } from "../facts/verification.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/**
 * Since 1.35 a kubelet does not take an image that another Pod's login brought for granted (KEP-2535, gate
 * KubeletEnsureSecretPulledImages): with IfNotPresent it pulls again, with this Pod's logins.
 */
export function presentAllTheSame(failed: FailedPull): readonly Claim[] {
  const node = known(failed.evidence.node);
  if (node === undefined || failed.pull.image.policy !== "IfNotPresent") return [];
  if (verificationOf(failed)?.checks !== true || imageOnNode(failed) !== "present") return [];
  return [
    claim(
      `Node ${node.name} has ${failed.pull.reference.ok ? failed.pull.reference.name : "the image"} already; its kubelet ${node.kubeletVersion} lets only Pods have it that show a login for it.`,
      { ...node.ref, path: ".status.images" },
    ),
  ];
}

/** The node publishes this very reference among its images. */
export function listedByNode({ evidence: { node, pod }, pull }: FailedPull): Claim {
  return claim(`Node ${pod.node ?? "?"} lists ${pull.image.image} among its images.`, {
    ...node.ref,
    path: ".status.images",
  });
}

/** `meant`: what it is taken for where the Pod, as it was saved, does not say. */
export function policyClaim({ pull: { image } }: FailedPull, meant: "Always" | "Never"): Claim {
  return claim(`imagePullPolicy is ${image.policy ?? meant}.`, {
    ...image.ref,
    path: (image.ref.path ?? "").replace(/image$/, "imagePullPolicy"),
  });
}
