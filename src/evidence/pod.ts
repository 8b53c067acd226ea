import { defined, flag, isRecord, integer, type Json, present, record, records, text } from "./field.ts";
import { redactMessage } from "./gate/message-redaction.ts";
import { type MisplacedList, readMisplacedLists } from "./misplaced-list.ts";
import type { Ref } from "./observed.ts";

export type ContainerType = "container" | "initContainer" | "ephemeralContainer" | "imageVolume";

/** What `status.*Statuses[]` says of one container. Times are RFC 3339 text as the API prints them. */
export interface ContainerState {
  readonly state: "waiting" | "running" | "terminated" | "none";
  readonly reason?: string;
  readonly message?: string;
  readonly restarts: number;
  /** Set once the runtime has the image: an image ID, or empty before. */
  readonly imageId?: string;
  readonly ref: Ref;
}

/** One image that the Pod needs, and who needs it. */
export interface PodImage {
  /** Name of the container, or of the volume for an image volume. */
  readonly container: string;
  readonly type: ContainerType;
  /** As the spec has it; `status.image` may name another reference of the same digest. */
  readonly image: string;
  readonly policy?: string;
  readonly ref: Ref;
  readonly status?: ContainerState;
  /** For an image volume: the containers that mount it and so wait for it. */
  readonly mountedBy: readonly string[];
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
}

export interface PodFacts {
  readonly ref: Ref;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly createdAt?: string;
  /** When the kubelet had it from the API server (.status.startTime): it may have waited for a node before. */
  readonly startedAt?: string;
  readonly node?: string;
  readonly phase?: string;
  /** Why the whole Pod has failed: `Evicted`, `DeadlineExceeded`. */
  readonly reason?: string;
  readonly deleting: boolean;
  readonly serviceAccount: string;
  readonly labels: Json;
  readonly owner?: OwnerReference;
  /** The UID that events of a static Pod carry (annotation kubernetes.io/config.mirror). */
  readonly mirrorUid?: string;
  /** Names in `spec.imagePullSecrets`; an entry without a name is the empty string. */
  readonly pullSecrets: readonly string[];
  /**
   * Whether the author of the Pod wrote `imagePullSecrets`: the API server records the fields of a request before
   * mutating admission runs (apiserver endpoints/handlers/create.go, 1.30 and 1.36), so a copied list has no owner.
   */
  readonly listOwner: "author" | "admission" | "unknown";
  readonly misplacedLists: readonly MisplacedList[];
  readonly images: readonly PodImage[];
  readonly scheduled?: boolean;
  /** It holds ports of its node, by hostPort or by the node's network. */
  readonly holdsHostPorts: boolean;
  /** When the kubelet last wrote another status than before. */
  readonly statusWrittenAt?: string;
}

const containerLists = [
  { field: "initContainers", statuses: "initContainerStatuses", type: "initContainer" },
  { field: "containers", statuses: "containerStatuses", type: "container" },
  { field: "ephemeralContainers", statuses: "ephemeralContainerStatuses", type: "ephemeralContainer" },
] as const;

export function readPod(object: Json): PodFacts {
  const namespace = text(object, "metadata", "namespace") ?? "default";
  const name = text(object, "metadata", "name") ?? "";
  const ref: Ref = { kind: "Pod", namespace, name };
  const owner = readOwner(object);
  const optional = {
    uid: text(object, "metadata", "uid"),
    createdAt: text(object, "metadata", "creationTimestamp"),
    startedAt: text(object, "status", "startTime"),
    node: text(object, "spec", "nodeName"),
    phase: text(object, "status", "phase"),
    reason: text(object, "status", "reason"),
    mirrorUid: text(object, "metadata", "annotations", "kubernetes.io/config.mirror"),
    owner,
    scheduled: readScheduled(object),
    statusWrittenAt: records(object, "metadata", "managedFields")
      .filter((entry) => text(entry, "manager") === "kubelet" && text(entry, "subresource") === "status")
      .flatMap((entry) => text(entry, "time") ?? [])
      .at(-1),
  };
  return {
    ref,
    namespace,
    name,
    ...defined(optional),
    deleting: present(object, "metadata", "deletionTimestamp"),
    serviceAccount:
      text(object, "spec", "serviceAccountName") ?? text(object, "spec", "serviceAccount") ?? "default",
    labels: record(object, "metadata", "labels"),
    pullSecrets: readPullSecretNames(object, "spec", "imagePullSecrets"),
    listOwner: readListOwner(object),
    misplacedLists: readMisplacedLists(object, ["spec"]),
    holdsHostPorts: readHoldsHostPorts(object),
    images: readImages(object, ref),
  };
}

