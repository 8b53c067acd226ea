/** What a flag's value is completed with: words that are known beforehand, or what has to be looked up. */
export type Completes =
  | "files"
  | "folders"
  | "namespaces"
  | "contexts"
  | "clusters"
  | "users"
  | "containers"
  | readonly string[];

/** One flag of a command. Parsing, help and completion all read this table. */
export interface Flag {
  /** Without the two dashes. */
  readonly name: string;
  readonly letter?: string;
  /** What the value is called; absent for a flag that is either given or not. */
  readonly value?: string;
  readonly description: string;
  /** May be given several times; "commas" also splits each value at commas, as pflag's StringSlice does. */
  readonly many?: "whole" | "commas";
  readonly fallback?: string;
  /** What the flag means without a value, which then has to stand behind `=`: the next word is none. */
  readonly bare?: string;
  readonly completes?: Completes;
}

export const formats = ["text", "wide", "json", "yaml", "markdown", "name", "html"] as const;
const colors = ["auto", "always", "never"] as const;

const output: Flag = {
  name: "output",
  letter: "o",
  value: "format",
  description: "text, wide, json, yaml, markdown, name or html",
  fallback: "text",
  completes: formats,
};
const color: Flag = {
  name: "color",
  value: "when",
  description: "auto, always or never",
  fallback: "auto",
  completes: colors,
};

/**
 * kubectl's global flags, with kubectl's names and meaning: cli-runtime pkg/genericclioptions/config_flags.go, 1.36.
 * --as-group and --as-user-extra are StringArrays there: a group's name may have commas in it.
 */
export const connectionFlags: readonly Flag[] = [
  {
    name: "namespace",
    letter: "n",
    value: "name",
    description: "namespace of the Pods",
    completes: "namespaces",
  },
  { name: "context", value: "name", description: "kubeconfig context", completes: "contexts" },
  { name: "kubeconfig", value: "file", description: "kubeconfig file", completes: "files" },
  { name: "cluster", value: "name", description: "kubeconfig cluster", completes: "clusters" },
  { name: "user", value: "name", description: "kubeconfig user", completes: "users" },
  { name: "server", letter: "s", value: "url", description: "address of the API server" },
  { name: "token", value: "token", description: "bearer token for the API server" },
  { name: "as", value: "user", description: "user to impersonate" },
  { name: "as-group", value: "group", description: "group to impersonate, repeatable", many: "whole" },
  { name: "as-uid", value: "uid", description: "UID to impersonate" },
  { name: "as-user-extra", value: "key=value", description: "extra to impersonate", many: "whole" },
  {
    name: "certificate-authority",
    value: "file",
    description: "certificate of the authority",
    completes: "files",
  },
  { name: "client-certificate", value: "file", description: "client certificate", completes: "files" },
  { name: "client-key", value: "file", description: "client key", completes: "files" },
  { name: "insecure-skip-tls-verify", description: "do not check the server's certificate" },
  { name: "tls-server-name", value: "name", description: "name the server's certificate must have" },
  { name: "request-timeout", value: "duration", description: "time for one request, such as 10s" },
  { name: "username", value: "name", description: "user name for the API server" },
  { name: "password", value: "password", description: "password for the API server" },
  { name: "disable-compression", description: "ask for uncompressed answers" },
  { name: "cache-dir", value: "folder", description: "accepted, nothing is cached", completes: "folders" },
  { name: "v", letter: "v", value: "level", description: "6 prints the requests" },
];

/** How registries are asked. */
const registryFlags: readonly Flag[] = [
  {
    name: "trust-realm",
    value: "host",
    description: "token server that may have the registry's login",
    many: "commas",
  },
  {
    name: "registry-ca",
    value: "file",
    description: "certificates to trust at registries",
    completes: "files",
  },
  { name: "plain-http", value: "host", description: "registry that is asked by plain HTTP", many: "commas" },
];

