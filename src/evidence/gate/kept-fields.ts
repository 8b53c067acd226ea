import { isRecord, type Json, records, text } from "../field.ts";
import { redactMessage } from "./message-redaction.ts";

/** What the gate keeps of an object's fields: words, numbers and times by name, nothing nested that nobody asked for. */

/** The fields that hold a word, a number or a flag; what has another shape reads as absent later, and may be anything. */
export function scalars(object: Json, fields: readonly string[]): Json {
  return some(object, fields, (value) => ["string", "number", "boolean"].includes(typeof value));
}

/** As the API server prints times (RFC 3339); nothing else is a time, whatever it holds. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

export function times(object: Json, fields: readonly string[]): Json {
  return some(object, fields, (value) => typeof value === "string" && time.test(value));
}

function some(object: Json, fields: readonly string[], keep: (value: unknown) => boolean): Json {
  return Object.fromEntries(fields.flatMap((field) => (keep(object[field]) ? [[field, object[field]]] : [])));
}

/** A list of objects with some of their fields; an entry that is no object keeps its place. */
export function listOf(object: Json, field: string, keep: (entry: Json) => Json): Json {
  const list = object[field];
  if (!Array.isArray(list)) return {};
  return { [field]: list.map((entry: unknown) => (isRecord(entry) ? keep(entry) : {})) };
}

/** Names of fields and times only; list items are named by their values (`v:…`), which may be anything. */
export function managedFields(metadata: Json): Json {
  if (!Array.isArray(metadata["managedFields"])) return {};
  return {
    managedFields: records(metadata, "managedFields").map((entry) => {
      const fields = isRecord(entry["fieldsV1"]) ? entry["fieldsV1"] : {};
      const spec = isRecord(fields["f:spec"]) ? fields["f:spec"] : {};
      const list = "f:imagePullSecrets";
      return {
        ...scalars(entry, ["manager", "operation", "subresource"]),
        ...times(entry, ["time"]),
        fieldsV1: {
          ...(list in fields ? { [list]: {} } : {}),
          ...("f:spec" in fields ? { "f:spec": list in spec ? { [list]: {} } : {} } : {}),
        },
      };
    }),
  };
}

export function messageOf(object: Json, field: string): Json {
  const message = text(object, field);
  return message === undefined ? {} : { [field]: redactMessage(shortened(message)) };
}

/** As much as is read of a message (readLimit of pull/message.ts). */
const longest = 16_384;

/**
 * Both ends of a message that is too long to be one: the wrapper in front, the cause behind. Cut at blanks, and with
 * three words less behind the cut, so that a login which began in front of it (`Authorization: Bearer …`) goes with it.
 */
function shortened(message: string): string {
  if (message.length <= longest) return message;
  const head = message.slice(0, longest / 2);
  const tail = message.slice(-longest / 2);
  const end = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\n"), 0);
  const [cut] = /^\S*\s+\S+\s+\S+\s+/.exec(tail) ?? [tail];
  return `${head.slice(0, end)} … ${tail.slice(cut.length)}`;
}