function readHoldsHostPorts(object: Json): boolean {
  const containers = [...records(object, "spec", "initContainers"), ...records(object, "spec", "containers")];
  const ports = containers.flatMap((container) => records(container, "ports"));
  return (
    flag(object, "spec", "hostNetwork") === true || ports.some((port) => (integer(port, "hostPort") ?? 0) > 0)
  );
}

/** Names of a list of LocalObjectReferences; entries without a name are kept as the empty string. */
export function readPullSecretNames(object: unknown, ...path: readonly string[]): readonly string[] {
  const parent = record(object, ...path.slice(0, -1));
  const list = parent[path.at(-1) ?? ""];
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown) => (isRecord(entry) ? (text(entry, "name") ?? "") : ""));
}

/** Who makes the object anew. An owner that is no controller only takes it along when it goes. */
export function readOwner(object: Json): OwnerReference | undefined {
  const owners = records(object, "metadata", "ownerReferences");
  const owner = owners.find((candidate) => flag(candidate, "controller") === true);
  const kind = text(owner, "kind");
  const name = text(owner, "name");
  if (kind === undefined || name === undefined) return undefined;
  return { kind, name, ...defined({ uid: text(owner, "uid") }) };
}

function readScheduled(object: Json): boolean | undefined {
  const condition = records(object, "status", "conditions").find((c) => text(c, "type") === "PodScheduled");
  if (condition === undefined) return undefined;
  return text(condition, "status") === "True";
}

function readListOwner(object: Json): PodFacts["listOwner"] {
  const entries = records(object, "metadata", "managedFields");
  if (entries.length === 0) return "unknown";
  return entries.some((entry) => present(entry, "fieldsV1", "f:spec", "f:imagePullSecrets"))
    ? "author"
    : "admission";
}

function readImages(object: Json, pod: Ref): readonly PodImage[] {
  const images: PodImage[] = [];
  for (const { field, statuses, type } of containerLists) {
    for (const [index, container] of records(object, "spec", field).entries()) {
      const name = text(container, "name");
      const image = text(container, "image");
      if (name === undefined || image === undefined) continue;
      const status = readStatus(object, statuses, name, pod);
      images.push({
        container: name,
        type,
        image,
        ...defined({ policy: text(container, "imagePullPolicy"), status }),
        ref: { ...pod, path: `.spec.${field}[${index}].image` },
        mountedBy: [],
      });
    }
  }
  return [...images, ...readImageVolumes(object, pod)];
}

function readImageVolumes(object: Json, pod: Ref): readonly PodImage[] {
  return records(object, "spec", "volumes").flatMap((volume, index) => {
    const container = text(volume, "name");
    const image = text(volume, "image", "reference");
    if (container === undefined || image === undefined) return [];
    return [
      {
        container,
        type: "imageVolume" as const,
        image,
        ...defined({ policy: text(volume, "image", "pullPolicy") }),
        ref: { ...pod, path: `.spec.volumes[${index}].image.reference` },
        mountedBy: mountersOf(object, container),
      },
    ];
  });
}

function mountersOf(object: Json, volume: string): readonly string[] {
  return containerLists.flatMap(({ field }) =>
    records(object, "spec", field)
      .filter((container) =>
        records(container, "volumeMounts").some((mount) => text(mount, "name") === volume),
      )
      .flatMap((container) => text(container, "name") ?? []),
  );
}

function readStatus(object: Json, list: string, name: string, pod: Ref): ContainerState | undefined {
  const all = records(object, "status", list);
  const index = all.findIndex((status) => text(status, "name") === name);
  const status = all[index];
  if (status === undefined) return undefined;
  const ref: Ref = { ...pod, path: `.status.${list}[${index}].state` };
  const state = record(status, "state");
  const restarts = integer(status, "restartCount") ?? 0;
  // The empty one says something, so an absent field is told from it.
  const imageId = typeof status["imageID"] === "string" ? status["imageID"] : undefined;
  for (const word of ["waiting", "running", "terminated"] as const) {
    if (!isRecord(state[word])) continue;
    const message = text(state, word, "message");
    return {
      state: word,
      restarts,
      ref: { ...ref, path: `${ref.path}.${word}` },
      ...defined({
        reason: text(state, word, "reason"),
        message: message === undefined ? undefined : redactMessage(message),
        imageId,
      }),
    };
  }
  return { state: "none", restarts, ref, ...defined({ imageId }) };
}
