import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import {
  type ConnectionOptions,
  connect,
  ConnectionError,
  connectionError,
  type Environment,
} from "../../src/gather/cluster/api-server.ts";
import { certificatePath, type FakeApiServer, type Route, type Seen, startApiServer } from "../api-server.ts";
import { runProcess, shippedProgram } from "../command.ts";
import type { Configuration, Outcome } from "./configuration.ts";
import { startProxies } from "./proxies.ts";

/** The servers and proxies that the configurations speak of, and what they saw. */
export interface Stage {
  /** Fills {{…}} for one row whose files are in a folder. */
  readonly fill: (text: string, folder: string) => string;
  /** Puts the placeholders back, so that what is said does not depend on ports and folders. */
  readonly unfill: (text: string, folder: string) => string;
  /** What the servers saw since the last call, as an outcome; undefined when no Pods were asked for. */
  readonly seen: () => Outcome | undefined;
  readonly close: () => Promise<void>;
}

const certificates = [
  "server",
  "wrong-name",
  "only-names",
  "common-name",
  "expired",
  "below-intermediate",
  "none",
];
const serverNames: Record<string, string> = { server: "api", none: "plain" };

function impersonated(rawHeaders: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? "";
    // Node shows the bytes of a header as latin1.
    const value = Buffer.from(rawHeaders[at + 1] ?? "", "latin1").toString("utf8");
    if (name.startsWith("impersonate-")) found.push(`${name.slice("impersonate-".length)} ${value}`);
  }
  return found.toSorted();
}

