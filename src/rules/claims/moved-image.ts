import type { ImageReference } from "../../pull/image-reference.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

interface Move {
  readonly from: (name: string) => boolean;
  readonly advice: string;
}

/** Registries and catalogues whose owners announced that images have moved; the announcements are public. */
const moves: readonly Move[] = [
  {
    from: (name) => name.startsWith("k8s.gcr.io/"),
    advice: "k8s.gcr.io was frozen in April 2023; Kubernetes' images are at registry.k8s.io.",
  },
  {
    from: (name) => /^(\w+\.)?gcr\.io\/google[-_]containers\//.test(name),
    advice: "gcr.io/google-containers is closed; Kubernetes' images are at registry.k8s.io.",
  },
  {
    from: (name) => name.startsWith("gcr.io/kubebuilder/"),
    advice:
      "gcr.io/kubebuilder ended in March 2025; kube-rbac-proxy is at registry.k8s.io/kubebuilder and, maintained, at quay.io/brancz.",
  },
  {
    from: (name) => name.startsWith("projects.registry.vmware.com/"),
    advice: "projects.registry.vmware.com has ended; VMware's images are at projects.packages.broadcom.com.",
  },
  {
    from: (name) => name.startsWith("docker.io/bitnami/"),
    advice:
      "Bitnami took most versioned images out of docker.io/bitnami in 2025; what was there is at docker.io/bitnamilegacy, without updates.",
  },
  {
    from: (name) =>
      name.startsWith("docker.io/openshift/") || name.startsWith("registry.svc.ci.openshift.org/"),
    advice: "OpenShift's images are at quay.io/openshift and registry.redhat.io.",
  },
  {
    from: (name) => name.startsWith("quay.io/kubernetes-ingress-controller/"),
    advice: "The ingress controller's images are at registry.k8s.io/ingress-nginx.",
  },
];

/** The announcement as a claim about the image, where there is one. */
export function movedClaims(failed: FailedPull): readonly Claim[] {
  const advice = movedImage(failed.pull.reference);
  return advice === undefined ? [] : [claim(advice, failed.pull.image.ref)];
}

/** What the owner of a moved image announced, or undefined. */
export function movedImage(reference: ImageReference): string | undefined {
  if (!reference.ok) return undefined;
  return moves.find((move) => move.from(`${reference.name}/`) || move.from(reference.name))?.advice;
}
