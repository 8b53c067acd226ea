import { minorVersion } from "../../evidence/node.ts";
import { imageOnNode } from "../facts/node-image.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/**
 * Since 1.35 a kubelet does not take an image that another Pod's login brought for granted (KEP-2535, gate
 * KubeletEnsureSecretPulledImages): with IfNotPresent it pulls again, with this Pod's logins.
 */
export function presentAllTheSame(failed: FailedPull): readonly Claim[] {
  const { node } = failed.evidence;
  if (node.state !== "found" || failed.pull.image.policy !== "IfNotPresent") return [];
  const minor = minorVersion(node.value.kubeletVersion);
  if (minor === undefined || minor < 35 || imageOnNode(failed) !== "present") return [];
  return [
    claim(
      `Node ${node.value.name} has ${failed.pull.reference.ok ? failed.pull.reference.name : "the image"} already; its kubelet ${node.value.kubeletVersion} lets only Pods have it that show a login for it.`,
      { ...node.ref, path: ".status.images" },
    ),
  ];
}
