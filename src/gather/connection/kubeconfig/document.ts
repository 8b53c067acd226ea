import { quoted } from "../answer/go-words.ts";
import type { AuthProvider, Cluster, Context, ExecConfig, Kubeconfig, User } from "./entries.ts";

/** What is wrong with a document, in the words of kubectl's decoder. Never a value of it. */
export class DocumentError extends Error {}

type Fields = Readonly<Record<string, unknown>>;

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function mismatch(value: unknown, path: string, type: string): DocumentError {
  return new DocumentError(
    `json: cannot unmarshal ${jsonType(value)} into Go struct field ${path} of type ${type}`,
  );
}

function fields(value: unknown, path: string, type: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw mismatch(value, path, type);
  return value as Fields;
}

function entries(value: unknown, path: string, type: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw mismatch(value, path, type);
  return value;
}

function text(value: unknown, path: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw mismatch(value, path, "string");
  return value;
}

function truth(value: unknown, path: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw mismatch(value, path, "bool");
  return value;
}

/** Go's base64.StdEncoding: line breaks are skipped, anything else outside the alphabet ends it. */
function bytes(value: unknown, path: string): Buffer {
  if (value === undefined || value === null) return Buffer.alloc(0);
  if (typeof value !== "string") throw mismatch(value, path, "[]uint8");
  const bad = /[^A-Za-z0-9+/=\r\n]/.exec(value);
  const stripped = value.replace(/[\r\n]/g, "");
  if (bad === null && stripped.length % 4 === 0 && /^[^=]*={0,2}$/.test(stripped))
    return Buffer.from(stripped, "base64");
  throw new DocumentError(`illegal base64 data at input byte ${bad?.index ?? value.length}`);
}

function texts(value: unknown, path: string): string[] {
  return entries(value, path, "[]string").map((one) => text(one, path));
}

function textsByKey(value: unknown, path: string): Record<string, string[]> {
  const map = fields(value, path, "map[string][]string");
  return Object.fromEntries(Object.entries(map).map(([key, list]) => [key, texts(list, path)]));
}

/** Leaves out what is empty, as mergo does: an empty value never overrides one that is set. */
function present<T extends object>(candidate: T): Partial<T> {
  const full = ([, value]: [string, unknown]): boolean => {
    if (value === undefined || value === "" || value === false) return false;
    if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
    return typeof value !== "object" || value === null || Object.keys(value).length > 0;
  };
  return Object.fromEntries(Object.entries(candidate).filter(full)) as Partial<T>;
}

function cluster(value: Fields): Cluster {
  const at = (key: string): string => `Cluster.clusters.cluster.${key}`;
  const extension = entries(value["extensions"], at("extensions"), "[]v1.NamedExtension")
    .map((one) => fields(one, at("extensions"), "v1.NamedExtension"))
    .find(({ name }) => name === "client.authentication.k8s.io/exec");
  return {
    ...present({
      server: text(value["server"], at("server")),
      tlsServerName: text(value["tls-server-name"], at("tls-server-name")),
      insecureSkipTlsVerify: truth(value["insecure-skip-tls-verify"], at("insecure-skip-tls-verify")),
      certificateAuthority: text(value["certificate-authority"], at("certificate-authority")),
      certificateAuthorityData: bytes(value["certificate-authority-data"], at("certificate-authority-data")),
      proxyUrl: text(value["proxy-url"], at("proxy-url")),
      disableCompression: truth(value["disable-compression"], at("disable-compression")),
    }),
    ...(extension === undefined ? {} : { execConfig: extension["extension"] }),
  };
}

function execConfig(value: Fields): ExecConfig {
  const at = (key: string): string => `ExecConfig.users.user.exec.${key}`;
  const apiVersion = text(value["apiVersion"], at("apiVersion"));
  const mode = text(value["interactiveMode"], at("interactiveMode"));
  return {
    command: text(value["command"], at("command")),
    args: texts(value["args"], at("args")),
    env: entries(value["env"], at("env"), "[]v1.ExecEnvVar").map((one) => {
      const pair = fields(one, at("env"), "v1.ExecEnvVar");
      return { name: text(pair["name"], at("env.name")), value: text(pair["value"], at("env.value")) };
    }),
    apiVersion,
    installHint: text(value["installHint"], at("installHint")),
    provideClusterInfo: truth(value["provideClusterInfo"], at("provideClusterInfo")),
    // clientcmd/api/v1 defaults.go: only the beta version has a default.
    interactiveMode:
      mode === "" && apiVersion === "client.authentication.k8s.io/v1beta1" ? "IfAvailable" : mode,
  };
}

