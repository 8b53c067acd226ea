import { policyClaim } from "../claims/image-present.ts";
import { kubectl } from "../fix/command.ts";
import { managingWorkload } from "../fix/workload.ts";
import { loadCommand } from "../facts/distribution.ts";
import { imageOnNode } from "../facts/node-image.ts";
import { said } from "../facts/listed.ts";
import { verificationOf } from "../facts/verification.ts";
import { claim, type FailedPull, type Fix, type Rule } from "../rule.ts";

/** With policy Never nothing is ever asked of a registry; somebody has to put the image on the node. */
/** The runtime of each node has images of its own, and not those of a docker beside it. */
function load(failed: FailedPull, name: string): Fix {
  const onto = `Or load the image onto ${name}, and onto each other node that such a Pod can come to`;
  const command = loadCommand(failed);
  return command === undefined
    ? {
        summary: `${onto} (kind load docker-image, minikube image load, ctr -n k8s.io images import).`,
        effect: "writes",
      }
    : { summary: `${onto}, since its runtime has images of its own.`, command, effect: "writes" };
}

export const neverPullPolicy: Rule = {
  id: "never-pull-policy",
  explains: ["never-pull-policy"],
  check: (failed) => {
    const { node, pod } = failed.evidence;
    const there = imageOnNode(failed);
    const verification = verificationOf(failed);
    // The kubelet says the same of an image that is there and that this Pod may not have.
    const checks = verification === undefined || verification.checks;
    if (there === "present" && checks === true) return undefined;
    const open = there === "unknown" ? checks === true : there === "present" && checks === "unknown";
    const name = pod.node ?? "the node";
    return {
      confidence: open ? "likely" : "certain",
      summary: `imagePullPolicy is Never and the image is not on node ${name}.`,
      because: [
        // Where it is open, what the kubelet says of both begins with the policy.
        open ? said(failed) : policyClaim(failed, "Never"),
        ...(there === "absent"
          ? [claim(`Node ${name} does not list the image.`, { ...node.ref, path: ".status.images" })]
          : []),
        ...(there !== "absent" && verification?.checks === false
          ? [claim(verification.why, verification.ref)]
          : []),
      ],
      confirm:
        there === "unknown"
          ? `On ${name}: crictl images`
          : kubectl(failed, "get", "node", name, "-o", "jsonpath={.status.images[*].names}"),
      fixes: [
        {
          summary: `Set imagePullPolicy: IfNotPresent in ${managingWorkload(failed) === undefined ? "the Pod" : "the workload's template"}, if the image is to come from a registry.`,
          effect: "replaces-pod",
        },
        load(failed, name),
      ],
      rivals: open ? ["image-not-authorized"] : [],
    };
  },
};