export const diagnoseFlags: readonly Flag[] = [
  {
    name: "filename",
    letter: "f",
    value: "file",
    description: "objects from files, folders or - instead of a cluster",
    many: "commas",
    completes: "files",
  },
  {
    name: "container",
    letter: "c",
    value: "name",
    description: "only this container or image volume",
    completes: "containers",
  },
  output,
  { name: "all-namespaces", letter: "A", description: "every namespace" },
  { name: "selector", letter: "l", value: "labels", description: "only Pods with these labels" },
  { name: "field-selector", value: "fields", description: "only Pods with these fields" },
  {
    name: "contexts",
    value: "names",
    description: "several clusters at once: contexts of the kubeconfig, or all",
    many: "commas",
    completes: "contexts",
  },
  {
    name: "wait",
    value: "duration",
    bare: "5m",
    description: "wait until every image is there, 5m or =DURATION",
  },
  { name: "watch", letter: "w", description: "a line for each image that begins to fail, changes or heals" },
  {
    name: "save-bundle",
    value: "file",
    description: "write what was read, without any secret value",
    completes: "files",
  },
  {
    name: "credential-provider-config",
    value: "file",
    description: "the node's CredentialProviderConfig",
    completes: "files",
  },
  { name: "probe", description: "ask the registry too, with the Pod's own logins" },
  ...registryFlags,
  color,
];

export const canPullFlags: readonly Flag[] = [
  {
    name: "filename",
    letter: "f",
    value: "file",
    description: "Pod templates from files, folders or -",
    many: "commas",
    completes: "files",
  },
  output,
  { name: "all-namespaces", letter: "A", description: "every namespace" },
  { name: "selector", letter: "l", value: "labels", description: "only workloads with these labels" },
  { name: "serviceaccount", value: "name", description: "ServiceAccount of the Pods to come" },
  {
    name: "image-pull-secret",
    value: "name",
    description: "pull secret of the Pods to come, repeatable",
    many: "commas",
  },
  { name: "platform", value: "os/arch", description: "platform of the nodes that are meant" },
  { name: "no-probe", description: "compute only, and ask no registry" },
  ...registryFlags,
  color,
];

export const explainFlags: readonly Flag[] = [
  { name: "message", value: "text", description: "what an error text proves; - reads standard input" },
  output,
  color,
];

export const completionFlags: readonly Flag[] = [
  { name: "dir", value: "folder", description: "where install writes to", completes: "folders" },
];

/** Flags that every command takes. */
export const helpFlags: readonly Flag[] = [{ name: "help", letter: "h", description: "usage and examples" }];
export const versionFlags: readonly Flag[] = [{ name: "version", description: "version, commit and Node" }];

export const shells = ["bash", "zsh", "fish", "powershell"] as const;

export interface CommandWord {
  readonly name: "can-pull" | "explain" | "completion" | "version";
  readonly description: string;
  readonly flags: readonly Flag[];
}

/** Words that are commands; a Pod of such a name is asked about as pod/NAME. */
export const commandWords: readonly CommandWord[] = [
  {
    name: "can-pull",
    description: "whether images could be pulled, before anything runs",
    flags: canPullFlags,
  },
  {
    name: "explain",
    description: "all causes, the page of one, or what an error text proves",
    flags: explainFlags,
  },
  {
    name: "completion",
    description: "completion for a shell, or for kubectl itself",
    flags: completionFlags,
  },
  { name: "version", description: "version, commit and Node", flags: [] },
];

/** The flag behind a word as `--name`, `--name=value`, `-x`, `-xvalue` or `-x=value`, and the value that stands in the word. */
export function flagIn(
  word: string,
  flags: readonly Flag[],
): { readonly flag: Flag; readonly value?: string } | undefined {
  const [, name, , long] = /^--([^=]+)(=([^]*))?$/.exec(word) ?? [];
  if (name !== undefined) {
    const flag = flags.find((known) => known.name === name);
    const value = long ?? flag?.bare;
    return flag === undefined ? undefined : { flag, ...(value === undefined ? {} : { value }) };
  }
  const [, letter, rest = ""] = /^-([^-=])([^]*)$/.exec(word) ?? [];
  const flag = letter === undefined ? undefined : flags.find((known) => known.letter === letter);
  if (flag === undefined) return undefined;
  return rest === "" ? { flag } : { flag, value: rest.replace(/^=/, "") };
}
