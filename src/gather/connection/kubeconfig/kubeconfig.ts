import { configurationError, ConnectionError } from "../connection-error.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import type { Environment } from "../environment.ts";
import { quoted, requestTimeout } from "../answer/go-words.ts";
import { inClusterConnection, inClusterNamespace, inClusterPossible } from "./in-cluster.ts";
import type { Cluster, Context, Kubeconfig, User } from "./entries.ts";
import { readKubeconfigFiles } from "./files.ts";
import { parseServerUrl, type ServerUrl } from "../http/server-url.ts";
import { clusterComplaints, userComplaints } from "./validation.ts";

export type { ConnectionOptions } from "../connection-options.ts";

/** Which API server, as whom, in which namespace: kubeconfig, flags and in-cluster configuration merged. Holds credentials. */
export interface Connection {
  /** Name of the context; absent without one. */
  readonly context?: string;
  /** Name of the kubeconfig's cluster and user; empty where none is named. */
  readonly clusterName: string;
  readonly userName: string;
  readonly namespace: string;
  readonly server: ServerUrl;
  readonly cluster: Cluster;
  /** Without credentials when the server is plain HTTP: client-go sends none there. Impersonation stays. */
  readonly user: User;
  readonly inCluster: boolean;
  /** Milliseconds for one request; 0 is no limit. */
  readonly requestTimeout: number;
}

type Lookup<T> = { readonly value: T; readonly problem?: string };

interface Selection {
  readonly contextName: string;
  readonly context: Lookup<Context>;
  readonly clusterName: string;
  readonly cluster: Lookup<Cluster>;
  readonly userName: string;
  readonly user: Lookup<User>;
}

