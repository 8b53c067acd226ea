import {
  type DockerConfig,
  type DockerLogin,
  type LoginField,
  readDockerConfig,
  sameName,
} from "./docker-config.ts";
import { defined, flag, isRecord, type Json, present, record, records, text } from "./field.ts";
import { decodeSecretData } from "./go-base64.ts";
import type { GoJson } from "./go-json.ts";
import { lifetimeOf, type PasswordKind, passwordKindOf, type UserKind, userKindOf } from "./login-kind.ts";
import { shownRegistryKey } from "./shown-registry-key.ts";

/** One login of a pull secret as everything past the gate knows it: no field can hold a user name or a password. */
export interface AuthEntry {
  /** As written in the Secret, without what could be a login in it. */
  readonly registryKey: string;
  readonly login: "complete" | "no-password" | "no-username" | "empty";
  readonly fields: readonly LoginField[];
  readonly authOverrides: boolean;
  /** White space at the edge of the value. */
  readonly whitespace: { readonly username: boolean; readonly password: boolean };
  readonly userKind: UserKind;
  readonly passwordKind: PasswordKind;
  readonly issuedAt?: string;
  readonly expiresAt?: string;
}

export type Payload =
  /** Neither type nor key is one that the kubelet reads. `wouldHave`: keys in the content, read as a docker config. */
  | {
      readonly state: "ignored";
      readonly why: "type" | "key-absent" | "key-empty";
      readonly wouldHave: readonly string[];
      readonly contentKey?: string;
    }
  /** `readable`: keys of the payload's other entries, which a fix must not lose. */
  | {
      readonly state: "undecodable";
      readonly error: string;
      readonly registryKey?: string;
      readonly readable: readonly string[];
    }
  | {
      readonly state: "entries";
      readonly entries: readonly AuthEntry[];
      readonly credsStore: boolean;
      readonly credHelpers: readonly string[];
      /** Registries that stand where the kubelet does not look: beside `auths`, or inside it in a .dockercfg. */
      readonly looseRegistries: readonly string[];
    }
  /** The values were taken out before the evidence reached us. */
  | { readonly state: "withheld" };

export interface PullSecret {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  /** Newest time at which anybody wrote the Secret. */
  readonly lastChanged?: string;
  readonly payload: Payload;
}

/** Holds what was learnt from the values, in a Secret whose values are gone. */
const learnt = "why-pull.dev/payload";
const formats = {
  "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
  "kubernetes.io/dockercfg": ".dockercfg",
} as const;
const configKeys = [
  ".dockerconfigjson",
  ".dockercfg",
  "dockerconfigjson",
  "dockercfg",
  "config.json",
  "auth.json",
];

/** Reads a Secret as the API or a file has it, or as stripSecret left it. Never throws, whatever the shape. */
export function readPullSecret(object: Json): PullSecret {
  const metadata = record(object, "metadata");
  const times = records(metadata, "managedFields").flatMap((entry) => text(entry, "time") ?? []);
  return {
    name: text(metadata, "name") ?? "",
    namespace: text(metadata, "namespace") ?? "default",
    type: secretType(object),
    immutable: flag(object, "immutable") ?? false,
    ...defined({
      uid: text(metadata, "uid"),
      resourceVersion: text(metadata, "resourceVersion"),
      creationTimestamp: text(metadata, "creationTimestamp"),
      lastChanged: times.toSorted().at(-1),
    }),
    payload: learntPayload(metadata) ?? readPayload(object),
  };
}

/** The same Secret without its values: what it was found to hold stands in an annotation. */
export function stripSecret(object: Json): Json {
  const metadata = record(object, "metadata");
  const payload = learntPayload(metadata) ?? readPayload(object);
  const account = text(metadata, "annotations", "kubernetes.io/service-account.name");
  const times = records(metadata, "managedFields").map((entry) => ({
    ...defined({
      manager: text(entry, "manager"),
      operation: text(entry, "operation"),
      time: text(entry, "time"),
    }),
  }));
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...defined({
        name: text(metadata, "name"),
        namespace: text(metadata, "namespace"),
        uid: text(metadata, "uid"),
        resourceVersion: text(metadata, "resourceVersion"),
        creationTimestamp: text(metadata, "creationTimestamp"),
      }),
      annotations: {
        [learnt]: JSON.stringify(payload),
        ...(account === undefined ? {} : { "kubernetes.io/service-account.name": account }),
      },
      ...(times.length > 0 ? { managedFields: times } : {}),
    },
    type: secretType(object),
    ...(flag(object, "immutable") === true ? { immutable: true } : {}),
  };
}

/** The API server fills in Opaque. A type is a word with a domain; anything else is not worth repeating. */
function secretType(object: Json): string {
  const type = text(object, "type") ?? "Opaque";
  return /^[A-Za-z0-9._/-]{1,253}$/.test(type) ? type : "(no valid type)";
}

function learntPayload(metadata: Json): Payload | undefined {
  const annotation = text(metadata, "annotations", learnt);
  if (annotation === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(annotation);
    return isPayload(value) ? value : { state: "withheld" };
  } catch {
    return { state: "withheld" };
  }
}

