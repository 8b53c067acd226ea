import { isRecord, type Json, record, records, text } from "./field.ts";
import type { Objects } from "./objects.ts";
import { readPullSecretNames } from "./pod.ts";
import { podSpecPath } from "./workload.ts";

/** Who would have the Pod made: a workload, a Pod itself, or the question about an image. */
export interface Maker {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A Pod that does not exist yet, as admission would let it in. */
export interface PodToBe {
  readonly maker: Maker;
  readonly pod: Json;
  /** The ServiceAccount's list would be copied, and it could not be read. */
  readonly listUnknown: boolean;
}

/** The Pods of everything among the objects that has a Pod template; what a workload among them makes is left to that one. */
export function podsToBe(objects: Objects): readonly PodToBe[] {
  const kinds = [
    "Pod",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "ReplicaSet",
    "ReplicationController",
  ];
  return kinds.flatMap((kind) =>
    objects
      .all(kind)
      .filter(
        (object) =>
          !records(object, "metadata", "ownerReferences").some((owner) => owner["controller"] === true),
      )
      .map((object) => podToBe(object, objects)),
  );
}

/**
 * Admission copies the ServiceAccount's list into a Pod whose own list is empty (plugin/pkg/admission/serviceaccount/admission.go, 1.26-1.36). Webhooks
 * may do more; only the API server knows.
 */
export function podToBe(object: Json, objects: Objects): PodToBe {
  const kind = text(object, "kind") ?? "";
  const namespace = text(object, "metadata", "namespace") ?? "default";
  const name = text(object, "metadata", "name") ?? "";
  const spec = record(object, ...(podSpecPath(kind) ?? ["spec"]));
  const account = text(spec, "serviceAccountName") ?? text(spec, "serviceAccount") ?? "default";
  const own = readPullSecretNames(spec, "imagePullSecrets");
  const read = objects.get("ServiceAccount", namespace, account);
  const copied =
    read.state === "found" && isRecord(read.value) ? readPullSecretNames(read.value, "imagePullSecrets") : [];
  const list = own.length > 0 ? own : copied;
  const { nodeName: _, ...rest } = spec;
  return {
    maker: { kind, namespace, name },
    listUnknown: own.length === 0 && read.state !== "found",
    pod: {
      kind: "Pod",
      metadata: { namespace, name: `${kind}/${name}` },
      spec: { ...rest, imagePullSecrets: list.map((secret) => ({ name: secret })) },
    },
  };
}
