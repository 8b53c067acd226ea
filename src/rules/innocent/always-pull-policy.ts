import { minorVersion } from "../../evidence/node.ts";
import { changedWords, changeSpec } from "../fix/workload.ts";
import { kubectl } from "../fix/command.ts";
import { said } from "../facts/listed.ts";
import { pulledAlways } from "../facts/node-image.ts";
import { isOfficialImage } from "../facts/node-login.ts";
import {
  authFailures,
  claim,
  type Claim,
  type FailedPull,
  type Fix,
  likelyUnless,
  type Rule,
} from "../rule.ts";

/**
 * With policy Always the kubelet asks the registry whatever the node has (pkg/kubelet/images/image_manager.go,
 * 1.26-1.36), and the API server writes Always for the tag latest and for none. So an image that was only loaded onto
 * the node, which no registry has, cannot start.
 */
export const alwaysPullPolicy: Rule = {
  id: "always-pull-policy",
  explains: [...authFailures, "repository-not-found", "manifest-not-found"],
  check: (failed) => {
    if (!pulledAlways(failed)) return undefined;
    const { node, pod } = failed.evidence;
    return likelyUnless(isOfficialImage(failed) || isLocal(failed) ? undefined : [meant(failed)], {
      summary: `Node ${pod.node ?? "?"} has the image, and imagePullPolicy Always asks the registry for it all the same, which does not give it.`,
      because: [
        claim(`Node ${pod.node ?? "?"} lists ${failed.pull.image.image} among its images.`, {
          ...node.ref,
          path: ".status.images",
        }),
        claim("imagePullPolicy is Always.", {
          ...failed.pull.image.ref,
          path: (failed.pull.image.ref.path ?? "").replace(/image$/, "imagePullPolicy"),
        }),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "node", pod.node ?? "", "-o", "jsonpath={.status.images[*].names}"),
      fixes: ifNotPresent(failed),
      rivals: [],
    });
  },
};

function meant(failed: FailedPull): Claim {
  return claim(
    "What the node has is what the Pod is to run, and not an older image of the same name.",
    failed.evidence.node.ref,
  );
}

/** A host that no registry outside the machine has. */
function isLocal({ pull: { reference } }: FailedPull): boolean {
  return reference.ok && /^(localhost|kind\.local|ko\.local|dev\.local)(:\d+)?$/.test(reference.registry);
}

/**
 * The patch that has the kubelet take what the node has. Since 1.35 it still asks where another Pod's Secret brought the
 * image (KEP-2535).
 */
export function ifNotPresent(failed: FailedPull): readonly Fix[] {
  const { container: name, type } = failed.pull.image;
  const spec =
    type === "imageVolume"
      ? { volumes: [{ name, image: { pullPolicy: "IfNotPresent" } }] }
      : { [`${type}s`]: [{ name, imagePullPolicy: "IfNotPresent" }] };
  const { node } = failed.evidence;
  const minor = node.state === "found" ? minorVersion(node.value.kubeletVersion) : undefined;
  const unless = minor !== undefined && minor >= 35 ? ", unless another Pod's login brought it there" : "";
  const summary = `Set imagePullPolicy IfNotPresent on ${changedWords(failed)}: the kubelet then takes the image that the node has${unless}.`;
  const command = type === "ephemeralContainer" ? undefined : changeSpec(failed, { type: "strategic", spec });
  return [
    { summary, effect: "replaces-pod", ...(command === undefined ? {} : { command }) },
    {
      summary:
        "Or give the image a tag other than latest, for which IfNotPresent is the default, and load it under that.",
      effect: "writes",
    },
  ];
}