/** A bundle can be edited like any file; what does not fit is as good as withheld. */
function isPayload(value: unknown): value is Payload {
  if (!isRecord(value)) return false;
  switch (value["state"]) {
    case "withheld":
      return true;
    case "ignored":
      return Array.isArray(value["wouldHave"]);
    case "undecodable":
      return typeof value["error"] === "string" && Array.isArray(value["readable"]);
    case "entries":
      return (
        Array.isArray(value["credHelpers"]) &&
        Array.isArray(value["looseRegistries"]) &&
        Array.isArray(value["entries"]) &&
        value["entries"].every(
          (entry) =>
            isRecord(entry) &&
            typeof entry["registryKey"] === "string" &&
            typeof entry["login"] === "string" &&
            Array.isArray(entry["fields"]) &&
            isRecord(entry["whitespace"]),
        )
      );
    default:
      return false;
  }
}

function readPayload(object: Json): Payload {
  const type = secretType(object);
  const format = formats[type as keyof typeof formats];
  if (format === undefined) return ignored(object, "type", configKeys);
  const value = valueOf(object, format);
  if (value === "withheld") return { state: "withheld" };
  if (value === "absent")
    return hasValues(object) ? ignored(object, "key-absent", configKeys) : { state: "withheld" };
  if (value.length === 0) return ignored(object, "key-empty", configKeys);
  return describe(readDockerConfig(value, format), format);
}

function hasValues(object: Json): boolean {
  return (
    Object.keys(record(object, "data")).length > 0 || Object.keys(record(object, "stringData")).length > 0
  );
}

/** `stringData` is what a manifest may have instead of `data`; it wins at the API server. */
function valueOf(object: Json, key: string): Uint8Array | "absent" | "withheld" {
  const plain = record(object, "stringData")[key];
  if (typeof plain === "string") return looksWithheld(plain) ? "withheld" : new TextEncoder().encode(plain);
  const encoded = record(object, "data")[key];
  if (encoded === undefined) return "absent";
  if (encoded === "") return new Uint8Array();
  if (typeof encoded !== "string" || looksWithheld(encoded)) return "withheld";
  // The API server prints base64 without fault; what is none was put there by whoever made the file.
  return decodeSecretData(encoded) ?? "withheld";
}

function looksWithheld(value: string): boolean {
  return (
    /^[\s<[(*x.-]*(redacted|removed|masked|omitted|hidden|stripped|sensitive|secret|x{3,}|\*{3,})?[\s>\])*x.-]*$/i.test(
      value,
    ) && value !== ""
  );
}

function ignored(object: Json, why: "type" | "key-absent" | "key-empty", keys: readonly string[]): Payload {
  for (const contentKey of keys) {
    const value = valueOf(object, contentKey);
    if (typeof value === "string" || value.length === 0) continue;
    const format = contentKey.includes("dockercfg") ? ".dockercfg" : ".dockerconfigjson";
    const config = readDockerConfig(value, format);
    const wouldHave = config.ok ? config.logins.map((login) => shownRegistryKey(login.registryKey)) : [];
    if (wouldHave.length > 0) return { state: "ignored", why, wouldHave, contentKey };
  }
  return { state: "ignored", why, wouldHave: [] };
}

function describe(config: DockerConfig, format: ".dockerconfigjson" | ".dockercfg"): Payload {
  if (!config.ok) {
    const keys = config.root === undefined ? [] : entryKeys(config.root, format);
    return {
      state: "undecodable",
      error: config.error,
      ...(config.registryKey === undefined ? {} : { registryKey: shownRegistryKey(config.registryKey) }),
      readable: keys.filter((key) => key !== config.registryKey).map(shownRegistryKey),
    };
  }
  return {
    state: "entries",
    entries: config.logins.map(toAuthEntry),
    credsStore: memberOf(config.root, "credsStore") !== undefined,
    credHelpers: namesOf(memberOf(config.root, "credHelpers")).map(shownRegistryKey),
    looseRegistries: looseRegistries(config.root, format).map(shownRegistryKey),
  };
}

function toAuthEntry(login: DockerLogin): AuthEntry {
  const user = login.username !== "";
  const password = login.password !== "";
  const edged = (value: string): boolean => value.trim() !== value;
  return {
    registryKey: shownRegistryKey(login.registryKey),
    login: user && password ? "complete" : user ? "no-password" : password ? "no-username" : "empty",
    fields: login.fields,
    authOverrides: login.authOverrides,
    whitespace: { username: edged(login.username), password: edged(login.password) },
    userKind: userKindOf(login.username),
    passwordKind: passwordKindOf(login.password),
    ...lifetimeOf(login),
  };
}

function memberOf(root: GoJson, name: string): GoJson | undefined {
  if (root.type !== "object") return undefined;
  return root.members.find(([member, value]) => member === name && value.type !== "null")?.[1];
}

function namesOf(value: GoJson | undefined): readonly string[] {
  return value?.type === "object" ? value.members.map(([name]) => name) : [];
}

function entryKeys(root: GoJson, format: ".dockerconfigjson" | ".dockercfg"): readonly string[] {
  if (format === ".dockercfg") return namesOf(root);
  if (root.type !== "object") return [];
  return root.members.filter(([name]) => sameName(name, "auths")).flatMap(([, value]) => namesOf(value));
}

const loginFields = ["auth", "username", "password"];

/** Members that look like entries and stand outside of where the format has them. */
function looseRegistries(root: GoJson, format: ".dockerconfigjson" | ".dockercfg"): readonly string[] {
  if (format === ".dockercfg") return namesOf(memberOf(root, "auths"));
  if (root.type !== "object") return [];
  return root.members
    .filter(([, value]) => namesOf(value).some((field) => loginFields.includes(field)))
    .map(([name]) => name);
}

/** Whether an object is a Secret that has passed the gate. */
export function isStripped(object: Json): boolean {
  return present(object, "metadata", "annotations", learnt);
}
