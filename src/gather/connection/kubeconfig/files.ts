import { delimiter, dirname, isAbsolute, join, resolve, sep } from "node:path";

import { ConnectionError } from "../connection-error.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import type { Environment } from "../environment.ts";
import { errorCode, fileWords } from "../answer/go-words.ts";
import { DocumentError, readKubeconfigDocument } from "./document.ts";
import type { Cluster, Kubeconfig, User } from "./entries.ts";
import { parseKubeconfigText } from "./text.ts";

/** The files that kubectl would look at, as they were named. clientcmd/loader.go, client-go 0.36. */
function kubeconfigPaths(options: ConnectionOptions, environment: Environment): readonly string[] {
  if (options.kubeconfig) return [options.kubeconfig];
  const list = environment.env["KUBECONFIG"];
  if (list) return [...new Set(list.split(delimiter))].filter((path) => path !== "");
  return [join(environment.home, ".kube", "config")];
}

/** Paths inside a kubeconfig start at its own folder; a command does so only when it is a path and no bare name. */
function resolvePaths(config: Kubeconfig, folder: string): Kubeconfig {
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const cluster = (one: Cluster): Cluster =>
    one.certificateAuthority === undefined
      ? one
      : { ...one, certificateAuthority: absolute(one.certificateAuthority) };
  const user = (one: User): User => ({
    ...one,
    ...(one.clientCertificate === undefined ? {} : { clientCertificate: absolute(one.clientCertificate) }),
    ...(one.clientKey === undefined ? {} : { clientKey: absolute(one.clientKey) }),
    ...(one.tokenFile === undefined ? {} : { tokenFile: absolute(one.tokenFile) }),
    ...(one.exec?.command.includes(sep) === true
      ? { exec: { ...one.exec, command: absolute(one.exec.command) } }
      : {}),
  });
  const map = <T>(entries: ReadonlyMap<string, T>, change: (one: T) => T): Map<string, T> =>
    new Map([...entries].map(([name, one]) => [name, change(one)]));
  return { ...config, clusters: map(config.clusters, cluster), users: map(config.users, user) };
}

/** The first file that defines a name wins it whole; nothing of a later entry of that name is mixed in. */
function merge(configs: readonly Kubeconfig[]): Kubeconfig {
  const first = <T>(maps: readonly ReadonlyMap<string, T>[]): Map<string, T> =>
    new Map(maps.toReversed().flatMap((map) => [...map]));
  return {
    currentContext: configs.find(({ currentContext }) => currentContext !== "")?.currentContext ?? "",
    clusters: first(configs.map(({ clusters }) => clusters)),
    users: first(configs.map(({ users }) => users)),
    contexts: first(configs.map(({ contexts }) => contexts)),
  };
}

/**
 * The merged kubeconfig as kubectl loads it: `--kubeconfig` alone, else the files of $KUBECONFIG, else ~/.kube/config. Missing files are
 * skipped, but not the one of the flag. Throws ConnectionError for a file that cannot be read or does not parse.
 */
export async function readKubeconfigFiles(
  options: ConnectionOptions,
  environment: Environment,
): Promise<Kubeconfig> {
  const configs: Kubeconfig[] = [];
  const complaints: string[] = [];
  for (const path of kubeconfigPaths(options, environment)) {
    const place = resolve(environment.cwd, path);
    try {
      const value = await parseKubeconfigText(environment.readFile(place));
      configs.push(resolvePaths(readKubeconfigDocument(value), dirname(place)));
      if ((options.verbosity ?? 0) >= 6) environment.log(`Config loaded from file: ${path}`);
    } catch (error) {
      const code = errorCode(error);
      if (code === "ENOENT" && options.kubeconfig)
        throw new ConnectionError(`error: ${fileWords(error, path, "stat")}`);
      if (code === "ENOENT") continue;
      if (code === "" && !(error instanceof DocumentError)) throw error;
      const words = error instanceof DocumentError ? error.message : fileWords(error, path);
      complaints.push(`error loading config file "${path}": ${words}`);
    }
  }
  if (complaints.length === 1) throw new ConnectionError(`error: ${complaints[0]}`);
  if (complaints.length > 1) throw new ConnectionError(complaints.join("\n"));
  return merge(configs);
}
