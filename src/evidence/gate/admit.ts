import { isRecord, type Json, record, records, text, texts } from "../field.ts";
import { bundleSpec, nodeSpec, providers } from "./bundle-documents.ts";
import { imagesOf, listOf, managedFields, messageOf, scalars, times } from "./kept-fields.ts";
import { nameOnly, podSpec, pullSecrets } from "./pod-spec.ts";
import { shownImage } from "./shown-image.ts";
import { workloadSpec, workloadStatus } from "./workload-spec.ts";
import { readRegistryProbe, writeRegistryProbe } from "./registry-probe-document.ts";
import { keepMisplacedLists } from "../misplaced-list.ts";
import { stripSecret } from "../pull-secret.ts";
import { revisionAnnotation } from "../revision.ts";
import { podSpecPath } from "../workload.ts";
import { distributionLabels } from "../node.ts";
import { keepWriterMarks } from "../writer.ts";

/**
 * The gate: every object passes here before anything else sees it. Secrets lose their values; of everything else only
 * what a diagnosis reads is kept, so that neither an environment variable nor a forgotten annotation can travel in a
 * bundle. An allow-list, because nobody knows all the places where people put passwords.
 */
export function admit(object: Json): Json {
  const kind = text(object, "kind") ?? "";
  switch (kind) {
    case "Secret":
      return stripSecret(object) as Json;
    case "Pod":
      return {
        ...base(object),
        spec: podSpec(record(object, "spec")),
        status: podStatus(record(object, "status")),
      };
    case "ServiceAccount":
      return { ...base(object), ...pullSecrets(object), ...listOf(object, "secrets", nameOnly) };
    case "Event":
      return event(object);
    case "Node":
      return node(object);
    case "Deployment":
    case "ReplicaSet":
    case "ReplicationController":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
      return {
        ...base(object),
        spec: workloadSpec(record(object, "spec")),
        ...workloadStatus(object),
      };
    case "CronJob":
      return {
        ...base(object),
        spec: {
          ...scalars(record(object, "spec"), ["concurrencyPolicy", "suspend"]),
          jobTemplate: { spec: workloadSpec(record(object, "spec", "jobTemplate", "spec")) },
        },
      };
    case "Status":
      return status(object);
    case "PullBundle":
      return { ...base(object), spec: bundleSpec(record(object, "spec")) };
    case "CredentialProviderConfig":
      return { ...base(object), ...providers(object) };
    case "RegistryProbe":
      return writeRegistryProbe(readRegistryProbe(object));
    case "NodeConfiguration":
      return { ...base(object), spec: nodeSpec(record(object, "spec")) };
    default:
      return base(object);
  }
}

/** What an object goes through before anything else sees it: admit, or what also takes note of it there. */
export type Gate = (object: Json) => Json;

/** Kinds whose objects a diagnosis reads; others are left out of what is kept. */
export const admittedKinds: ReadonlySet<string> = new Set([
  "Secret",
  "Pod",
  "ServiceAccount",
  "Event",
  "Node",
  "Deployment",
  "ReplicaSet",
  "ReplicationController",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "ResourceQuota",
  "Status",
  "PullBundle",
  "CredentialProviderConfig",
  "NodeConfiguration",
  "RegistryProbe",
]);

function base(object: Json): Json {
  const metadata = record(object, "metadata");
  const annotations = record(metadata, "annotations");
  const mirror = text(annotations, "kubernetes.io/config.mirror");
  // A ServiceAccount's annotations may be required by a credential provider: the keys tell, values are not needed.
  const keys = Object.keys(annotations).filter(
    (key) => key !== "kubectl.kubernetes.io/last-applied-configuration",
  );
  const kind = text(object, "kind") ?? "";
  const podSpec = podSpecPath(kind);
  const isWritten = kind === "ServiceAccount" || (podSpec !== undefined && kind !== "Pod");
  const marks = isWritten ? keepWriterMarks(metadata) : undefined;
  const labels = keptLabels(kind, metadata) ?? marks?.labels ?? {};
  const kept = {
    ...(kind === "ServiceAccount" ? Object.fromEntries(keys.map((key) => [key, ""])) : {}),
    ...(podSpec === undefined ? {} : keepMisplacedLists(object, podSpec)),
    ...marks?.annotations,
    ...(kind === "ReplicaSet" ? scalars(annotations, [revisionAnnotation]) : {}),
    ...(mirror === undefined || podSpec === undefined ? {} : { "kubernetes.io/config.mirror": mirror }),
  };
  return {
    ...scalars(object, ["apiVersion", "kind"]),
    metadata: {
      ...scalars(metadata, ["name", "namespace", "uid", "resourceVersion"]),
      ...times(metadata, ["creationTimestamp", "deletionTimestamp"]),
      ...(Object.keys(labels).length > 0 ? { labels: scalars(labels, Object.keys(labels)) } : {}),
      ...listOf(metadata, "ownerReferences", (owner) =>
        scalars(owner, ["apiVersion", "kind", "name", "uid", "controller"]),
      ),
      ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}),
      ...managedFields(metadata),
    },
  };
}

