import { defined, type Json, present, record, records, text } from "./field.ts";
import type { Ref } from "./observed.ts";
import { readPullSecretNames } from "./pod.ts";
import { readWriter, type Writer } from "./writer.ts";

export interface ServiceAccountFacts {
  readonly ref: Ref;
  readonly name: string;
  /** `imagePullSecrets`: what admission copies into a Pod without a list of its own, at creation. */
  readonly pullSecrets: readonly string[];
  /** `secrets`: never used for pulling. */
  readonly mountableSecrets: readonly string[];
  /** Keys only: a credential provider may require them (KEP-4412); values are never needed. */
  readonly annotationKeys: readonly string[];
  readonly createdAt?: string;
  /** Newest time at which some manager last wrote fields among which is `imagePullSecrets`. */
  readonly listChangedAt?: string;
  /** What writes it, and would write it again. */
  readonly writtenBy?: Writer;
}

export function readServiceAccount(object: Json): ServiceAccountFacts {
  const name = text(object, "metadata", "name") ?? "";
  const namespace = text(object, "metadata", "namespace") ?? "default";
  const times = records(object, "metadata", "managedFields")
    .filter((entry) => present(entry, "fieldsV1", "f:imagePullSecrets"))
    .flatMap((entry) => text(entry, "time") ?? [])
    .toSorted();
  return {
    ref: { kind: "ServiceAccount", namespace, name },
    name,
    pullSecrets: readPullSecretNames(object, "imagePullSecrets"),
    mountableSecrets: records(object, "secrets").flatMap((entry) => text(entry, "name") ?? []),
    annotationKeys: Object.keys(record(object, "metadata", "annotations")),
    ...defined({
      createdAt: text(object, "metadata", "creationTimestamp"),
      listChangedAt: times.at(-1),
      writtenBy: readWriter(record(object, "metadata")),
    }),
  };
}
