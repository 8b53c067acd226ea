import { loginFields, noColonError } from "./docker-config.ts";
import { isRecord, type Json, text, texts } from "../field.ts";
import { passwordKinds, userKinds } from "./login-kind.ts";
import type { AuthEntry, ContentKey, Payload } from "./secret-payload.ts";
import { shownRegistryKey } from "./shown-registry-key.ts";

/** What was learnt from a Secret's values, as the text that takes their place in a bundle. */
export function writePayloadNote(payload: Payload): string {
  return JSON.stringify(payload);
}

/**
 * Reads such a text. A bundle can be edited, and anybody may put the annotation on a Secret, so everything is checked
 * against what this program writes, and keys pass the mask again. Undefined when it is nothing of ours.
 */
export function readPayloadNote(note: string): Payload | undefined {
  const value = parse(note);
  switch (value?.["state"]) {
    case "withheld":
      return { state: "withheld" };
    case "ignored":
      return readIgnored(value);
    case "undecodable":
      return {
        state: "undecodable",
        error: readError(value),
        ...(typeof value["registryKey"] === "string"
          ? { registryKey: shownRegistryKey(value["registryKey"]) }
          : {}),
        readable: keys(value, "readable"),
      };
    case "entries":
      return readEntries(value);
    default:
      return undefined;
  }
}

function parse(note: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(note);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function keys(value: Json, field: string): readonly string[] {
  return texts(value, field).map(shownRegistryKey);
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T | undefined {
  return words.find((word) => word === value);
}

const contentKeys: readonly ContentKey[] = [".dockerconfigjson", ".dockercfg", "other"];

function readIgnored(value: Json): Payload | undefined {
  const why = oneOf(["type", "key-absent", "key-empty"], value["why"]);
  const contentKey = oneOf(contentKeys, value["contentKey"]);
  if (why === undefined) return undefined;
  return {
    state: "ignored",
    why,
    wouldHave: keys(value, "wouldHave"),
    ...(contentKey === undefined ? {} : { contentKey }),
  };
}

const errors = [
  /^illegal base64 data at input byte [0-9]{1,9}$/,
  /^json: cannot unmarshal (?:object|array|string|number|bool) into Go (?:value|struct field [A-Za-z.]{1,60}) of type [A-Za-z.[\]]{1,60}$/,
  /^unexpected end of JSON input$/,
  /^invalid character '…' (?:looking for beginning of (?:value|object key string)|after (?:object key|object key:value pair|array element|top-level value|decimal point in numeric literal)|in (?:string literal|string escape code|\\u hexadecimal character escape|numeric literal|exponent of numeric literal|literal (?:true|false|null) \(expecting '[a-z]'\))|exceeded max depth)$/,
];

function readError(value: Json): string {
  const error = text(value, "error") ?? "";
  return error === noColonError || errors.some((pattern) => pattern.test(error))
    ? error
    : "it cannot be decoded";
}

function readEntries(value: Json): Payload | undefined {
  const list = value["entries"];
  if (!Array.isArray(list)) return undefined;
  const entries = list.map(readEntry).filter((entry) => entry !== undefined);
  if (entries.length < list.length) return undefined;
  return {
    state: "entries",
    entries,
    credsStore: value["credsStore"] === true,
    credHelpers: keys(value, "credHelpers"),
    looseRegistries: keys(value, "looseRegistries"),
  };
}

const logins = ["complete", "no-password", "no-username", "empty"] as const;

function readEntry(value: unknown, position: number): AuthEntry | undefined {
  if (!isRecord(value) || typeof value["registryKey"] !== "string") return undefined;
  const login = oneOf(logins, value["login"]);
  if (login === undefined) return undefined;
  const whitespace = isRecord(value["whitespace"]) ? value["whitespace"] : {};
  const fields = texts(value, "fields");
  return {
    registryKey: shownRegistryKey(value["registryKey"]),
    position,
    login,
    fields: loginFields.filter((field) => fields.includes(field)),
    authOverrides: value["authOverrides"] === true,
    whitespace: { username: whitespace["username"] === true, password: whitespace["password"] === true },
    userKind: oneOf(userKinds, value["userKind"]) ?? "other",
    passwordKind: oneOf(passwordKinds, value["passwordKind"]) ?? "other",
    ...time(value, "issuedAt"),
    ...time(value, "expiresAt"),
  };
}

function time(value: Json, field: "issuedAt" | "expiresAt"): { readonly [K in typeof field]?: string } {
  const found = text(value, field) ?? "";
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/.test(found) ? { [field]: found } : {};
}