/** Of Pods, labels tell whose they are, of Nodes, who made them; of others, who writes them. */
function keptLabels(kind: string, metadata: Json): Json | undefined {
  if (kind === "Pod") return record(metadata, "labels");
  return kind === "Node" ? scalars(record(metadata, "labels"), distributionLabels) : undefined;
}

function podStatus(status: Json): Json {
  const lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
  return {
    ...scalars(status, ["phase", "reason"]),
    ...times(status, ["startTime"]),
    ...listOf(status, "conditions", (condition) => ({
      ...scalars(condition, ["type", "status", "reason"]),
      ...times(condition, ["lastTransitionTime"]),
    })),
    ...Object.fromEntries(
      lists.flatMap((list) =>
        Array.isArray(status[list]) ? [[list, records(status, list).map(containerStatus)]] : [],
      ),
    ),
  };
}

function containerStatus(status: Json): Json {
  const state = record(status, "state");
  return {
    ...scalars(status, ["name"]),
    ...imagesOf(status, ["image", "imageID"]),
    ...scalars(status, ["restartCount", "ready"]),
    state: Object.fromEntries(
      Object.entries(state).map(([word, detail]) => [
        word,
        isRecord(detail)
          ? {
              ...scalars(detail, ["reason", "exitCode"]),
              ...times(detail, ["startedAt", "finishedAt"]),
              // What a program printed when it ended is its own business.
              ...(word === "waiting" ? messageOf(detail, "message") : {}),
            }
          : {},
      ]),
    ),
  };
}

function event(object: Json): Json {
  return {
    ...base(object),
    ...scalars(object, ["reason", "type", "count", "deprecatedCount"]),
    ...times(object, [
      "firstTimestamp",
      "lastTimestamp",
      "eventTime",
      "deprecatedFirstTimestamp",
      "deprecatedLastTimestamp",
    ]),
    ...(isRecord(object["series"])
      ? {
          series: {
            ...scalars(object["series"], ["count"]),
            ...times(object["series"], ["lastObservedTime"]),
          },
        }
      : {}),
    ...Object.fromEntries(
      ["involvedObject", "regarding"].flatMap((field) =>
        isRecord(object[field])
          ? [
              [
                field,
                scalars(object[field], ["kind", "namespace", "name", "uid", "resourceVersion", "fieldPath"]),
              ],
            ]
          : [],
      ),
    ),
    ...messageOf(object, "message"),
    ...messageOf(object, "note"),
  };
}

function node(object: Json): Json {
  const status = record(object, "status");
  return {
    ...base(object),
    spec: scalars(record(object, "spec"), ["providerID"]),
    status: {
      ...listOf(status, "images", (image) => ({
        names: texts(image, "names").map(shownImage),
        ...scalars(image, ["sizeBytes"]),
      })),
      nodeInfo: scalars(record(status, "nodeInfo"), [
        "kubeletVersion",
        "containerRuntimeVersion",
        "architecture",
        "operatingSystem",
        "osImage",
      ]),
      conditions: records(status, "conditions").map((condition) => scalars(condition, ["type", "status"])),
    },
  };
}

function status(object: Json): Json {
  const details = record(object, "details");
  return {
    ...scalars(object, ["apiVersion", "kind", "status", "reason", "code"]),
    ...messageOf(object, "message"),
    metadata: scalars(record(object, "metadata"), ["selfLink"]),
    details: scalars(details, ["name", "kind", "group"]),
  };
}