/** Overlays what is set; flags that are empty or absent leave the kubeconfig's value. */
function overlay<T extends object>(base: T, flags: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const set = Object.entries(flags).filter(
    ([, value]) =>
      value !== undefined && value !== "" && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return { ...base, ...Object.fromEntries(set) };
}

function userWithFlags(user: User, options: ConnectionOptions): User {
  const { clientKey, clientCertificate } = options;
  const pairs = new Map<string, string[]>();
  for (const pair of options.asUserExtra ?? []) {
    const [, key = "", value] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    // kubectl ignores a pair without "=".
    if (value !== undefined) pairs.set(key, [...(pairs.get(key) ?? []), value]);
  }
  // A certificate of the flags replaces the kubeconfig's in both of its forms; likewise the key.
  const { clientCertificateData, clientKeyData, ...rest } = user;
  const kept: User = {
    ...rest,
    ...(clientCertificateData === undefined || clientCertificate ? {} : { clientCertificateData }),
    ...(clientKeyData === undefined || clientKey ? {} : { clientKeyData }),
  };
  return overlay<User>(kept, {
    clientCertificate,
    clientKey,
    token: options.token,
    username: options.username,
    password: options.password,
    impersonate: options.as,
    impersonateUid: options.asUid,
    impersonateGroups: options.asGroup,
    impersonateUserExtra:
      pairs.size === 0 ? undefined : { ...user.impersonateUserExtra, ...Object.fromEntries(pairs) },
  });
}

function clusterWithFlags(cluster: Cluster, options: ConnectionOptions): Cluster {
  const { server, tlsServerName, certificateAuthority, insecureSkipTlsVerify } = options;
  const {
    certificateAuthorityData,
    certificateAuthority: file,
    insecureSkipTlsVerify: insecure,
    tlsServerName: name,
    ...rest
  } = cluster;
  // --insecure-skip-tls-verify and --certificate-authority each clear all that the kubeconfig says of trust; --server clears its
  // tls-server-name, which belonged to the other server. clientcmd/client_config.go (getCluster).
  const trust = Boolean(insecureSkipTlsVerify) || Boolean(certificateAuthority);
  const kept: Cluster = {
    ...rest,
    ...(trust || certificateAuthorityData === undefined ? {} : { certificateAuthorityData }),
    ...(trust || file === undefined ? {} : { certificateAuthority: file }),
    ...(trust || insecure === undefined ? {} : { insecureSkipTlsVerify: insecure }),
    ...(server || name === undefined ? {} : { tlsServerName: name }),
  };
  return overlay<Cluster>(kept, {
    server,
    tlsServerName,
    certificateAuthority,
    insecureSkipTlsVerify,
    disableCompression: options.disableCompression,
  });
}

const defaultServer = ({ env }: Environment): string => env["KUBERNETES_MASTER"] || "http://localhost:8080";

/** Which entries the context and the flags name. Only what a flag names must exist. */
function select(config: Kubeconfig, options: ConnectionOptions, environment: Environment): Selection {
  const contextName = options.context || config.currentContext;
  const entry = config.contexts.get(contextName);
  const context: Lookup<Context> =
    entry === undefined && options.context
      ? { value: {}, problem: `context ${quoted(contextName)} does not exist` }
      : { value: overlay<Context>(entry ?? {}, { namespace: options.namespace }) };
  const clusterName = options.cluster || context.value.cluster || "";
  const userName = options.user || context.value.user || "";
  const cluster = config.clusters.get(clusterName);
  const user = config.users.get(userName);
  const server = defaultServer(environment);
  return {
    contextName,
    context,
    clusterName,
    userName,
    cluster:
      cluster === undefined && options.cluster
        ? { value: {}, problem: `cluster ${quoted(clusterName)} does not exist` }
        : { value: clusterWithFlags({ server, ...cluster }, options) },
    user:
      user === undefined && options.user
        ? { value: {}, problem: `auth info ${quoted(userName)} does not exist` }
        : { value: userWithFlags(user ?? {}, options) },
  };
}

/** Every complaint about what was selected. clientcmd/client_config.go (ConfirmUsable). */
function confirmUsable(config: Kubeconfig, chosen: Selection, environment: Environment): void {
  const { contextName, userName, user, clusterName, cluster } = chosen;
  const complaints = [
    ...(contextName !== "" && !config.contexts.has(contextName)
      ? [`context was not found for specified context: ${contextName}`]
      : []),
    ...userComplaints(userName, user.value, environment),
    ...clusterComplaints(clusterName, cluster.value, environment),
  ];
  const known = [...config.contexts.keys()].map(quoted).join(", ");
  const hint =
    complaints[0]?.startsWith("context was not found") === true && known !== ""
      ? `The kubeconfig has the contexts ${known}.`
      : undefined;
  if (complaints.length > 0) throw configurationError(complaints, hint);
}

/** A server given by no one, and no flag that client-go would carry over to it: then the Pod's own server is meant. */
function isDefault(chosen: Selection, environment: Environment, timeout: number): boolean {
  const { server, proxyUrl, disableCompression } = chosen.cluster.value;
  const usual =
    server === defaultServer(environment) && proxyUrl === undefined && disableCompression === undefined;
  return usual && chosen.user.value.impersonate === undefined && timeout === 0;
}

function namespaceOf(chosen: Selection, options: ConnectionOptions, environment: Environment): string {
  if (options.namespace) return options.namespace;
  // Even with a kubeconfig, a Pod's own namespace stands in for a context's missing one.
  return (
    chosen.context.value.namespace ??
    (inClusterPossible(environment) ? inClusterNamespace(environment) : "default")
  );
}

/** What the user keeps when nothing secret may be sent. */
function impersonationOf(user: User): User {
  const { impersonate, impersonateUid, impersonateGroups, impersonateUserExtra } = user;
  return overlay<User>({}, { impersonate, impersonateUid, impersonateGroups, impersonateUserExtra });
}

/**
 * The connection that kubectl 1.36 would make from the same flags, files and variables. Throws ConnectionError in kubectl's words, and in
 * its order: the namespace is asked for first, which checks everything, unless --namespace answers it.
 * clientcmd/client_config.go and merged_client_builder.go, client-go 0.36; checked against kubectl by scripts/compare-kubectl.ts.
 */
export async function loadKubeconfig(
  options: ConnectionOptions,
  environment: Environment,
): Promise<Connection> {
  const config = await readKubeconfigFiles(options, environment);
  const chosen = select(config, options, environment);
  if (!options.namespace) confirmUsable(config, chosen, environment);
  const problem = chosen.user.problem ?? chosen.context.problem ?? chosen.cluster.problem;
  if (problem !== undefined) throw new ConnectionError(`error: ${problem}`);
  if (options.namespace) confirmUsable(config, chosen, environment);
  const timeout = requestTimeout(options.requestTimeout ?? "");
  if (timeout === undefined)
    throw new ConnectionError(
      "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
    );
  const given = parseServerUrl(chosen.cluster.value.server ?? "");
  const inCluster = isDefault(chosen, environment, timeout) && inClusterPossible(environment);
  const own = inCluster ? inClusterConnection(options, environment) : undefined;
  const server = own === undefined ? given : parseServerUrl(own.cluster.server ?? "");
  if (typeof server === "string")
    throw new ConnectionError(
      `${server.startsWith("unsupported") ? "Unable to connect to the server" : "error"}: ${server}`,
    );
  return {
    ...(chosen.contextName === "" ? {} : { context: chosen.contextName }),
    clusterName: chosen.clusterName,
    userName: chosen.userName,
    namespace: namespaceOf(chosen, options, environment),
    server,
    cluster: own?.cluster ?? chosen.cluster.value,
    user: own?.user ?? (server.secure ? chosen.user.value : impersonationOf(chosen.user.value)),
    inCluster,
    requestTimeout: timeout,
  };
}
