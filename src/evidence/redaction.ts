import { isRecord, type Json, record, records, text } from "./field.ts";
import { redactMessage } from "./message-redaction.ts";
import { stripSecret } from "./pull-secret.ts";

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
      return { ...base(object), ...pick(object, ["imagePullSecrets", "secrets"]) };
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
      return { ...base(object), spec: workloadSpec(record(object, "spec")) };
    case "CronJob":
      return {
        ...base(object),
        spec: { jobTemplate: { spec: workloadSpec(record(object, "spec", "jobTemplate", "spec")) } },
      };
    case "Status":
      return status(object);
    case "PullBundle":
    case "CredentialProviderConfig":
    case "NodeConfiguration":
      return withoutEnvironment(object);
    default:
      return base(object);
  }
}

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
  "Status",
  "PullBundle",
  "CredentialProviderConfig",
  "NodeConfiguration",
]);

function pick(object: Json, fields: readonly string[]): Json {
  return Object.fromEntries(
    fields.flatMap((field) => (object[field] === undefined ? [] : [[field, object[field]]])),
  );
}

function base(object: Json): Json {
  const metadata = record(object, "metadata");
  const annotations = record(metadata, "annotations");
  const mirror = text(annotations, "kubernetes.io/config.mirror");
  // A ServiceAccount's annotations may be required by a credential provider: the keys tell, values are not needed.
  const keys = Object.keys(annotations).filter(
    (key) => key !== "kubectl.kubernetes.io/last-applied-configuration",
  );
  const kept =
    text(object, "kind") === "ServiceAccount"
      ? Object.fromEntries(keys.map((key) => [key, ""]))
      : mirror === undefined
        ? {}
        : { "kubernetes.io/config.mirror": mirror };
  return {
    ...pick(object, ["apiVersion", "kind"]),
    metadata: {
      ...pick(metadata, [
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "deletionTimestamp",
        "labels",
        "ownerReferences",
      ]),
      ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}),
      ...(Array.isArray(metadata["managedFields"]) ? { managedFields: managedFields(metadata) } : {}),
    },
  };
}

/** Names of fields and times only; list items are named by their values (`v:…`), which may be anything. */
function managedFields(metadata: Json): readonly Json[] {
  return records(metadata, "managedFields").map((entry) => {
    const fields = record(entry, "fieldsV1");
    const spec = record(fields, "f:spec");
    return {
      ...pick(entry, ["manager", "operation", "time", "subresource"]),
      fieldsV1: {
        ...("f:imagePullSecrets" in fields ? { "f:imagePullSecrets": {} } : {}),
        ...("f:spec" in fields
          ? { "f:spec": "f:imagePullSecrets" in spec ? { "f:imagePullSecrets": {} } : {} }
          : {}),
      },
    };
  });
}

const containerFields = ["name", "image", "imagePullPolicy", "restartPolicy"];

function containers(spec: Json, field: string): Json {
  if (!Array.isArray(spec[field])) return {};
  return {
    [field]: records(spec, field).map((container) => ({
      ...pick(container, containerFields),
      ...(Array.isArray(container["volumeMounts"])
        ? { volumeMounts: records(container, "volumeMounts").map((mount) => pick(mount, ["name"])) }
        : {}),
    })),
  };
}

function podSpec(spec: Json): Json {
  return {
    ...pick(spec, ["nodeName", "serviceAccountName", "serviceAccount", "imagePullSecrets", "restartPolicy"]),
    ...containers(spec, "initContainers"),
    ...containers(spec, "containers"),
    ...containers(spec, "ephemeralContainers"),
    ...(Array.isArray(spec["volumes"])
      ? {
          volumes: records(spec, "volumes").map((volume) => ({
            ...pick(volume, ["name"]),
            ...(isRecord(volume["image"])
              ? { image: pick(volume["image"], ["reference", "pullPolicy"]) }
              : {}),
          })),
        }
      : {}),
  };
}

function podStatus(status: Json): Json {
  const lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
  return {
    ...pick(status, ["phase", "startTime"]),
    ...(Array.isArray(status["conditions"])
      ? {
          conditions: records(status, "conditions").map((condition) =>
            pick(condition, ["type", "status", "reason", "lastTransitionTime"]),
          ),
        }
      : {}),
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
    ...pick(status, ["name", "image", "imageID", "restartCount", "ready"]),
    state: Object.fromEntries(
      Object.entries(state).map(([word, detail]) => [
        word,
        isRecord(detail)
          ? {
              ...pick(detail, ["reason", "startedAt", "finishedAt", "exitCode"]),
              // What a program printed when it ended is its own business.
              ...(word === "waiting" ? messageOf(detail, "message") : {}),
            }
          : {},
      ]),
    ),
  };
}

function messageOf(object: Json, field: string): Json {
  const message = text(object, field);
  return message === undefined ? {} : { [field]: redactMessage(message) };
}

function event(object: Json): Json {
  return {
    ...base(object),
    ...pick(object, [
      "reason",
      "type",
      "count",
      "firstTimestamp",
      "lastTimestamp",
      "eventTime",
      "series",
      "deprecatedCount",
      "deprecatedFirstTimestamp",
      "deprecatedLastTimestamp",
    ]),
    ...Object.fromEntries(
      ["involvedObject", "regarding"].flatMap((field) =>
        isRecord(object[field])
          ? [
              [
                field,
                pick(object[field], ["kind", "namespace", "name", "uid", "resourceVersion", "fieldPath"]),
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
    spec: pick(record(object, "spec"), ["providerID"]),
    status: {
      ...pick(status, ["images"]),
      nodeInfo: pick(record(status, "nodeInfo"), [
        "kubeletVersion",
        "containerRuntimeVersion",
        "architecture",
        "operatingSystem",
        "osImage",
      ]),
      conditions: records(status, "conditions").map((condition) => pick(condition, ["type", "status"])),
    },
  };
}

function workloadSpec(spec: Json): Json {
  return {
    ...(isRecord(spec["selector"]) ? { selector: spec["selector"] } : {}),
    template: { spec: podSpec(record(spec, "template", "spec")) },
  };
}

function status(object: Json): Json {
  const details = record(object, "details");
  return {
    ...pick(object, ["apiVersion", "kind", "status", "reason", "code"]),
    ...messageOf(object, "message"),
    metadata: pick(record(object, "metadata"), ["selfLink"]),
    details: pick(details, ["name", "kind", "group"]),
  };
}

/** A provider's `env` and `args` may hold what its authors keep secret. */
function withoutEnvironment(object: Json): Json {
  if (!Array.isArray(object["providers"])) return object;
  return {
    ...object,
    providers: records(object, "providers").map((provider) =>
      pick(provider, ["name", "matchImages", "defaultCacheDuration", "apiVersion", "tokenAttributes"]),
    ),
  };
}
