import { type ProviderPart, providerParts } from "../../pull/path/providers.ts";
import { hostOf, said } from "../facts/listed.ts";
import { nothingFromList } from "../facts/place.ts";
import { quote } from "../../text/shell-word.ts";
import { json, kubectl } from "../fix/command.ts";
import { forNextAttempt } from "../fix/next-attempt.ts";
import { giveLogin } from "../fix/login.ts";
import { authFailures, type Claim, claim, type FailedPull, type Fix } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * Since 1.33 a node's credential provider may pull as the Pod's ServiceAccount, if that has the annotations which the
 * provider requires and the node may ask for a token with its audience (KEP-4412). Where one is lacking the kubelet
 * skips the provider without an event (pkg/credentialprovider/plugin/plugin.go, 1.33-1.36). Both can be changed on the
 * ServiceAccount or by RBAC, and take effect at the next attempt without a new Pod.
 */
export const serviceAccountNotOptedIn = standing({
  id: "service-account-not-opted-in",
  explains: authFailures,
  at: [...nothingFromList, "template-ahead"],
  word: (failed) => {
    if (failed.pull.sent === "credential") return undefined;
    const part = skippedPart(failed);
    const token = part?.provider.token;
    if (part === undefined || token === undefined) return undefined;
    const { serviceAccount, pod } = failed.evidence;
    const lacks = part.part === "missing-annotation";
    return {
      confidence: "likely",
      summary: lacks
        ? `The node's provider ${part.provider.name} pulls from ${hostOf(failed)} as ServiceAccount ${pod.serviceAccount}, which lacks the annotation ${part.missing.join(", ")}.`
        : `The node's provider ${part.provider.name} pulls from ${hostOf(failed)} as ServiceAccount ${pod.serviceAccount}; the node may not ask for a token with audience ${token.audience}.`,
      because: [
        claim(`Provider ${part.provider.name} covers the image.`, {
          ...part.provider.ref,
          path: `${part.provider.ref.path ?? ""}.matchImages`,
        }),
        lacks
          ? claim(`ServiceAccount ${pod.serviceAccount} has no annotation ${part.missing.join(", ")}.`, {
              ...serviceAccount.ref,
              path: ".metadata.annotations",
            })
          : audienceClaim(failed, token.audience),
        said(failed),
      ],
      confirm: kubectl(
        failed,
        "get",
        "serviceaccount",
        pod.serviceAccount,
        "-o",
        "jsonpath={.metadata.annotations}",
      ),
      fixes: lacks ? annotate(failed, part) : allow(failed, token.audience),
      rivals: [],
    };
  },
});

/** The provider that would have been asked, had the ServiceAccount opted in. */
export function skippedPart(failed: FailedPull): ProviderPart | undefined {
  return providerParts(failed.evidence, failed.pull.reference)?.find(
    ({ part }) => part === "missing-annotation" || part === "audience-denied",
  );
}

function audienceClaim(failed: FailedPull, audience: string): Claim {
  return claim(
    `A SubjectAccessReview says that the node may not ask for audience ${audience}.`,
    failed.evidence.kubelet.ref,
  );
}

/** The annotation's value is the provider's affair, so there is no command to paste. */
function annotate(failed: FailedPull, part: ProviderPart): readonly Fix[] {
  const { pod } = failed.evidence;
  return [
    {
      summary: `Annotate ServiceAccount ${pod.serviceAccount} with ${part.missing.join(", ")}; whoever runs the provider tells the value. The next attempt, within five minutes, uses it.`,
      effect: "writes",
      lasting: true,
    },
    ...giveLogin(failed).map((fix) => ({ ...fix, lasting: false })),
  ];
}

/** A Role of the Pod's namespace: the API server asks RBAC there (noderestriction/admission.go, 1.33-1.36). */
function allow(failed: FailedPull, audience: string): readonly Fix[] {
  const { pod } = failed.evidence;
  const name = "node-token-audience";
  const api = "rbac.authorization.k8s.io";
  const metadata = { name, namespace: pod.namespace };
  const role = {
    apiVersion: `${api}/v1`,
    kind: "Role",
    metadata,
    rules: [{ verbs: ["request-serviceaccounts-token-audience"], apiGroups: [""], resources: [audience] }],
  };
  const binding = {
    apiVersion: `${api}/v1`,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: api, kind: "Role", name },
    subjects: [{ apiGroup: api, kind: "Group", name: "system:nodes" }],
  };
  const list = { apiVersion: "v1", kind: "List", items: [role, binding] };
  return forNextAttempt(failed, {
    summary: `Let the nodes request tokens with audience ${audience} in namespace ${pod.namespace}`,
    takenUp: "the next attempt, within five minutes, asks the provider",
    command: `printf %s ${quote(json(list))} | ${kubectl(failed, "apply", "-f", "-")}`,
    lasting: true,
  });
}
