import { minorVersion } from "../../evidence/node.ts";
import { known } from "../../evidence/observed.ts";
import type { FailedPull, Fix } from "../rule.ts";
import { changed, changeSpec } from "./workload.ts";

/** The image's part of a Pod's spec, as a strategic patch, with policy IfNotPresent. */
export function ifNotPresentSpec({ pull: { image } }: FailedPull): object {
  const { container: name, type } = image;
  return type === "imageVolume"
    ? { volumes: [{ name, image: { pullPolicy: "IfNotPresent" } }] }
    : { [`${type}s`]: [{ name, imagePullPolicy: "IfNotPresent" }] };
}

/**
 * The patch that has the kubelet take what the node has. Since 1.35 it still asks where another Pod's Secret brought the
 * image (KEP-2535).
 */
export function takeWhatIsThere(failed: FailedPull): Fix {
  const spec = ifNotPresentSpec(failed);
  const minor = minorVersion(known(failed.evidence.node)?.kubeletVersion);
  const unless = minor !== undefined && minor >= 35 ? ", unless another Pod's login brought it there" : "";
  const owner = failed.evidence.pod.owner?.kind;
  const elsewhere =
    owner === undefined || owner === "DaemonSet"
      ? ""
      : "; a new Pod may come to another node, which need not have it";
  const { words, saysReplaced } = changed(failed);
  const summary = `Set imagePullPolicy IfNotPresent on ${words}: the kubelet then takes the image that the node has${unless}${elsewhere}.`;
  const command =
    failed.pull.image.type === "ephemeralContainer"
      ? undefined
      : changeSpec(failed, { type: "strategic", spec });
  return { summary, effect: "replaces-pod", saysReplaced, ...(command === undefined ? {} : { command }) };
}
