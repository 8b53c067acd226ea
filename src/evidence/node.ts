import { defined, type Json, record, records, text, texts } from "./field.ts";
import type { Ref } from "./observed.ts";

export interface NodeFacts {
  readonly ref: Ref;
  readonly name: string;
  /** `v1.36.3`: which of the kubelet's rules hold is a matter of its version, not the API server's. */
  readonly kubeletVersion?: string;
  /** `containerd://2.2.9` */
  readonly runtimeVersion?: string;
  readonly architecture?: string;
  readonly operatingSystem?: string;
  readonly providerId?: string;
  /** `Talos (v1.9.2)`, `Red Hat Enterprise Linux CoreOS 418.94`: who makes the node. */
  readonly osImage?: string;
  readonly labels: Json;
  /** Names in `status.images`: by default only the 50 largest images, so absence proves something only below that. */
  readonly imageNames: readonly string[];
  readonly imageCount: number;
  /** The last name of each image whose names may have been cut, or undefined where they stand in no order. */
  readonly imageNamesCutAfter: readonly (string | undefined)[];
  readonly diskPressure: boolean;
  readonly ready?: boolean;
}

/** Labels by which distributions mark their nodes; others are nobody's business here. */
export const distributionLabels = [
  "minikube.k8s.io/name",
  "minikube.k8s.io/version",
  "microk8s.io/cluster",
  "node.openshift.io/os_id",
] as const;

export function readNode(object: Json): NodeFacts {
  const name = text(object, "metadata", "name") ?? "";
  const images = records(object, "status", "images");
  const condition = (type: string): string | undefined =>
    text(
      records(object, "status", "conditions").find((c) => text(c, "type") === type),
      "status",
    );
  const ready = condition("Ready");
  return {
    ref: { kind: "Node", name },
    name,
    imageNames: images.flatMap((image) => texts(image, "names")),
    imageCount: images.length,
    imageNamesCutAfter: images.flatMap((image) => cutAfter(texts(image, "names"))),
    labels: record(object, "metadata", "labels"),
    diskPressure: condition("DiskPressure") === "True",
    ...defined({
      kubeletVersion: text(object, "status", "nodeInfo", "kubeletVersion"),
      runtimeVersion: text(object, "status", "nodeInfo", "containerRuntimeVersion"),
      architecture: text(object, "status", "nodeInfo", "architecture"),
      operatingSystem: text(object, "status", "nodeInfo", "operatingSystem"),
      providerId: text(object, "spec", "providerID"),
      osImage: text(object, "status", "nodeInfo", "osImage"),
      ready: ready === undefined ? undefined : ready === "True",
    }),
  };
}

/** Names that a node publishes of one image at most (kubelet nodestatus/setters.go, MaxNamesPerImageInNodeStatus). */
const namesPublished = 5;

/** Names that were cut: containerd has them in their order, so what would stand before the last one is not there. */
function cutAfter(names: readonly string[]): readonly (string | undefined)[] {
  if (names.length < namesPublished) return [];
  const ordered = names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name);
  return [ordered ? names.at(-1) : undefined];
}

/** The minor version of a Kubernetes 1.x component (`v1.36.3` → 36), or undefined when it cannot be read. */
export function minorVersion(version: string | undefined): number | undefined {
  const match = /^v?1\.(\d+)/.exec(version ?? "");
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
