import { createServer, type IncomingMessage, request as ask, type ServerResponse } from "node:http";
import { request as askSecurely } from "node:https";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustRun } from "./command.ts";
import type { Lab } from "./lab.ts";

/** What one run of the program asked of the API server. */
export interface Traffic {
  readonly requests: string[];
  /** Rounds of requests that waited for the answers of the round before. */
  rounds: number;
}

export interface Door {
  readonly kubeconfig: string;
  readonly traffic: Traffic;
  readonly close: () => void;
}

/** How the administrator reaches the API server. */
export interface Access {
  readonly server: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Milliseconds without a new request after which whoever asks is taken to wait for answers. */
const quiet = 250;

export async function accessOf(lab: Lab): Promise<Access> {
  const words = ["config", "view", "--raw", "--flatten", "--minify", "-o", "json"];
  const view = JSON.parse(await mustRun("kubectl", words, { env: lab.env })) as {
    clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
    users: { user: { "client-certificate-data": string; "client-key-data": string } }[];
  };
  const bytes = (base64: string | undefined): Buffer => Buffer.from(base64 ?? "", "base64");
  const [cluster, user] = [view.clusters[0]?.cluster, view.users[0]?.user];
  return {
    server: cluster?.server ?? "",
    ca: bytes(cluster?.["certificate-authority-data"]),
    cert: bytes(user?.["client-certificate-data"]),
    key: bytes(user?.["client-key-data"]),
  };
}

/**
 * Stands in front of the API server and lets requests through only when no more come: so whatever could be asked at once
 * is one round, however fast the machine is.
 */
export async function openDoor(access: Access): Promise<Door> {
  const traffic: Traffic = { requests: [], rounds: 0 };
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const release = (): void => {
    traffic.rounds += 1;
    for (const go of waiting) go();
    waiting = [];
  };
  const server = createServer((from, to) => {
    traffic.requests.push(`${from.method} ${from.url}`);
    waiting.push(() => pass(access, from, to));
    clearTimeout(timer);
    timer = setTimeout(release, quiet);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const folder = mkdtempSync(join(tmpdir(), "why-pull-door-"));
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, JSON.stringify(configOf(port)));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  };
  return { kubeconfig, traffic, close };
}

function configOf(port: number): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "door",
    clusters: [{ name: "door", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "nobody", user: {} }],
    contexts: [{ name: "door", context: { cluster: "door", user: "nobody" } }],
  };
}

function pass({ server, ca, cert, key }: Access, from: IncomingMessage, to: ServerResponse): void {
  const { host: _, ...headers } = from.headers;
  const target = new URL(from.url ?? "/", server);
  const send = target.protocol === "http:" ? ask : askSecurely;
  const onward = send(target, { method: from.method ?? "GET", headers, ca, cert, key }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(to);
  });
  onward.on("error", () => to.destroy());
  from.pipe(onward);
}