function outcomeOf(name: string, seen: Seen, via: string | undefined): Outcome {
  const impersonates = impersonated(seen.rawHeaders);
  // What ends in white space reaches the server over HTTP/2 as it was sent, and over HTTP/1.1 without; it looks at it without (bearertoken.go, 1.36).
  const authorization = seen.headers.authorization?.trimEnd();
  return {
    namespace: seen.path.split("/")[4] ?? "",
    ...(name === "api" ? {} : { server: name }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(seen.certificate === undefined ? {} : { certificate: seen.certificate }),
    ...(impersonates.length === 0 ? {} : { impersonates }),
    ...(seen.serverName === undefined ? {} : { serverName: seen.serverName }),
    ...(via === undefined ? {} : { via }),
    ...(seen.headers["accept-encoding"] === "gzip" ? {} : { gzip: false as const }),
  };
}

/** `onlyHttp1`: the servers speak no HTTP/2, as what stands before an API server may not. */
export async function setStage(onlyHttp1 = false): Promise<Stage> {
  const routes: Record<string, Route> = {};
  for (const namespace of ["default", "team-a", "team-b", "team-c"])
    routes[`/api/v1/namespaces/${namespace}/pods`] = { kind: "PodList", apiVersion: "v1", items: [] };
  const servers = new Map<string, FakeApiServer>();
  for (const certificate of certificates)
    servers.set(
      serverNames[certificate] ?? certificate,
      await startApiServer({ routes, certificate, onlyHttp1 }),
    );
  const proxies = await startProxies();
  const ports = new Map<string, number>();
  for (const [name, { port }] of servers) ports.set(name, port);
  for (const [name, port] of Object.entries(proxies.ports)) ports.set(`${name} proxy`, port);
  const fill = (text: string, folder: string): string =>
    text.replace(/\{\{([^{}]+)\}\}/g, (_, what: string) => {
      const [word = "", ...rest] = what.split(" ");
      const name = rest.join(" ");
      if (what === "dir") return folder;
      if (what === "token") return "sesame-open";
      if (what === "jwt") return "eyJhbGciOiJub25lIn0";
      if (word === "base64") return readFileSync(certificatePath(name)).toString("base64");
      if (word === "content") return readFileSync(certificatePath(name), "utf8");
      if (word === "port") return String(ports.get(name));
      if (word === "authority") return `127.0.0.1:${ports.get(name)}`;
      return servers.get(what)?.url ?? certificatePath(what);
    });
  const unfill = (text: string, folder: string): string => {
    let back = text.replaceAll(folder, "{{dir}}");
    for (const [name, port] of ports) back = back.replaceAll(`:${port}`, `:{{port ${name}}}`);
    return back;
  };
  return {
    fill,
    unfill,
    seen: () => {
      const found = [...servers].flatMap(([name, server]) =>
        server.seen
          .splice(0)
          .filter(({ path }) => path.endsWith("/pods"))
          .map((one) => ({ name, one })),
      );
      const [via] = proxies.log.splice(0);
      const last = found.at(-1);
      return last === undefined ? undefined : outcomeOf(last.name, last.one, via && unfill(via, "{{dir}}"));
    },
    close: async () => {
      proxies.close();
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** A folder with the files of a row, its variables and flags. Call `remove` when done. */
export interface Scene {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly remove: () => void;
}

export function setScene(row: Configuration, fill: Stage["fill"]): Scene {
  const folder = mkdtempSync(join(tmpdir(), "connection-"));
  const inCluster = Object.entries(row.inCluster ?? {}).map(
    ([name, text]) => [`account/${name}`, text] as const,
  );
  for (const [name, text] of [...Object.entries(row.files ?? {}), ...inCluster]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), fill(text, folder));
  }
  writeFileSync(join(folder, "plugin"), pluginScript, { mode: 0o755 });
  const env = { HOME: folder, KUBECONFIG: join(folder, "config"), PATH: process.env["PATH"] ?? "" };
  return {
    folder,
    env: {
      ...env,
      ...Object.fromEntries(Object.entries(row.env ?? {}).map(([name, text]) => [name, fill(text, folder)])),
    },
    flags: (row.flags ?? []).map((flag) => fill(flag, folder)),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

// Hands out the certificate and key that its variables name.
const pluginScript = `#!/bin/sh
lines() { while IFS= read -r line; do printf '%s\\\\n' "$line"; done < "$1"; }
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"%s","clientKeyData":"%s"}}' "$(lines "$CERT")" "$(lines "$KEY")"
`;

const repeated = new Set(["asGroup", "asUserExtra"]);
const bare = new Set(["insecureSkipTlsVerify", "disableCompression"]);

/** kubectl's flags as our options. */
export function optionsOf(flags: readonly string[]): ConnectionOptions {
  const options: Record<string, unknown> = {};
  for (let at = 0; at < flags.length; at += 1) {
    const flag = flags[at] === "-n" ? "--namespace" : (flags[at] ?? "");
    const name = flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (bare.has(name)) options[name] = true;
    else {
      at += 1;
      const value = flags[at] ?? "";
      options[name] = repeated.has(name) ? [...((options[name] as string[]) ?? []), value] : value;
    }
  }
  return options;
}

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount/";

/** Surroundings made of a scene alone; the files of a ServiceAccount are those of the row. */
export function environmentOf(scene: Scene): Environment {
  return {
    env: scene.env,
    cwd: scene.folder,
    home: scene.folder,
    // Where SSL_CERT_FILE and SSL_CERT_DIR count.
    platform: "linux",
    stdinIsTerminal: false,
    version: "0",
    log: () => undefined,
    readFile: (path) =>
      readFileSync(
        path.startsWith(accountFolder)
          ? join(scene.folder, "account", path.slice(accountFolder.length))
          : resolve(scene.folder, path),
      ),
  };
}

/** What is said, without what differs from machine to machine: the name server that was asked, the time an expired certificate was looked at. */
export function said(text: string): Outcome {
  const [whole = ""] = text.split("\n\nIt looks like you are trying to use a client-go credential plugin");
  return {
    says: whole
      .replace(/(lookup \S+) on \S+:53: .*/, "$1: no such host")
      .replace(/(x509: certificate has expired or is not yet valid): .*/, "$1")
      .trim(),
  };
}

/** Reads the Pods of a row's namespace with our own connection, or with the shipped program. */
export function askOurselves(row: Configuration, stage: Stage): Promise<Outcome> {
  return shippedProgram.length === 0 ? askHere(row, stage) : askShipped(row, stage);
}

/** The program by itself in the scene. Inside a Pod its ServiceAccount's files are where they always are, in a mount namespace: root only. */
async function askShipped(row: Configuration, stage: Stage): Promise<Outcome> {
  const scene = setScene(row, stage.fill);
  const wanted = expectedOf(row);
  stage.seen();
  const words = [...shippedProgram, ...scene.flags];
  const command =
    row.inCluster === undefined ? words : ["unshare", "-m", "sh", "-c", inPod(scene.folder), "sh", ...words];
  try {
    const { stdout, stderr } = await runProcess(command, { env: scene.env, cwd: scene.folder });
    // Below what happened, which may take several lines, stands what helps.
    const { says = "" } = wanted as { says?: string };
    const lines = (stderr === "" ? stdout : stderr).split("\n").slice(0, says.split("\n").length);
    return stage.seen() ?? said(stage.unfill(lines.join("\n"), scene.folder));
  } finally {
    scene.remove();
  }
}

/** Shell words that give what follows the files of a row's ServiceAccount. */
export const inPod = (folder: string): string =>
  `mount -t tmpfs none /var/run && mkdir -p ${accountFolder} && cp -r "${folder}/account/." ${accountFolder} && exec "$@"`;

/** What a row expects of us. */
export function expectedOf({ kubectl, ours, ofProgram }: Configuration): Outcome {
  return (shippedProgram.length === 0 ? undefined : ofProgram) ?? ours ?? kubectl;
}

async function askHere(row: Configuration, stage: Stage): Promise<Outcome> {
  const scene = setScene(row, stage.fill);
  stage.seen();
  try {
    const api = await connect(optionsOf(scene.flags), environmentOf(scene));
    try {
      const answer = await api.get(`/api/v1/namespaces/${api.namespace}/pods`, { limit: "500" });
      if (answer.ok) return stage.seen() ?? { says: "nothing was seen" };
      const words = connectionError(answer.failure, api.server)?.message ?? answer.failure.message;
      return said(stage.unfill(words, scene.folder));
    } finally {
      api.close();
    }
  } catch (error) {
    if (error instanceof ConnectionError) return said(stage.unfill(error.message, scene.folder));
    throw error;
  } finally {
    scene.remove();
  }
}

/** An expected outcome with its placeholders filled as what was seen is: tokens and paths, but not ports and folders. */
export function expected(outcome: Outcome, stage: Stage): Outcome {
  const fill = (text: string): string => stage.unfill(stage.fill(text, "{{dir}}"), "{{dir}}");
  return JSON.parse(JSON.stringify(outcome), (_, value: unknown) =>
    typeof value === "string" ? fill(value) : value,
  ) as Outcome;
}
