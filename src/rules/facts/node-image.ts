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
  return node.value.imageCount > 0 && node.value.imageCount < published ? "absent" : "unknown";
}
