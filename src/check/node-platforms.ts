import { type Json, record, records, text, texts } from "../evidence/field.ts";
import type { Objects } from "../evidence/objects.ts";

/** The labels by which Pods choose a platform; every kubelet sets them (k8s.io/api/core/v1/well_known_labels.go). */
const labels = { "kubernetes.io/arch": "architecture", "kubernetes.io/os": "operatingSystem" } as const;
type Label = keyof typeof labels;

/** A node's name for each platform that the Pod may come to; none where no node is known. */
export function nodesFor(pod: Json, objects: Objects): readonly string[] {
  const byPlatform = new Map<string, string>();
  for (const node of objects.all("Node")) {
    const info = record(node, "status", "nodeInfo");
    const of = (label: Label): string => text(info, labels[label]) ?? "";
    if (!isWanted(record(pod, "spec"), of)) continue;
    const platform = `${of("kubernetes.io/os")}/${of("kubernetes.io/arch")}`;
    if (!byPlatform.has(platform)) byPlatform.set(platform, text(node, "metadata", "name") ?? "");
  }
  return [...byPlatform.values()];
}

/** By nodeSelector, and by the required node affinity, of whose terms one has to hold. */
function isWanted(spec: Json, of: (label: Label) => string): boolean {
  const selector = record(spec, "nodeSelector");
  const selected = (Object.keys(labels) as Label[]).every((label) => {
    const wanted = text(selector, label);
    return wanted === undefined || wanted === of(label);
  });
  const terms = records(
    spec,
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  return (
    selected &&
    (terms.length === 0 ||
      terms.some((term) => records(term, "matchExpressions").every((one) => holds(one, of))))
  );
}

function holds(expression: Json, of: (label: Label) => string): boolean {
  const key = text(expression, "key") ?? "";
  if (!(key in labels)) return true;
  const values = texts(expression, "values");
  const is = values.includes(of(key as Label));
  return text(expression, "operator") === "NotIn" ? !is : text(expression, "operator") !== "In" || is;
}

/** A node of a platform that somebody asks about, as an object like any other. */
export function nodeOf(platform: string): Json {
  const [operatingSystem = "linux", architecture = "amd64"] = platform.split("/");
  return {
    kind: "Node",
    metadata: { name: platform },
    status: { nodeInfo: { operatingSystem, architecture } },
  };
}
