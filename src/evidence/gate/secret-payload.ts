import {
  type DockerConfig,
  type DockerLogin,
  entryMembers,
  isNamed,
  type LoginField,
  membersOf,
  type PayloadFormat,
  readDockerConfig,
} from "./docker-config.ts";
import { isRecord, type Json, text } from "../field.ts";
import { decodeSecretData } from "../go/base64.ts";
import type { GoJson, GoMember } from "../go/json.ts";
import { decodeUtf8, utf8Bytes } from "../go/utf8.ts";
import { lifetimeOf, type PasswordKind, passwordKindOf, type UserKind, userKindOf } from "./login-kind.ts";
import { hiddenRegistryKey, shownRegistryKey } from "./shown-registry-key.ts";

/** One login as everything past the gate knows it: no field can hold a user name or a password. */
export interface AuthEntry {
  /** As written in the Secret, with `***` where something else than a registry stands (shown-registry-key.ts). */
  readonly registryKey: string;
  /** Place among the payload's entries, from 0. */
  readonly position: number;
  readonly login: "complete" | "no-password" | "no-username" | "empty";
  /** Fields that are there and not empty. The kubelet reads neither of the tokens. */
  readonly fields: readonly LoginField[];
  /** `auth` took the place of another username or password. */
  readonly authOverrides: boolean;
  /** White space at an edge of the value; the kubelet sends it along. */
  readonly whitespace: { readonly username: boolean; readonly password: boolean };
  readonly userKind: UserKind;
  readonly passwordKind: PasswordKind;
  /** RFC 3339, as the password itself tells. */
  readonly issuedAt?: string;
  readonly expiresAt?: string;
}

/** What the kubelet makes of the Secret's content. */
export type Payload =
  /**
   * Nothing is read from it, without a word. `wouldHave` has the registry keys of content that would serve if type and
   * key were right, and `contentKey` says where it stands.
   */
  | {
      readonly state: "ignored";
      readonly why: "type" | "key-absent" | "key-empty";
      readonly wouldHave: readonly string[];
      readonly contentKey?: ContentKey;
    }
  /** It aborts the keyring for every image of the Pod. `readable`: keys of other entries, which a fix must not lose. */
  | {
      readonly state: "undecodable";
      /** Go's text, without the character that it may quote from the content. */
      readonly error: string;
      /** The entry at fault, where it is one. */
      readonly registryKey?: string;
      readonly readable: readonly string[];
    }
  | {
      readonly state: "entries";
      readonly entries: readonly AuthEntry[];
      readonly credsStore: boolean;
      /** Hosts for which a credential helper is named; the kubelet never runs one. */
      readonly credHelpers: readonly string[];
      /** Registries where the kubelet does not look: beside `auths`, or in an `auths` within a .dockercfg. */
      readonly looseRegistries: readonly string[];
    }
  /** The values were taken out before this program saw them. */
  | { readonly state: "withheld" };

export type ContentKey = PayloadFormat | "other";

const formats: ReadonlyMap<string, PayloadFormat> = new Map([
  ["kubernetes.io/dockerconfigjson", ".dockerconfigjson"],
  ["kubernetes.io/dockercfg", ".dockercfg"],
]);

/**
 * Type and key have to fit and the value has to be there; anything else is passed over (pkg/credentialprovider/secrets/
 * secrets.go, 1.26-1.36).
 */
export function readPayload(secret: Json, type: string): Payload {
  const format = formats.get(type);
  if (format === undefined) return ignored(secret, "type");
  const value = valueOf(secret, format);
  if (value === "withheld") return { state: "withheld" };
  if (value === "absent") return ignored(secret, "key-absent");
  return value.length === 0 ? ignored(secret, "key-empty") : describe(value, format);
}

/**
 * The same logins with their values, in the order of the payload's entries, for the requests that a probe makes with them. Nothing
 * for a Secret that readPayload reads no entries from.
 */
export function loginsOf(secret: Json): readonly DockerLogin[] {
  const format = formats.get(text(secret, "type") ?? "");
  const value = format === undefined ? "absent" : valueOf(secret, format);
  if (format === undefined || typeof value === "string" || value.length === 0) return [];
  const config = readDockerConfig(value, format);
  return config.ok ? config.entries : [];
}

/** `stringData`, which only files have, wins over `data` at the API server. */
function valueOf(secret: Json, key: string): Uint8Array | "absent" | "withheld" {
  const { data, stringData } = secret;
  const plain = isRecord(stringData) ? stringData[key] : undefined;
  if (typeof plain === "string") return isRedaction(plain) ? "withheld" : utf8Bytes(plain);
  if (!isRecord(data) || Object.keys(data).length === 0)
    // The API server takes no such Secret without its key, so without any key the values were taken out.
    return isRecord(stringData) && Object.keys(stringData).length > 0 ? "absent" : "withheld";
  const encoded = data[key];
  if (encoded === undefined) return "absent";
  if (typeof encoded !== "string" || isRedaction(encoded)) return "withheld";
  const bytes = decodeSecretData(encoded);
  if (bytes === undefined) return "withheld";
  return bytes.length < 100 && isRedaction(decodeUtf8(bytes)) ? "withheld" : bytes;
}

