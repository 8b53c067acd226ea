import { decodeBase64 } from "../go/base64.ts";
import { type GoJson, type GoMember, readGoJson } from "../go/json.ts";
import { decodeUtf8, utf8Bytes } from "../go/utf8.ts";

/**
 * One login as the kubelet reads it. This type holds a password: it lives between the bytes of a Secret and the gate
 * (pull-secret.ts), and, where registries are asked, for the length of their requests (gather/probe); nowhere else.
 */
export interface DockerLogin {
  readonly registryKey: string;
  readonly username: string;
  readonly password: string;
  /** The fields that are there and not empty; the tokens are among them although the kubelet never reads them. */
  readonly fields: readonly LoginField[];
  /** `auth` took the place of another username or password. */
  readonly authOverrides: boolean;
}

export const loginFields = ["auth", "username", "password", "identitytoken", "registrytoken"] as const;
export type LoginField = (typeof loginFields)[number];

export type PayloadFormat = ".dockerconfigjson" | ".dockercfg";

export type DockerConfig =
  | { readonly ok: true; readonly entries: readonly DockerLogin[]; readonly root: GoJson }
  | {
      readonly ok: false;
      /** Go's text, as the kubelet reports it. */
      readonly error: string;
      /** The same without the character that Go quotes from the payload. */
      readonly shownError: string;
      /** The entry that cannot be decoded, where it is one. */
      readonly registryKey?: string;
      /** Keys of the entries that could be read. */
      readonly readable: readonly string[];
      readonly root?: GoJson;
    };

export const noColonError = "unable to parse auth field, must be formatted as base64(username:password)";

interface Reading {
  entries: Map<string, DockerLogin>;
  /** A value of the wrong type: Go remembers the first, reads on, and reports it when nothing worse follows. */
  wrongType: string | undefined;
  /** An entry that cannot be decoded ends the reading at once. */
  failure?: { readonly registryKey: string; readonly error: string };
}

const configType = "credentialprovider.DockerConfig";

/**
 * A payload as the kubelet decodes it (pkg/credentialprovider/config.go, 1.26-1.36, through encoding/json). Member
 * names match without regard to case; of equal keys the last counts; `null` is an entry without a login.
 */
export function readDockerConfig(bytes: Uint8Array, format: PayloadFormat): DockerConfig {
  const json = readGoJson(bytes);
  if (!json.ok) return { ...json, readable: [] };
  const root = json.value;
  const reading: Reading = { entries: new Map(), wrongType: undefined };
  if (format === ".dockercfg") readEntries(root, reading, `Go value of type ${configType}`, "");
  else readWrapped(root, reading);
  const error = reading.failure?.error ?? reading.wrongType;
  if (error === undefined) return { ok: true, entries: [...reading.entries.values()], root };
  return {
    ok: false,
    error,
    shownError: error,
    ...(reading.failure === undefined ? {} : { registryKey: reading.failure.registryKey }),
    readable: readableKeys(root, format),
    root,
  };
}

/** The object around `auths`. Several `auths` fill the same map, and a null one empties it. */
function readWrapped(root: GoJson, reading: Reading): void {
  if (root.type === "null") return;
  if (root.type !== "object") {
    reading.wrongType = `json: cannot unmarshal ${root.type} into Go value of type ${configType}JSON`;
    return;
  }
  for (const { name, value } of root.members) {
    if (isNamed(name, "auths")) {
      if (value.type === "null") reading.entries = new Map();
      else
        readEntries(value, reading, `Go struct field DockerConfigJSON.auths of type ${configType}`, "auths");
    } else if (isNamed(name, "HttpHeaders")) reading.wrongType ??= headersFault(value);
    if (reading.failure !== undefined) return;
  }
}

function readEntries(value: GoJson, reading: Reading, target: string, field: "auths" | ""): void {
  if (value.type === "null") return;
  if (value.type !== "object") {
    reading.wrongType ??= `json: cannot unmarshal ${value.type} into ${target}`;
    return;
  }
  for (const { name, value: entry } of value.members) {
    const read = readEntry(name, entry, field);
    if ("error" in read) {
      reading.failure = { registryKey: name, error: read.error };
      return;
    }
    reading.entries.set(name, read);
  }
}

