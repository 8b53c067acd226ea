import { hostOf, said } from "../facts/listed.ts";
import { authFailures, claim } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * A static Pod is made by the kubelet from a file on the node. Its mirror at the API server may name neither a
 * ServiceAccount nor a Secret (plugin/pkg/admission/serviceaccount/admission.go), and the kubelet refuses such a file
 * since 1.34 (gate PreventStaticPodAPIReferences).
 */
export const staticPod = standing({
  id: "static-pod",
  explains: authFailures,
  at: "static",
  word: (failed) => {
    const { pod } = failed.evidence;
    const node = pod.node ?? "the node";
    return {
      confidence: "likely",
      summary: `A static Pod cannot use Secrets or a ServiceAccount of the API; only ${node}'s own logins can pull ${hostOf(failed)}.`,
      because: [
        claim("The Pod is the mirror of a file on the node.", {
          ...pod.ref,
          path: '.metadata.annotations["kubernetes.io/config.mirror"]',
        }),
        said(failed),
      ],
      confirm: `Look on ${node} for a docker config of the kubelet (config.json in its root directory) or a credential provider that covers ${hostOf(failed)}.`,
      fixes: [
        {
          summary: `Whoever runs ${node} gives the kubelet a login for ${hostOf(failed)}: a config.json in its root directory, or a credential provider without a required ServiceAccount.`,
          effect: "writes",
        },
        { summary: "Or put the image where it may be pulled without a login.", effect: "writes" },
      ],
      rivals: [],
    };
  },
});
