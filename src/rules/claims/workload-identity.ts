import { providerParts } from "../../pull/path/providers.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** Annotations by which clouds give a Pod's own programs an identity. */
const identities = [
  "eks.amazonaws.com/role-arn",
  "iam.gke.io/gcp-service-account",
  "azure.workload.identity/client-id",
];

/**
 * A ServiceAccount's cloud identity is for what runs in the Pod. The kubelet pulls before anything runs, as the node; it
 * looks at such an annotation only if a provider of its own asks for it (KEP-4412, since 1.33).
 */
export function unusedIdentity(failed: FailedPull): readonly Claim[] {
  const { serviceAccount } = failed.evidence;
  if (serviceAccount.state !== "found") return [];
  const wanted = (providerParts(failed.evidence, failed.pull.reference) ?? []).flatMap(
    ({ provider }) => provider.token?.requiredAnnotations ?? [],
  );
  const key = identities.find(
    (candidate) => serviceAccount.value.annotationKeys.includes(candidate) && !wanted.includes(candidate),
  );
  if (key === undefined) return [];
  return [
    claim(
      `The identity that ${key} gives ServiceAccount ${serviceAccount.value.name} is for the programs in the Pod; the node does not pull with it.`,
      { ...serviceAccount.ref, path: ".metadata.annotations" },
    ),
  ];
}
