import { parseImageReference } from "../../pull/image-reference.ts";
import type { FailedPull } from "../rule.ts";

/** By default a node publishes its 50 largest images (kubelet nodeStatusMaxImages), so below that absence proves something. */
const published = 50;

/**
 * Whether the node has the image. `status.images` names an image by digests first and at most five names, and a node
 * that holds one digest under several repositories mixes them; the repository is what counts for KEP-2535's records.
 */
export function imageOnNode(failed: FailedPull): "present" | "absent" | "unknown" {
  const { node } = failed.evidence;
  const { reference } = failed.pull;
  if (node.state !== "found" || !reference.ok) return "unknown";
  const names = node.value.imageNames.map((name) => parseImageReference(name));
  const same = names.filter((name) => name.ok && name.name === reference.name);
  const wantedTag = reference.digest === undefined ? (reference.tag ?? "latest") : undefined;
  const exact = same.some(
    (name) =>
      name.ok && (reference.digest === undefined ? name.tag === wantedTag : name.digest === reference.digest),
  );
  if (exact) return "present";
  // Digests only: which tag they are is not published.
  if (same.some((name) => name.ok && name.tag === undefined))
    return reference.digest === undefined ? "present" : "unknown";
  const { imageCount, imageNamesCutAfter } = node.value;
  const whole = imageNamesCutAfter.every((last) => last !== undefined && `${reference.name}@` < last);
  return whole && imageCount > 0 && imageCount < published ? "absent" : "unknown";
}

/**
 * The node lists the very reference, tag or digest included, and the policy has the kubelet ask the registry all the
 * same. A Pod always has a policy: the API server writes Always for the tag latest and for none (pkg/apis/core/v1/
 * defaults.go, 1.26-1.36).
 */
export function pulledAlways(failed: FailedPull): boolean {
  const { node } = failed.evidence;
  const { reference, image } = failed.pull;
  if (image.policy !== "Always" || node.state !== "found" || !reference.ok) return false;
  return node.value.imageNames.some((listed) => {
    const name = parseImageReference(listed);
    if (!name.ok || name.name !== reference.name) return false;
    return reference.digest === undefined
      ? name.tag === (reference.tag ?? "latest")
      : name.digest === reference.digest;
  });
}
