import { spawn } from "node:child_process";

import { ConnectionError } from "../connection-error.ts";
import type { Environment } from "../environment.ts";
import { errorCode, quoted } from "../answer/go-words.ts";
import type { Cluster, ExecConfig } from "../kubeconfig/entries.ts";
import { DocumentError } from "../kubeconfig/document.ts";
import { parseKubeconfigText } from "../kubeconfig/text.ts";
import { denial } from "./plugin-policy.ts";
import { printable } from "../answer/read-failure.ts";
import type { ClientCertificate } from "../http/trust.ts";

/** What a credential plugin handed over. */
export interface ExecCredential {
  readonly token?: string;
  readonly certificate?: ClientCertificate;
  /** Milliseconds since 1970; absent when the plugin named no end. */
  readonly expires?: number;
}

const apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
const largestOutput = 1024 * 1024;

const gettingCredentials = (words: string, hint?: string): ConnectionError =>
  new ConnectionError(`Unable to connect to the server: getting credentials: ${words}`, hint);

/** Whether the plugin may ask on the terminal. Throws ConnectionError when it must and there is none. */
function isInteractive(exec: ExecConfig, environment: Environment): boolean {
  if (exec.interactiveMode === "Always" && !environment.stdinIsTerminal)
    throw gettingCredentials("exec plugin cannot support interactive mode: standard input is not a terminal");
  return exec.interactiveMode !== "Never" && environment.stdinIsTerminal;
}

/** KUBERNETES_EXEC_INFO: what the plugin is told. client-go plugin/pkg/client/auth/exec/exec.go, 0.36. */
function execInfo(
  exec: ExecConfig,
  cluster: Cluster,
  interactive: boolean,
  environment: Environment,
): string {
  const file = cluster.certificateAuthority;
  const authority =
    cluster.certificateAuthorityData ?? (file === undefined ? undefined : environment.readFile(file));
  const about = {
    server: cluster.server,
    "tls-server-name": cluster.tlsServerName,
    "insecure-skip-tls-verify": cluster.insecureSkipTlsVerify,
    "certificate-authority-data": authority?.toString("base64"),
    "proxy-url": cluster.proxyUrl,
    "disable-compression": cluster.disableCompression,
    config: cluster.execConfig ?? null,
  };
  return JSON.stringify({
    kind: "ExecCredential",
    apiVersion: exec.apiVersion,
    spec: { ...(exec.provideClusterInfo ? { cluster: about } : {}), interactive },
  });
}

const installHelp =
  "It looks like you are trying to use a client-go credential plugin that is not installed.\n" +
  "To learn more about this feature, consult the documentation available at:\n" +
  "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins";

function startFailure(error: unknown, exec: ExecConfig): ConnectionError {
  const code = errorCode(error);
  const isPath = exec.command.includes("/");
  if (code === "ABORT_ERR") return gettingCredentials(`exec: executable ${exec.command} was ended by Ctrl-C`);
  if (code === "ENOENT" && !isPath) {
    // One line of the hint stays one line: it comes from a file that others may have written.
    const own = exec.installHint.split("\n").map(printable).join("\n").trim();
    return gettingCredentials(
      `exec: executable ${exec.command} not found`,
      own === "" ? installHelp : `${installHelp}\n\n${own}`,
    );
  }
  const words =
    code === "ENOENT" ? "no such file or directory" : code === "EACCES" ? "permission denied" : code;
  return gettingCredentials(`exec: fork/exec ${exec.command}: ${words}`);
}

/** Runs the plugin to its end and returns what it wrote. Its standard error goes to ours as it is: it may ask or explain there. */
function output(
  exec: ExecConfig,
  info: string,
  interactive: boolean,
  environment: Environment,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, [...exec.args], {
      cwd: environment.cwd,
      env: {
        ...environment.env,
        ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])),
        KUBERNETES_EXEC_INFO: info,
      },
      stdio: [interactive ? "inherit" : "ignore", "pipe", "inherit"],
      windowsHide: true,
      ...(environment.signal === undefined ? {} : { signal: environment.signal }),
    });
    const chunks: Buffer[] = [];
    let length = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > largestOutput) child.kill();
      else chunks.push(chunk);
    });
    child.on("error", (error) => reject(startFailure(error, exec)));
    child.on("close", (exit, killedBy) => {
      if (length > largestOutput)
        reject(gettingCredentials("decoding stdout: the plugin wrote more than 1 MiB"));
      else if (exit === 0) resolve(Buffer.concat(chunks));
      else {
        const how =
          exit === null ? `was ended by ${killedBy ?? "a signal"}` : `failed with exit code ${exit}`;
        reject(gettingCredentials(`exec: executable ${exec.command} ${how}`));
      }
    });
  });
}

async function decode(stdout: Buffer): Promise<Record<string, unknown>> {
  try {
    const value = await parseKubeconfigText(stdout);
    if (value === undefined || value === null) return {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new DocumentError("couldn't get version/kind; json parse error");
  } catch (error) {
    // The words of the decoder, never what the plugin wrote.
    throw error instanceof DocumentError ? gettingCredentials(`decoding stdout: ${error.message}`) : error;
  }
}

function credentialOf(written: Record<string, unknown>, apiVersion: string): ExecCredential {
  const version = typeof written["apiVersion"] === "string" ? written["apiVersion"] : "";
  if (version !== apiVersion)
    throw gettingCredentials(
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${printable(version) || "client.authentication.k8s.io/__internal"}`,
    );
  const status = written["status"];
  if (typeof status !== "object" || status === null)
    throw gettingCredentials("exec plugin didn't return a status field");
  const word = (key: string): string => {
    const value = (status as Record<string, unknown>)[key] ?? "";
    if (typeof value === "string") return value;
    throw gettingCredentials(
      `decoding stdout: json: cannot unmarshal ${typeof value} into Go struct field ExecCredentialStatus.status.${key} of type string`,
    );
  };
  const [token, certificate, key, end] = [
    word("token"),
    word("clientCertificateData"),
    word("clientKeyData"),
    word("expirationTimestamp"),
  ];
  if (token === "" && certificate === "" && key === "")
    throw gettingCredentials("exec plugin didn't return a token or cert/key pair");
  if ((certificate === "") !== (key === ""))
    throw gettingCredentials("exec plugin returned only certificate or key, not both");
  const expires = Date.parse(end);
  if (end !== "" && Number.isNaN(expires))
    throw gettingCredentials("decoding stdout: expirationTimestamp is no RFC 3339 time");
  return {
    ...(token === "" ? {} : { token }),
    ...(certificate === "" ? {} : { certificate: { certificate, key } }),
    ...(end === "" ? {} : { expires }),
  };
}

/**
 * Runs a credential plugin of a kubeconfig as client-go does (plugin/pkg/client/auth/exec, 0.36): API v1 and v1beta1, its own variables and
 * KUBERNETES_EXEC_INFO set, standard input only when it may be interactive, within the policy of the user's kuberc. Rejects with ConnectionError.
 */
export async function runExecPlugin(
  exec: ExecConfig,
  cluster: Cluster,
  environment: Environment,
): Promise<ExecCredential> {
  if (!apiVersions.includes(exec.apiVersion))
    throw new ConnectionError(`error: exec plugin: invalid apiVersion ${quoted(exec.apiVersion)}`);
  const denied = await denial(exec.command, environment);
  if (denied !== undefined) throw gettingCredentials(denied);
  const interactive = isInteractive(exec, environment);
  const stdout = await output(
    exec,
    execInfo(exec, cluster, interactive, environment),
    interactive,
    environment,
  );
  return credentialOf(await decode(stdout), exec.apiVersion);
}
