import type { NodeFacts } from "../../evidence/node.ts";
import { commandLine } from "../../text/shell-word.ts";
import type { FailedPull } from "../rule.ts";

/** Who made the node, where that decides how it logs in and how an image gets onto it. */
export interface Distribution {
  readonly name: string;
  /** Where its runtime's logins are written, if not in files that only the node's owner knows. */
  readonly logins?: string;
  /** Puts an image that one's own docker holds onto the node. */
  readonly load?: (image: string, node: NodeFacts) => string;
}

interface Sign extends Distribution {
  readonly is: (node: NodeFacts) => boolean;
}

/**
 * What distributions write into their own nodes: kind and k3d into spec.providerID, k3s, RKE2 and k0s into the
 * kubelet's version, minikube, MicroK8s and OpenShift into labels, the others into the operating system's name. The
 * first that fits counts: k3d runs k3s.
 */
const distributions: readonly Sign[] = [
  {
    name: "kind",
    is: ({ providerId }) => providerId?.startsWith("kind://") === true,
    load: (image, node) =>
      commandLine(["kind", "load", "docker-image", image, "--name", kindCluster(node.providerId)]),
  },
  {
    name: "k3d",
    is: ({ providerId }) => k3dNode.test(providerId ?? ""),
    logins: "registries.yaml (k3d cluster create --registry-config)",
    load: (image, node) =>
      commandLine(["k3d", "image", "import", image, "--cluster", k3dCluster(node.providerId)]),
  },
  {
    name: "minikube",
    is: ({ labels }) => "minikube.k8s.io/name" in labels || "minikube.k8s.io/version" in labels,
    load: (image, { labels }) => {
      const profile = labels["minikube.k8s.io/name"];
      const which = typeof profile === "string" && profile !== "minikube" ? ["--profile", profile] : [];
      return commandLine(["minikube", "image", "load", image, ...which]);
    },
  },
  {
    name: "MicroK8s",
    is: ({ labels }) => "microk8s.io/cluster" in labels,
    load: (image) => `${saved(image)} | microk8s ctr image import -`,
  },
  {
    name: "RKE2",
    is: ({ kubeletVersion }) => /\+rke2/.test(kubeletVersion ?? ""),
    logins: "/etc/rancher/rke2/registries.yaml",
  },
  {
    name: "k3s",
    is: ({ kubeletVersion, providerId }) =>
      /\+k3s/.test(kubeletVersion ?? "") || providerId?.startsWith("k3s://") === true,
    logins: "/etc/rancher/k3s/registries.yaml",
    load: (image) => `${saved(image)} | sudo k3s ctr images import -`,
  },
  {
    name: "Talos",
    is: ({ osImage }) => /^Talos\b/.test(osImage ?? ""),
    logins: "the machine configuration (machine.registries.config, since 1.12 RegistryAuthConfig)",
  },
  {
    name: "OpenShift",
    is: ({ osImage, labels }) =>
      /^(?:Red Hat Enterprise Linux|CentOS Stream) CoreOS\b/.test(osImage ?? "") ||
      "node.openshift.io/os_id" in labels,
    logins: "the cluster's global pull secret (Secret pull-secret in namespace openshift-config)",
  },
  {
    name: "Bottlerocket",
    is: ({ osImage }) => /^Bottlerocket\b/.test(osImage ?? ""),
    logins: "settings.container-registry.credentials",
  },
];

/** `k3s://k3d-CLUSTER-server-0` */
const k3dNode = /^k3s:\/\/k3d-(.+)-(?:server|agent)-\d+$/;

function k3dCluster(providerId: string | undefined): string {
  return k3dNode.exec(providerId ?? "")?.[1] ?? "CLUSTER";
}

/** `kind://docker/CLUSTER/NODE` */
function kindCluster(providerId: string | undefined): string {
  return providerId?.split("/")[3] ?? "kind";
}

function saved(image: string): string {
  return commandLine(["docker", "save", image]);
}

export function distributionOf({ evidence }: Pick<FailedPull, "evidence">): Distribution | undefined {
  const { node } = evidence;
  return node.state === "found" ? distributions.find(({ is }) => is(node.value)) : undefined;
}

/** How somebody brings an image of their own machine to the node, where its distribution has a way. */
export function loadCommand(failed: FailedPull): string | undefined {
  const { node } = failed.evidence;
  if (node.state !== "found") return undefined;
  return distributionOf(failed)?.load?.(failed.pull.image.image, node.value);
}
