import { minorVersion } from "../../evidence/node.ts";
import { known } from "../../evidence/observed.ts";
import type { FailedPull, Fix } from "../rule.ts";
import { changedWords, changeSpec } from "./workload.ts";

/**
 * The patch that has the kubelet take what the node has. Since 1.35 it still asks where another Pod's Secret brought the
 * image (KEP-2535).
 */
export function takeWhatIsThere(failed: FailedPull): Fix {
  const { container: name, type } = failed.pull.image;
  const spec =
    type === "imageVolume"
      ? { volumes: [{ name, image: { pullPolicy: "IfNotPresent" } }] }
      : { [`${type}s`]: [{ name, imagePullPolicy: "IfNotPresent" }] };
  const minor = minorVersion(known(failed.evidence.node)?.kubeletVersion);
  const unless = minor !== undefined && minor >= 35 ? ", unless another Pod's login brought it there" : "";
  const owner = failed.evidence.pod.owner?.kind;
  const elsewhere =
    owner === undefined || owner === "DaemonSet"
      ? ""
      : "; a new Pod may come to another node, which need not have it";
  const summary = `Set imagePullPolicy IfNotPresent on ${changedWords(failed)}: the kubelet then takes the image that the node has${unless}${elsewhere}.`;
  const command = type === "ephemeralContainer" ? undefined : changeSpec(failed, { type: "strategic", spec });
  return { summary, effect: "replaces-pod", ...(command === undefined ? {} : { command }) };
}
