import type { Admission } from "./admission.ts";
import { type Json, record, records, text } from "./field.ts";
import type { Objects } from "./objects.ts";
import { readPullSecretNames } from "./pod.ts";
import { templatePath } from "./workload.ts";

/** Who would have an image pulled: a workload by its template, or a Pod that nothing controls. */
export interface ImageUser {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The Pod that would be made, as admission would leave it. */
export interface PodToBe {
  readonly user: ImageUser;
  readonly pod: Json;
  /** Labels by which a workload knows its Pods; none for a CronJob, whose Jobs know them. */
  readonly selector: Json;
  /** What keeps its list from being known: the ServiceAccount could not be read, or does not exist. */
  readonly account: "known" | "unread" | "absent";
  /** Where the API server was asked. */
  readonly admission?: Admission;
}

/** Kinds with a template, the outermost of each family: a ReplicaSet's or a Job's Pods are its owner's matter. */
export const userKinds = [
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "Job",
  "ReplicaSet",
  "ReplicationController",
] as const;

export interface PodOptions {
  /** Of objects that name none, as in rendered manifests. */
  readonly namespace: string;
  /** Replaces the ServiceAccount that templates name. */
  readonly serviceAccount?: string;
  /** Replaces the list of pull secrets. */
  readonly pullSecrets?: readonly string[];
}

/** The Pods that the objects' templates would make, and their bare Pods made anew; what else is known tells their ServiceAccounts. */
export function podsToBe(objects: Objects, options: PodOptions, known = objects): readonly PodToBe[] {
  const templates = userKinds.flatMap((kind) =>
    objects
      .all(kind)
      .filter((object) => !isControlled(object))
      .map((object) => podOf(object, known, options)),
  );
  const pods = objects
    .all("Pod")
    .filter((pod) => !isControlled(pod))
    .map((pod) => podOf(pod, known, options));
  return [...templates, ...pods];
}

/** A Pod of one container with this image, as `kubectl run` would make it. */
export function podForImage(image: string, objects: Objects, options: PodOptions): PodToBe {
  const spec = { containers: [{ name: "image", image }] };
  return podOf({ kind: "Pod", metadata: { name: "image" }, spec }, objects, options);
}

function isControlled(object: Json): boolean {
  return records(object, "metadata", "ownerReferences").some((owner) => owner["controller"] === true);
}

/**
 * Admission's part: a Pod without pull secrets of its own gets its ServiceAccount's, once
 * (plugin/pkg/admission/serviceaccount/admission.go, 1.26-1.36). An entry without a name counts as one.
 */
function podOf(object: Json, objects: Objects, options: PodOptions): PodToBe {
  const kind = text(object, "kind") ?? "";
  const name = text(object, "metadata", "name") ?? "";
  const namespace = text(object, "metadata", "namespace") ?? options.namespace;
  const template = kind === "Pod" ? object : record(object, ...(templatePath(kind) ?? []));
  const written = record(template, "spec");
  const serviceAccountName =
    options.serviceAccount ??
    text(written, "serviceAccountName") ??
    text(written, "serviceAccount") ??
    "default";
  const own = options.pullSecrets ?? readPullSecretNames(written, "imagePullSecrets");
  const account = objects.get("ServiceAccount", namespace, serviceAccountName);
  const copied =
    own.length > 0 || account.state !== "found"
      ? own
      : readPullSecretNames(account.value, "imagePullSecrets");
  const owner = { kind, name, controller: true, ...uidOf(object) };
  // Fields that somebody owns are the author's; a list that nobody owns was copied (list-origin.ts).
  const fields = own.length > 0 ? { "f:imagePullSecrets": {} } : {};
  const selector = record(object, "spec", "selector");
  return {
    user: { kind, namespace, name },
    selector: kind === "ReplicationController" ? selector : record(selector, "matchLabels"),
    pod: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        // Workloads of several kinds may have one name.
        name: kind === "Pod" ? name : `${kind.toLowerCase()}.${name}`,
        namespace,
        ...(kind === "Pod" ? {} : { ownerReferences: [owner] }),
        managedFields: [{ manager: "author", operation: "Update", fieldsV1: { "f:spec": fields } }],
      },
      spec: {
        ...written,
        nodeName: undefined,
        serviceAccountName,
        imagePullSecrets: copied.map((secret) => (secret === "" ? {} : { name: secret })),
      },
    },
    account:
      own.length > 0 || account.state === "found"
        ? "known"
        : account.state === "absent"
          ? "absent"
          : "unread",
  };
}

function uidOf(object: Json): { readonly uid?: string } {
  const uid = text(object, "metadata", "uid");
  return uid === undefined ? {} : { uid };
}
