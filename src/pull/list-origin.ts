import { known } from "../evidence/observed.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { later } from "./time.ts";

/** Who filled the Pod's `spec.imagePullSecrets`. */
export type ListOrigin = "pod" | "service-account" | "webhook" | "none" | "unknown";

/**
 * Admission copies the ServiceAccount's list only into a Pod whose own list is empty, once, at creation
 * (plugin/pkg/admission/serviceaccount/admission.go, 1.26-1.36). A list that nobody owns in `managedFields` was put in
 * by admission: by that copy when it equals the ServiceAccount's list, else by a mutating webhook.
 */
export function listOrigin(evidence: Evidence): ListOrigin {
  const { pod, serviceAccount } = evidence;
  if (pod.pullSecrets.length === 0) return "none";
  if (pod.listOwner === "author") return "pod";
  const account = known(serviceAccount);
  const copied = account !== undefined && sameList(pod.pullSecrets, account.pullSecrets);
  const template = evidence.workloads.find((workload) => workload.state === "found");
  if (pod.listOwner === "unknown") {
    if (template?.state === "found")
      return sameList(pod.pullSecrets, template.value.pullSecrets)
        ? "pod"
        : template.value.pullSecrets.length === 0 && copied
          ? "service-account"
          : "unknown";
    return "unknown";
  }
  if (copied) return "service-account";
  if (account === undefined) return "unknown";
  // A list that nobody owns and that differs is a webhook's, or a copy of a list the ServiceAccount had before.
  const changedSince = account.listChangedAt === undefined || later(account.listChangedAt, pod.createdAt);
  return changedSince ? "unknown" : "webhook";
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