function authProvider(value: Fields): AuthProvider {
  const path = "AuthProviderConfig.users.user.auth-provider";
  const config = fields(value["config"], `${path}.config`, "map[string]string");
  return {
    name: text(value["name"], `${path}.name`),
    config: Object.fromEntries(
      Object.entries(config).map(([key, one]) => [key, text(one, `${path}.config`)]),
    ),
  };
}

function user(value: Fields): User {
  const at = (key: string): string => `AuthInfo.users.user.${key}`;
  const word = (key: string): string => text(value[key], at(key));
  const exec = value["exec"] ?? undefined;
  const provider = value["auth-provider"] ?? undefined;
  return {
    ...present({
      clientCertificate: word("client-certificate"),
      clientCertificateData: bytes(value["client-certificate-data"], at("client-certificate-data")),
      clientKey: word("client-key"),
      clientKeyData: bytes(value["client-key-data"], at("client-key-data")),
      token: word("token"),
      tokenFile: word("tokenFile"),
      impersonate: word("as"),
      impersonateUid: word("as-uid"),
      impersonateGroups: texts(value["as-groups"], at("as-groups")),
      impersonateUserExtra: textsByKey(value["as-user-extra"], at("as-user-extra")),
      username: word("username"),
      password: word("password"),
    }),
    ...(exec === undefined ? {} : { exec: execConfig(fields(exec, at("exec"), "v1.ExecConfig")) }),
    ...(provider === undefined
      ? {}
      : { authProvider: authProvider(fields(provider, at("auth-provider"), "v1.AuthProviderConfig")) }),
  };
}

function context(value: Fields): Context {
  const word = (key: string): string => text(value[key], `Context.contexts.context.${key}`);
  return present({ cluster: word("cluster"), user: word("user"), namespace: word("namespace") });
}

function named<T>(
  list: unknown,
  [listKey, key, namedType, type]: readonly [string, string, string, string],
  read: (value: Fields) => T,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const one of entries(list, `Config.${listKey}`, `[]v1.${namedType}`)) {
    const entry = fields(one, `Config.${listKey}`, `v1.${namedType}`);
    const name = text(entry["name"], `${namedType}.${listKey}.name`);
    // kubectl prints the whole list here, tokens included; the name is enough.
    if (found.has(name)) throw new DocumentError(`duplicate name ${quoted(name)} in list ${listKey}`);
    found.set(name, read(fields(entry[key], `${namedType}.${listKey}.${key}`, `v1.${type}`)));
  }
  return found;
}

/**
 * A parsed kubeconfig document (of YAML or JSON) as its entries. Unknown fields are ignored, names are case-sensitive, a wrong type
 * is refused, all as kubectl does. Throws DocumentError with kubectl's words.
 */
export function readKubeconfigDocument(value: unknown): Kubeconfig {
  const none = { currentContext: "", clusters: new Map(), users: new Map(), contexts: new Map() };
  if (value === undefined || value === null) return none;
  if (typeof value !== "object" || Array.isArray(value))
    throw new DocumentError(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} into Go value`,
    );
  const document = value as Fields;
  const kind = text(document["kind"], "kind") || "Config";
  const version = text(document["apiVersion"], "apiVersion") || "v1";
  if (kind !== "Config" || version !== "v1")
    throw new DocumentError(`no kind ${quoted(kind)} is registered for version ${quoted(version)}`);
  return {
    currentContext: text(document["current-context"], "Config.current-context"),
    clusters: named(document["clusters"], ["clusters", "cluster", "NamedCluster", "Cluster"], cluster),
    users: named(document["users"], ["users", "user", "NamedAuthInfo", "AuthInfo"], user),
    contexts: named(document["contexts"], ["contexts", "context", "NamedContext", "Context"], context),
  };
}
