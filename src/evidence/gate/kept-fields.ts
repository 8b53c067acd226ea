import { isRecord, type Json, records, text } from "../field.ts";
import { redactMessage } from "./message-redaction.ts";
import { shownImage } from "./shown-image.ts";

/** What the gate keeps of an object's fields: words, numbers and times by name, nothing nested that nobody asked for. */

/** The fields that hold a word, a number or a flag; what has another shape reads as absent later, and may be anything. */
export function scalars(object: Json, fields: readonly string[]): Json {
  const kept: Record<string, unknown> = {};
  for (const field of fields) {
    const value = object[field];
    if (typeof value === "string") kept[field] = word(value);
    else if (typeof value === "number" || typeof value === "boolean") kept[field] = value;
  }
  return kept;
}

/** Names, kinds, reasons, versions: in these letters none is a login. */
const plainWord = /^(?:[a-z0-9./:-]*|[A-Za-z]*)$/;

/** Patterns are kept away from what is longer, of which V8 may run out of memory. */
const longestWord = 1024;

function word(value: string): string {
  return value.length <= longestWord && plainWord.test(value) ? value : redactMessage(value);
}

/** Names of images, without a login that stands in one. An empty one stays: a container that never had its image. */
export function imagesOf(object: Json, fields: readonly string[]): Json {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const image = object[field];
      return typeof image === "string" ? [[field, image === "" ? "" : shownImage(image)]] : [];
    }),
  );
}

/** As the API server prints times (RFC 3339); nothing else is a time, whatever it holds. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

export function times(object: Json, fields: readonly string[]): Json {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = text(object, field);
      return value !== undefined && time.test(value) ? [[field, value]] : [];
    }),
  );
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
  return message === undefined ? {} : { [field]: shortened(redactMessage(message)) };
}

/** As much as is read of a message (readLimit of pull/message.ts). */
const longest = 16_384;

/** Both ends of a message that is too long to be one: the wrapper in front, the cause behind. */
function shortened(message: string): string {
  if (message.length <= longest) return message;
  const head = message.slice(0, longest / 2);
  const tail = message.slice(-longest / 2);
  const end = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\n"), 0);
  const [cut] = /^\S*\s+/.exec(tail) ?? [tail];
  return `${head.slice(0, end)} … ${tail.slice(cut.length)}`;
}
