import { accessSync, constants } from "node:fs";
import { delimiter, join, normalize } from "node:path";

import { ConnectionError } from "../connection-error.ts";
import type { Environment } from "../environment.ts";
import { errorCode, quoted } from "../answer/go-words.ts";
import { parseKubeconfigText } from "../kubeconfig/text.ts";

const misconfigured = (words: string): ConnectionError =>
  new ConnectionError(`error occurred while applying preferences ${words}`);

interface Policy {
  readonly mode: string;
  /** Names or paths of plugins; absent when the file has no list. */
  readonly allowed?: readonly string[];
}

/** credentialPluginPolicy and credentialPluginAllowlist of $KUBERC or ~/.kube/kuberc (kubectl 1.35 and newer; not in v1alpha1 files). */
async function readPolicy(environment: Environment): Promise<Policy | undefined> {
  const { KUBERC: named } = environment.env;
  if (named === "off") return undefined;
  let bytes: Buffer;
  try {
    bytes = environment.readFile(named || join(environment.home, ".kube", "kuberc"));
  } catch (error) {
    if (errorCode(error) === "") throw error;
    return undefined;
  }
  const file = await parseKubeconfigText(bytes).catch(() => {
    throw misconfigured(`${named || "~/.kube/kuberc"} does not parse`);
  });
  if (typeof file !== "object" || file === null) return undefined;
  const {
    apiVersion,
    credentialPluginPolicy,
    credentialPluginAllowlist: list,
  } = file as Record<string, unknown>;
  if (apiVersion === "kubectl.config.k8s.io/v1alpha1") return undefined;
  const nameOf = (entry: unknown): string => {
    const { name, command } = (entry ?? {}) as Record<string, unknown>;
    return typeof command === "string" ? command : typeof name === "string" ? name : "";
  };
  return {
    mode: typeof credentialPluginPolicy === "string" ? credentialPluginPolicy : "",
    ...(Array.isArray(list) ? { allowed: list.map(nameOf) } : {}),
  };
}

/** Where a command would be run from: a path as it is, a bare name by $PATH. */
function whereIs(command: string, environment: Environment): string | undefined {
  if (command.includes("/") || command.includes("\\")) return normalize(command);
  for (const folder of (environment.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * Why the user's own policy forbids to run a credential plugin, in kubectl's words; undefined when it may run.
 * client-go plugin/pkg/client/auth/exec (plugin policy), 0.36; tried against kubectl 1.36.
 */
export async function denial(command: string, environment: Environment): Promise<string | undefined> {
  const policy = await readPolicy(environment);
  if (policy === undefined) return undefined;
  const { mode, allowed } = policy;
  if (!["", "AllowAll", "DenyAll", "Allowlist"].includes(mode))
    throw misconfigured(`unknown plugin policy: ${quoted(mode)}`);
  if (mode !== "Allowlist" && allowed !== undefined)
    throw misconfigured(
      `misconfigured credential plugin allowlist: plugin policy is ${quoted(mode)} but allowlist is non-nil`,
    );
  if (mode === "DenyAll") return `plugin ${quoted(command)} not allowed: policy set to "DenyAll"`;
  if (mode !== "Allowlist") return undefined;
  if (allowed === undefined || allowed.length === 0)
    throw misconfigured('credential plugin policy set to "Allowlist", but allowlist is unspecified');
  const place = whereIs(command, environment);
  const permitted =
    place !== undefined && allowed.some((entry) => entry !== "" && whereIs(entry, environment) === place);
  return permitted
    ? undefined
    : `plugin path ${quoted(place ?? command)} is not permitted by the credential plugin allowlist`;
}
