import { flag, isRecord, type Json, record, records, text } from "./field.ts";
import { readPayloadNote, writePayloadNote } from "./gate/payload-note.ts";
import { type Payload, readPayload } from "./gate/secret-payload.ts";
import { keepWriterMarks, readWriter, type Writer } from "./writer.ts";

export type { AuthEntry, Payload } from "./gate/secret-payload.ts";

/** A Secret as everything past the gate knows it. Plain data, and no field in which a password could be. */
export interface PullSecret {
  readonly name: string;
  readonly namespace: string;
  /** `Opaque` where a file names none, as the API server fills in; empty where only metadata is known. */
  readonly type: string;
  readonly immutable: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  /** When anybody last wrote the Secret: the newest time of its managedFields. */
  readonly lastChanged?: string;
  /** What writes the Secret, so that a change made by hand would not last. */
  readonly writtenBy?: Writer;
  readonly payload: Payload;
}

/** In the place of a Secret's values: what was learnt from them. */
const noteAnnotation = "why-pull.dev/payload";
const accountAnnotation = "kubernetes.io/service-account.name";
const invalidType = "(no valid type)";

/**
 * The gate. Reads a Secret as the API or a file has it, or as stripSecret left it; whatever the shape, it never throws.
 * Past this point nothing holds a user name, a password or a part of one.
 */
export function readPullSecret(object: unknown): PullSecret {
  const secret = isRecord(object) ? object : {};
  const metadata = record(secret, "metadata");
  const times = records(metadata, "managedFields").flatMap((entry) => timeOf(entry, "time") ?? []);
  return {
    name: text(metadata, "name") ?? "",
    namespace: text(metadata, "namespace") ?? "default",
    type: typeOf(secret),
    immutable: flag(secret, "immutable") ?? false,
    ...identity(metadata),
    ...only("lastChanged", times.toSorted().at(-1)),
    ...only("writtenBy", readWriter(metadata)),
    payload: payloadOf(secret),
  };
}

/**
 * The Secret for a bundle, from which readPullSecret reads the same: what the values were found to hold stands in an
 * annotation. An allow-list, since labels, annotations and field values are places where people put passwords too.
 */
export function stripSecret(object: unknown): object {
  const secret = isRecord(object) ? object : {};
  const metadata = record(secret, "metadata");
  const type = typeOf(secret);
  const account = text(metadata, "annotations", accountAnnotation) ?? "";
  const writers = records(metadata, "managedFields").map(writer);
  const marks = keepWriterMarks(metadata);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...only("name", text(metadata, "name")),
      ...only("namespace", text(metadata, "namespace")),
      ...identity(metadata),
      ...marks,
      annotations: {
        ...marks.annotations,
        ...(/^[a-z0-9.-]{1,253}$/.test(account) ? { [accountAnnotation]: account } : {}),
        [noteAnnotation]: writePayloadNote(payloadOf(secret)),
      },
      ...(writers.length === 0 ? {} : { managedFields: writers }),
    },
    ...(type === "" ? {} : { type }),
    ...only("immutable", flag(secret, "immutable")),
  };
}

function payloadOf(secret: Json): Payload {
  const note = text(secret, "metadata", "annotations", noteAnnotation);
  const learnt = note === undefined || hasValues(secret) ? undefined : readPayloadNote(note);
  if (learnt !== undefined) return learnt;
  const type = typeOf(secret);
  return type === "" ? { state: "withheld" } : readPayload(secret, type);
}

function hasValues(secret: Json): boolean {
  return [secret["data"], secret["stringData"]].some(
    (values) => isRecord(values) && Object.keys(values).length > 0,
  );
}

/** Anything may be written as a type. One word, or a domain and a word, is a type; the rest, and what looks made, is not repeated. */
function typeOf(secret: Json): string {
  const { type } = secret;
  if (type === invalidType) return invalidType;
  if (typeof type === "string" && type !== "") return isType(type) ? type : invalidType;
  if (type !== undefined && type !== null && type !== "") return invalidType;
  return hasValues(secret) ? "Opaque" : "";
}

const domain = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
/** Words with a number behind them at most: `dockerconfigjson`, `release.v1`, `bootstrap-token`. */
const words =
  /^(?:[A-Z]?[a-z]{1,24}|[A-Z]{1,8})(?:[A-Z][a-z]{1,24}){0,4}(?:[._-](?:[A-Za-z][a-z]{0,24}|v?[0-9]{1,3}(?:(?:alpha|beta)[0-9]{1,2})?)){0,6}$/;

function isType(type: string): boolean {
  const [first = "", second, ...more] = type.split("/");
  if (second === undefined) return words.test(first);
  return more.length === 0 && domain.test(first) && !/^eyj/i.test(first) && words.test(second);
}

function identity(metadata: Json): Pick<PullSecret, "uid" | "resourceVersion" | "creationTimestamp"> {
  const word = (field: string): string | undefined => {
    const value = text(metadata, field);
    return value !== undefined && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : undefined;
  };
  return {
    ...only("uid", word("uid")),
    ...only("resourceVersion", word("resourceVersion")),
    ...only("creationTimestamp", timeOf(metadata, "creationTimestamp")),
  };
}

function timeOf(object: Json, field: string): string | undefined {
  const time = text(object, field) ?? "";
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5})$/.test(time) ? time : undefined;
}

/** Who wrote when, and whether it was the content or type. */
function writer(entry: Json): Json {
  const manager = text(entry, "manager") ?? "";
  const operation = text(entry, "operation");
  const fields = record(entry, "fieldsV1");
  const written = ["f:data", "f:type", "f:immutable"].filter((field) => field in fields);
  return {
    ...only("manager", /^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,127}$/.test(manager) ? manager : undefined),
    ...("subresource" in entry ? { subresource: "status" } : {}),
    ...only("operation", operation === "Apply" || operation === "Update" ? operation : undefined),
    ...only("time", timeOf(entry, "time")),
    ...(written.length === 0 ? {} : { fieldsV1: Object.fromEntries(written.map((field) => [field, {}])) }),
  };
}

function only<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: V });
}
