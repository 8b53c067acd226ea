import type { Json } from "../../evidence/field.ts";
import { isRecord, record, records, text } from "../../evidence/field.ts";
import { readPod } from "../../evidence/pod.ts";
import { kindOfWord, pathOf } from "../../gather/cluster/api-paths.ts";
import {
  type ApiServer,
  connect,
  type Environment,
  processEnvironment,
} from "../../gather/cluster/api-server.ts";
import { build } from "../../version.ts";
import type { CompletionLine } from "./line.ts";
import { type ConnectionFlags, connectionOptions } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

/** A word to complete to. */
export interface Candidate {
  readonly word: string;
  /** Empty for none. */
  readonly description: string;
}

/** Two seconds is what somebody waits who presses Tab; the rest is for starting. */
const patienceMs = 1500;

/** The cluster that the line's own flags mean, or undefined when it cannot be reached in time. Asks nobody anything. */
export async function askBriefly<T>(
  line: CompletionLine,
  terminal: Terminal,
  question: (server: ApiServer) => Promise<T>,
): Promise<T | undefined> {
  const over = AbortSignal.timeout(patienceMs);
  const late = new Promise<undefined>((resolve) => {
    over.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const answer = async (): Promise<T | undefined> => {
    const flags = connectionFlagsOf(line);
    const server = await connect(connectionOptions(flags), quiet(terminal, over));
    try {
      return await question(server);
    } finally {
      server.close();
    }
  };
  return Promise.race([answer().catch(() => undefined), late]);
}

function quiet(terminal: Terminal, signal: AbortSignal): Environment {
  const environment = processEnvironment(build.version, AbortSignal.any([terminal.signal, signal]));
  // A credential plugin must not ask its questions now.
  return { ...environment, stdinIsTerminal: false, log: () => undefined };
}

function connectionFlagsOf({ values }: CompletionLine): ConnectionFlags {
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  return {
    namespace: last("namespace"),
    context: last("context"),
    kubeconfig: last("kubeconfig"),
    cluster: last("cluster"),
    user: last("user"),
    server: last("server"),
    token: last("token"),
    as: last("as"),
    asUid: last("as-uid"),
    asGroup: values.get("as-group"),
    asUserExtra: values.get("as-user-extra"),
    certificateAuthority: last("certificate-authority"),
    clientCertificate: last("client-certificate"),
    clientKey: last("client-key"),
    insecureSkipTlsVerify: last("insecure-skip-tls-verify") === "true",
    tlsServerName: last("tls-server-name"),
    username: last("username"),
    password: last("password"),
  };
}

/** Names in the kubeconfig, as kubectl merges it; no cluster is asked. */
export async function kubeconfigNames(
  line: CompletionLine,
  which: "contexts" | "clusters" | "users",
  terminal: Terminal,
): Promise<readonly Candidate[]> {
  const { readKubeconfigFiles } = await import("../../gather/connection/kubeconfig/files.ts");
  const config = await readKubeconfigFiles(
    connectionOptions(connectionFlagsOf(line)),
    quiet(terminal, terminal.signal),
  );
  return [...config[which].keys()]
    .toSorted()
    .map((word) => ({ word, description: word === config.currentContext ? "current" : "" }));
}

/** Of the cluster or, where they may not be listed, those that the kubeconfig's contexts name. */
export async function namespaces(line: CompletionLine, terminal: Terminal): Promise<readonly Candidate[]> {
  const found = await askBriefly(line, terminal, (server) =>
    firstPage(server, pathOf("Namespace", undefined)),
  );
  if (found !== undefined)
    return found.map((object) => ({ word: text(object, "metadata", "name") ?? "", description: "" }));
  const { readKubeconfigFiles } = await import("../../gather/connection/kubeconfig/files.ts");
  const { contexts } = await readKubeconfigFiles(
    connectionOptions(connectionFlagsOf(line)),
    quiet(terminal, terminal.signal),
  );
  const names = new Set([...contexts.values()].flatMap(({ namespace }) => namespace ?? []));
  return [...names].toSorted().map((word) => ({ word, description: "of a kubeconfig context" }));
}

/** Containers and image volumes of what the line names, else of the namespace's failing Pods. */
export async function containers(line: CompletionLine, terminal: Terminal): Promise<readonly Candidate[]> {
  const pods = await askBriefly(line, terminal, async (server) => {
    const [first = "", second] = line.operands;
    const [type, name] = first.includes("/")
      ? first.split("/")
      : second === undefined
        ? ["pod", first]
        : [first, second];
    const kind = kindOfWord(type ?? "") ?? "Pod";
    if (name === undefined || name === "") return firstPage(server, pathOf("Pod", server.namespace));
    const answer = await server.get(pathOf(kind, server.namespace, name));
    if (!answer.ok || !isRecord(answer.body)) return [];
    const template = record(answer.body, "spec", "template");
    const inner = record(answer.body, "spec", "jobTemplate", "spec", "template");
    return kind === "Pod" ? [answer.body] : [kind === "CronJob" ? inner : template];
  });
  const found = (pods ?? []).flatMap((pod) => {
    const { images } = readPod(pod);
    return images.map(({ container, type, status }) => ({
      word: container,
      description: [typeWords[type], status?.state === "waiting" ? (status.reason ?? "waiting") : ""]
        .filter((word) => word !== "")
        .join(", "),
    }));
  });
  const waiting = found.filter(({ description }) => /Image|Registry|Signature/.test(description));
  const names = new Map(
    [...waiting, ...(line.operands.length === 0 ? [] : found)].map((one) => [one.word, one]),
  );
  return [...names.values()];
}

const typeWords = {
  container: "",
  initContainer: "init container",
  ephemeralContainer: "ephemeral container",
  imageVolume: "image volume",
} as const;

/** The first 500 of a list; what lies further nobody finds by pressing Tab. */
export async function firstPage(
  server: ApiServer,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly Json[] | undefined> {
  const answer = await server.get(path, { limit: "500", ...query });
  return answer.ok ? records(answer.body, "items") : undefined;
}
