import { kubectl } from "../fix/command.ts";
import { takeWhatIsThere } from "../fix/image-policy.ts";
import { said } from "../facts/listed.ts";
import { listedByNode, policyClaim } from "../claims/image-present.ts";
import { pulledAlways } from "../facts/node-image.ts";
import { isOpenToAll } from "../facts/node-login.ts";
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
    const { pod } = failed.evidence;
    return likelyUnless(isOpenToAll(failed) || isLocal(failed) ? undefined : [meant(failed)], {
      summary: `Node ${pod.node ?? "?"} has the image, and imagePullPolicy Always asks the registry for it all the same, which does not give it.`,
      because: [listedByNode(failed), policyClaim(failed, "Always"), said(failed)],
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

/** What the node has, by policy or by a tag for which IfNotPresent is the default. */
function ifNotPresent(failed: FailedPull): readonly Fix[] {
  return [
    takeWhatIsThere(failed),
    {
      summary:
        "Or give the image a tag other than latest, for which IfNotPresent is the default, and load it under that.",
      effect: "writes",
    },
  ];
}
