import { decodeBase64 } from "./go-base64.ts";
import { type GoJson, parseGoJson } from "./go-json.ts";

/**
 * One login as the kubelet reads it. This type holds a password: it exists between the payload of a Secret and the
 * gate (pull-secret.ts), and nowhere else.
 */
export interface DockerLogin {
  readonly registryKey: string;
  readonly username: string;
  readonly password: string;
  /** `auth` was there and overrode other values of username or password. */
  readonly authOverrides: boolean;
  /** Which of the fields that people expect to work are present and not empty. */
  readonly fields: readonly LoginField[];
}

export type LoginField = "auth" | "username" | "password" | "identitytoken" | "registrytoken";

export type DockerConfig =
  | { readonly ok: true; readonly logins: readonly DockerLogin[]; readonly root: GoJson }
  /** Go's text for base64 and colon errors, a fixed sentence otherwise: Go's own may quote the payload. */
  | { readonly ok: false; readonly error: string; readonly registryKey?: string; readonly root?: GoJson };

export const noColon = "unable to parse auth field, must be formatted as base64(username:password)";
const notJson = "it is no JSON";

/**
 * A payload as the kubelet decodes it (pkg/credentialprovider/config.go, 1.26-1.36). A syntax error comes before
 * everything; an entry that cannot be decoded ends it at once; a value of the wrong type is remembered and reported
 * when nothing worse follows.
 */
export function readDockerConfig(
  bytes: Uint8Array,
  format: ".dockerconfigjson" | ".dockercfg",
): DockerConfig {
  const root = parseGoJson(bytes);
  if (root === undefined) return { ok: false, error: notJson };
  if (format === ".dockercfg") {
    const read = readEntries(root, new Map());
    return finish(root, read.entries, read.failed, read.wrongType);
  }
  if (root.type === "null") return { ok: true, logins: [], root };
  if (root.type !== "object") return { ok: false, error: `json: cannot unmarshal ${root.type}`, root };
  let entries = new Map<string, DockerLogin>();
  let wrongType: string | undefined;
  for (const [name, value] of root.members) {
    if (sameName(name, "auths")) {
      if (value.type === "null") {
        entries = new Map();
        continue;
      }
      // A second `auths` in other letters is decoded into the same map.
      const read = readEntries(value, entries);
      if (read.failed !== undefined) return finish(root, entries, read.failed, wrongType);
      wrongType ??= read.wrongType;
    } else if (sameName(name, "HttpHeaders")) wrongType ??= headersFault(value);
  }
  return finish(root, entries, undefined, wrongType);
}

function finish(
  root: GoJson,
  entries: ReadonlyMap<string, DockerLogin>,
  failed: EntryFailure | undefined,
  wrongType: string | undefined,
): DockerConfig {
  if (failed !== undefined) return { ok: false, error: failed.error, registryKey: failed.registryKey, root };
  if (wrongType !== undefined) return { ok: false, error: wrongType, root };
  return { ok: true, logins: [...entries.values()], root };
}

interface EntryFailure {
  readonly registryKey: string;
  readonly error: string;
}

function readEntries(
  value: GoJson,
  entries: Map<string, DockerLogin>,
): { entries: Map<string, DockerLogin>; failed?: EntryFailure; wrongType?: string } {
  if (value.type === "null") return { entries };
  if (value.type !== "object") return { entries, wrongType: `json: cannot unmarshal ${value.type}` };
  for (const [registryKey, entry] of value.members) {
    const read = readEntry(registryKey, entry);
    if ("error" in read) return { entries, failed: { registryKey, error: read.error } };
    // Go's map takes the last of equal keys; its place is the first one's, which nothing depends on.
    entries.set(registryKey, read);
  }
  return { entries };
}

function readEntry(registryKey: string, value: GoJson): DockerLogin | { readonly error: string } {
  const fields = { username: "", password: "", email: "", auth: "" };
  const present = new Set<LoginField>();
  if (value.type !== "object" && value.type !== "null")
    return { error: `json: cannot unmarshal ${value.type}` };
  let wrongType: string | undefined;
  for (const [name, member] of value.type === "object" ? value.members : []) {
    for (const token of ["identitytoken", "registrytoken"] as const)
      if (sameName(name, token) && member.type === "string" && member.text !== "") present.add(token);
    const field = (["username", "password", "email", "auth"] as const).find((known) => sameName(name, known));
    if (field === undefined || member.type === "null") continue;
    if (member.type === "string") fields[field] = member.text;
    else wrongType ??= `json: cannot unmarshal ${member.type}`;
  }
  if (wrongType !== undefined) return { error: wrongType };
  for (const field of ["auth", "username", "password"] as const) if (fields[field] !== "") present.add(field);
  const base = { registryKey, fields: [...present] };
  if (fields.auth === "")
    return { ...base, username: fields.username, password: fields.password, authOverrides: false };
  const decoded = decodeAuth(fields.auth);
  if ("error" in decoded) return decoded;
  const differs = (plain: string, used: string): boolean => plain !== "" && plain !== used;
  return {
    ...base,
    ...decoded,
    authOverrides: differs(fields.username, decoded.username) || differs(fields.password, decoded.password),
  };
}

/** `auth` is padded when it ends in `=` once blanks are taken off, and the blanks themselves are then an error. */
function decodeAuth(auth: string): { username: string; password: string } | { readonly error: string } {
  const result = decodeBase64(new TextEncoder().encode(auth), goTrim(auth).endsWith("="));
  if (!result.ok) return { error: `illegal base64 data at input byte ${result.offset}` };
  const colon = result.bytes.indexOf(0x3a);
  if (colon < 0) return { error: noColon };
  const text = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { username: text(result.bytes.slice(0, colon)), password: text(result.bytes.slice(colon + 1)) };
}

/** strings.TrimSpace: Unicode's White_Space, which has U+0085 and not U+FEFF, unlike String.trim. */
function goTrim(text: string): string {
  return text.replace(/[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/u, "");
}

function headersFault(value: GoJson): string | undefined {
  if (value.type === "null") return undefined;
  if (value.type !== "object") return `json: cannot unmarshal ${value.type}`;
  const wrong = value.members.find(([, member]) => member.type !== "string" && member.type !== "null");
  return wrong === undefined ? undefined : `json: cannot unmarshal ${wrong[1].type}`;
}

/** encoding/json matches member names without regard to case, by Unicode's simple folding (ſ is s, K is k). */
export function sameName(name: string, field: string): boolean {
  const fold = (text: string): string => text.toUpperCase().toLowerCase();
  return name === field || fold(name) === fold(field);
}
