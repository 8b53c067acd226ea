import { ConnectionError } from "../connection-error.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import type { Environment } from "../environment.ts";
import { errorCode, fileWords } from "../answer/go-words.ts";
import type { Cluster, User } from "./entries.ts";
import { hostPort } from "../http/server-url.ts";

const folder = "/var/run/secrets/kubernetes.io/serviceaccount";

function readable(environment: Environment, path: string): Buffer | undefined {
  try {
    return environment.readFile(path);
  } catch (error) {
    if (errorCode(error) === "") throw error;
    return undefined;
  }
}

/** Whether this runs in a Pod with a ServiceAccount's token. clientcmd/client_config.go (Possible), client-go 0.36. */
export function inClusterPossible(environment: Environment): boolean {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment.env;
  return Boolean(host && port) && readable(environment, `${folder}/token`) !== undefined;
}

/**
 * The API server and login of the Pod this runs in. Of the flags, only --token and --certificate-authority count here; a missing ca.crt means
 * the system's roots. rest/config.go (InClusterConfig).
 */
export function inClusterConnection(
  options: ConnectionOptions,
  environment: Environment,
): { readonly cluster: Cluster; readonly user: User } {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = environment.env;
  const authority =
    options.certificateAuthority ||
    (readable(environment, `${folder}/ca.crt`) === undefined ? "" : `${folder}/ca.crt`);
  return {
    cluster: {
      server: `https://${hostPort(host, Number(port))}`,
      ...(authority === "" ? {} : { certificateAuthority: authority }),
    },
    user: options.token ? { token: options.token } : { tokenFile: `${folder}/token` },
  };
}

/** The namespace of the Pod this runs in. */
export function inClusterNamespace(environment: Environment): string {
  const set = environment.env["POD_NAMESPACE"];
  if (set) return set;
  return readable(environment, `${folder}/namespace`)?.toString("utf8").trim() || "default";
}

/**
 * The token in a file, without the white space around it. Throws ConnectionError when there is none.
 * transport/token_source.go (fileTokenSource).
 */
export function readToken(path: string, environment: Environment): string {
  let token: string;
  try {
    token = environment.readFile(path).toString("utf8").trim();
  } catch (error) {
    throw new ConnectionError(`error: ${fileWords(error, path)}`);
  }
  if (token === "") throw new ConnectionError(`error: read empty token from file "${path}"`);
  return token;
}
