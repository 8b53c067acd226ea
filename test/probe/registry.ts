import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { targetsOf } from "../../src/cli/probing.ts";
import type { Json } from "../../src/evidence/field.ts";
import { probeRegistries } from "../../src/gather/probe/probe.ts";
import type { ProbeOptions, ProbeSurroundings, Progress } from "../../src/gather/probe/registries.ts";
import { Wallet } from "../../src/gather/probe/wallet.ts";

const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../connection/fixtures/${name}`, import.meta.url)), "utf8");

/** Names that the fixtures' certificates are good for. */
export const registryHost = "api.cluster.test";
export const otherHost = "other.test";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly agent: string | undefined;
}

export interface TestRegistry {
  readonly port: number;
  readonly seen: SeenRequest[];
  /** Bytes that were taken from it. */
  sent(): number;
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, port: number) => void;

/** A registry, or what stands in its place, that answers as it is told. */
export async function startRegistry(
  certificate: "server" | "wrong-name",
  answer: Answer,
): Promise<TestRegistry> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let bytes = 0;
  const server = createServer({
    cert: fixture(`${certificate}.crt`),
    key: fixture(`${certificate}.key`),
    maxHeaderSize: 65_536,
  });
  server.on("request", (request, response) => {
    const { method = "", url = "", headers } = request;
    seen.push({ method, url, authorization: headers.authorization, agent: headers["user-agent"] });
    response.on("error", () => undefined);
    answer(request, response, (server.address() as AddressInfo).port);
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => void (bytes += socket.bytesWritten));
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    sent: () => bytes,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A Pod that fails, and its Secret, as an API server has them. */
export function failingPod(
  image: string,
  logins: Readonly<Record<string, { username: string; password: string }>>,
): readonly Json[] {
  const namespace = "shop";
  const message = `failed to pull and unpack image "${image}": failed to resolve image: unexpected status from HEAD request to https://${image}: 401 Unauthorized`;
  return [
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", namespace, uid: "u-1", creationTimestamp: "2026-11-30T06:00:00Z" },
      spec: {
        nodeName: "node-1",
        imagePullSecrets: [{ name: "regcred" }],
        containers: [{ name: "app", image }],
      },
      status: {
        phase: "Pending",
        containerStatuses: [
          {
            name: "app",
            image,
            imageID: "",
            restartCount: 0,
            state: { waiting: { reason: "ErrImagePull", message } },
          },
        ],
      },
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "regcred", namespace, creationTimestamp: "2026-11-30T06:00:00Z" },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths: logins })).toString("base64") },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } },
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-1" },
      status: {
        nodeInfo: {
          architecture: "amd64",
          operatingSystem: "linux",
          containerRuntimeVersion: "containerd://2.2.9",
          kubeletVersion: "v1.36.3",
        },
      },
    },
  ];
}

export interface Probed {
  readonly documents: readonly Json[];
  readonly log: readonly string[];
  readonly ms: number;
}

/** Probes what a Pod needs, with every name at this machine, and all that can be logged. */
export async function probe(
  objects: readonly Json[],
  options: Partial<ProbeOptions> = {},
  surroundings: ProbeSurroundings = {},
  tell: Progress = () => undefined,
): Promise<Probed> {
  const wallet = new Wallet();
  const admitted = objects.map((object) => wallet.gate(object));
  const targets = targetsOf(admitted, true);
  const log: string[] = [];
  const start = performance.now();
  const found = await probeRegistries(
    targets,
    wallet,
    { plainHttp: [], trustRealm: [], registryCa: fixture("ca.crt"), verbosity: 9, ...options },
    {
      env: {},
      cwd: "/",
      home: "",
      platform: "linux",
      stdinIsTerminal: false,
      version: "0.0.0",
      log: (line) => void log.push(line),
      readFile: (path) => readFileSync(path),
    },
    { addresses: () => Promise.resolve(["127.0.0.1"]), patienceMs: 1500, ...surroundings },
    tell,
  );
  return { documents: [...admitted, ...found], log, ms: performance.now() - start };
}