/** Every entry that can be decoded by itself, however the whole fares. */
function readableKeys(root: GoJson, format: PayloadFormat): readonly string[] {
  const keys = entryMembers(root, format).flatMap(({ name, value }) =>
    "error" in readEntry(name, value, "") ? [] : [name],
  );
  return [...new Set(keys)];
}

/** The members that the format has its entries in, as written. */
export function entryMembers(root: GoJson, format: PayloadFormat): readonly GoMember[] {
  if (format === ".dockercfg") return membersOf(root);
  return membersOf(root).flatMap(({ name, value }) => (isNamed(name, "auths") ? membersOf(value) : []));
}

export function membersOf(value: GoJson | undefined): readonly GoMember[] {
  return value?.type === "object" ? value.members : [];
}

const entryType = "dockerConfigEntryWithAuth";

function readEntry(
  registryKey: string,
  value: GoJson,
  field: "auths" | "",
): DockerLogin | { readonly error: string } {
  if (value.type !== "object" && value.type !== "null") {
    const target = field === "" ? "Go value" : `Go struct field DockerConfigJSON.${field}`;
    return {
      error: `json: cannot unmarshal ${value.type} into ${target} of type credentialprovider.${entryType}`,
    };
  }
  const fields = { auth: "", username: "", password: "", email: "", identitytoken: "", registrytoken: "" };
  const names = Object.keys(fields) as (keyof typeof fields)[];
  for (const { name, value: member } of membersOf(value)) {
    const known = names.find((candidate) => isNamed(name, candidate));
    if (known === undefined || member.type === "null") continue;
    if (member.type === "string") fields[known] = member.text;
    else if (!known.endsWith("token")) return { error: fieldFault(member, known, field) };
  }
  const present = loginFields.filter((name) => fields[name] !== "");
  const { username, password } = fields;
  if (fields.auth === "") return { registryKey, username, password, fields: present, authOverrides: false };
  const decoded = decodeAuth(fields.auth);
  if ("error" in decoded) return decoded;
  const differs = (given: string, used: string): boolean => given !== "" && given !== used;
  const authOverrides = differs(username, decoded.username) || differs(password, decoded.password);
  return { registryKey, ...decoded, fields: present, authOverrides };
}

function fieldFault(value: GoJson, name: string, field: "auths" | ""): string {
  const place = field === "" ? entryType : `DockerConfigJSON.${field}`;
  return `json: cannot unmarshal ${value.type} into Go struct field ${place}.${name} of type string`;
}

function headersFault(value: GoJson): string | undefined {
  const place = "Go struct field DockerConfigJSON.HttpHeaders of type";
  if (value.type === "null") return undefined;
  if (value.type !== "object") return `json: cannot unmarshal ${value.type} into ${place} map[string]string`;
  const wrong = value.members.find(({ value: header }) => header.type !== "string" && header.type !== "null");
  return wrong === undefined ? undefined : `json: cannot unmarshal ${wrong.value.type} into ${place} string`;
}

/** Blanks at the end are looked past to tell whether `auth` is padded, and then make it illegal. */
function decodeAuth(auth: string): { username: string; password: string } | { readonly error: string } {
  const result = decodeBase64(utf8Bytes(auth), endsPadded(auth));
  if (!result.ok) return { error: `illegal base64 data at input byte ${result.offset}` };
  const colon = result.bytes.indexOf(0x3a);
  if (colon < 0) return { error: noColonError };
  return {
    username: decodeUtf8(result.bytes.subarray(0, colon)),
    password: decodeUtf8(result.bytes.subarray(colon + 1)),
  };
}

/** Unicode's White_Space, as strings.TrimSpace has it: with U+0085 and without U+FEFF, unlike String.trim. */
const whiteSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function endsPadded(text: string): boolean {
  let end = text.length - 1;
  while (end >= 0 && whiteSpace.test(text[end] ?? "")) end -= 1;
  return text[end] === "=";
}

/**
 * encoding/json matches names by Unicode's simple case folding. Beside the two cases of a letter, only ſ folds to s and
 * the Kelvin sign to k.
 */
export function isNamed(name: string, field: string): boolean {
  return name === field || fold(name) === fold(field);
}

function fold(name: string): string {
  return name
    .replaceAll("\u017f", "s")
    .replaceAll("\u212a", "k")
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