/**
 * What tools and people put in the place of a value: `<redacted>`, `***`, `++++++++` (Argo CD), `1234 bytes long`
 * (oc adm inspect), SOPS' `ENC[…]`, a template's placeholder. None of it is base64 of JSON or JSON by accident.
 */
function isRedaction(value: string): boolean {
  const text = value.trim();
  if (text.startsWith("ENC[")) return true;
  if (text.length === 0 || text.length > 100) return false;
  // JSON, and no template's placeholder: none of the forms below begins and ends so.
  if (text.startsWith("{") && text.endsWith("}") && !text.startsWith("{{")) return false;
  return (
    /^([^0-9])\1*$/u.test(text) ||
    /^[^\p{L}\p{N}]*(?:data |value |values )?(?:redacted|removed|masked|omitted|hidden|stripped|elided|sensitive|secret|private|withheld|placeholder)[^\p{N}{}":]*$/iu.test(
      text,
    ) ||
    /^[0-9]+ bytes(?: long)?$/.test(text) ||
    /^(?:<.*>|\$\{.*\}|\{\{.*\}\}|\$\{\{.*\}\})$/s.test(text)
  );
}

/** Names that people give to a docker config; the two real ones first. */
const contentKeys = [
  ".dockerconfigjson",
  ".dockercfg",
  "config.json",
  "dockerconfigjson",
  "dockercfg",
  "dockerconfig.json",
  "auth.json",
];

function ignored(secret: Json, why: "type" | "key-absent" | "key-empty"): Payload {
  const { data, stringData } = secret;
  const names = new Set(
    [data, stringData].flatMap((values) => (isRecord(values) ? Object.keys(values) : [])),
  );
  const known = contentKeys.filter((name) => names.delete(name));
  for (const name of [...known, ...names]) {
    const value = valueOf(secret, name);
    if (typeof value === "string") continue;
    const wouldHave = contentRegistries(value, name);
    if (wouldHave.length === 0) continue;
    const contentKey = name === ".dockerconfigjson" || name === ".dockercfg" ? name : "other";
    return { state: "ignored", why, wouldHave, contentKey };
  }
  return { state: "ignored", why, wouldHave: [] };
}

/** Registry keys of content that would decode; entries have to look like registries, since other JSON is JSON too. */
function contentRegistries(value: Uint8Array, name: string): readonly string[] {
  if (value.indexOf(0x7b) < 0) return [];
  const format = name.endsWith("dockercfg") ? ".dockercfg" : ".dockerconfigjson";
  const config = readDockerConfig(value, format);
  return config.ok
    ? config.entries.map((login) => shownRegistryKey(login.registryKey)).filter(isRegistry)
    : [];
}

function isRegistry(shownKey: string): boolean {
  return shownKey !== hiddenRegistryKey && /[.:*]|localhost/.test(shownKey);
}

function describe(value: Uint8Array, format: PayloadFormat): Payload {
  const config = readDockerConfig(value, format);
  if (!config.ok) return undecodable(config);
  return {
    state: "entries",
    entries: config.entries.map(describeLogin),
    credsStore: isText(memberOf(config.root, "credsStore")),
    credHelpers: membersOf(memberOf(config.root, "credHelpers")).map(({ name }) => shownRegistryKey(name)),
    looseRegistries: looseRegistries(config.root, format),
  };
}

function undecodable(config: Extract<DockerConfig, { ok: false }>): Payload {
  return {
    state: "undecodable",
    error: config.shownError,
    ...(config.registryKey === undefined ? {} : { registryKey: shownRegistryKey(config.registryKey) }),
    readable: config.readable.map(shownRegistryKey),
  };
}

function describeLogin(login: DockerLogin, position: number): AuthEntry {
  const { username, password } = login;
  const edged = (value: string): boolean => /^\s/.test(value) || /\s$/.test(value);
  return {
    registryKey: shownRegistryKey(login.registryKey),
    position,
    login: loginShape(username !== "", password !== ""),
    fields: login.fields,
    authOverrides: login.authOverrides,
    whitespace: { username: edged(username), password: edged(password) },
    userKind: userKindOf(username),
    passwordKind: passwordKindOf(password),
    ...lifetimeOf(password),
  };
}

function loginShape(username: boolean, password: boolean): AuthEntry["login"] {
  if (username) return password ? "complete" : "no-password";
  return password ? "no-username" : "empty";
}

function memberOf(root: GoJson, name: string): GoJson | undefined {
  return membersOf(root).find((member) => isNamed(member.name, name))?.value;
}

function isText(value: GoJson | undefined): boolean {
  return value?.type === "string" && value.text !== "";
}

function looseRegistries(root: GoJson, format: PayloadFormat): readonly string[] {
  const wrapped = entryMembers(root, format).filter(({ name }) => isNamed(name, "auths"));
  const beside = format === ".dockercfg" ? [] : membersOf(root).filter(({ name }) => !isNamed(name, "auths"));
  const keys = [...wrapped.flatMap(({ value }) => membersOf(value)), ...beside].filter(isEntry);
  return [...new Set(keys.map(({ name }) => shownRegistryKey(name)).filter(isRegistry))];
}

function isEntry({ value }: GoMember): boolean {
  return value.type === "object" || value.type === "null";
}
