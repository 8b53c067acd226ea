import { request } from "node:http";
import type { SecureContext } from "node:tls";

import { dial } from "../connection/http/dial.ts";
import type { Proxy } from "../connection/http/proxy.ts";
import { brokenFailure, TransportFailure } from "../connection/answer/transport-failure.ts";

/** One request to a place that was checked. */
export interface Exchange {
  readonly method: "HEAD" | "GET";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The address that is dialled; behind a proxy the host's name. */
  readonly address: string;
  readonly port: number;
  readonly context: SecureContext;
  readonly proxy?: Proxy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly patienceMs?: number;
}

/** An answer, with as much of its body as is read of any. */
export interface RegistryAnswer {
  readonly status: number;
  /** Fields by name in small letters, in the order in which they came. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  /** There was more, or the body broke off. */
  readonly cut: boolean;
}

/** As a runtime allows for headers (containerd 30 s), but for the whole answer: a registry that is slow on purpose takes 5 s. */
const usualPatienceMs = 15_000;
const longestBody = 65_536;
const longestHeader = 16_384;

/** Sends one request and reads its answer. A connection each: nothing of one answer can be taken for another's. Rejects with TransportFailure. */
export async function exchange(asked: Exchange): Promise<RegistryAnswer> {
  const { url, proxy, port } = asked;
  const over = AbortSignal.timeout(asked.patienceMs ?? usualPatienceMs);
  const signal = asked.signal === undefined ? over : AbortSignal.any([over, asked.signal]);
  const secure = url.protocol === "https:";
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  try {
    const socket = await dial({
      host: asked.address,
      port,
      secure,
      proxy,
      signal,
      tls: { context: asked.context, serverName: name, verify: true },
    });
    return await answerOver(socket, asked, signal);
  } catch (error) {
    if (over.aborted && asked.signal?.aborted !== true)
      throw new TransportFailure("timeout", "no whole answer in time");
    throw error instanceof TransportFailure ? error : brokenFailure(error, false);
  }
}

function answerOver(
  socket: Awaited<ReturnType<typeof dial>>,
  { method, url, headers, proxy, address, port }: Exchange,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  const whole = proxy !== undefined && proxy.scheme !== "socks5" && url.protocol === "http:";
  return new Promise((resolve, reject) => {
    const end = (error: unknown): void => {
      socket.destroy();
      reject(error instanceof Error ? error : new Error("failed"));
    };
    const abort = (): void => end(new TransportFailure("timeout", "no whole answer in time"));
    signal.addEventListener("abort", abort, { once: true });
    socket.on("error", end);
    const outgoing = request(
      {
        method,
        host: address,
        port,
        path: whole ? url.href : `${url.pathname}${url.search}`,
        headers: { host: url.host, ...headers, connection: "close" },
        setHost: false,
        maxHeaderSize: longestHeader,
        createConnection: () => socket,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const finish = (cut: boolean): void => {
          signal.removeEventListener("abort", abort);
          socket.destroy();
          const body = Buffer.concat(chunks).subarray(0, longestBody);
          resolve({ status: incoming.statusCode ?? 0, headers: fieldsOf(incoming.rawHeaders), body, cut });
        };
        incoming.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > longestBody) finish(true);
        });
        incoming.on("end", () => finish(false));
        incoming.on("aborted", () => finish(true));
        incoming.on("error", () => finish(true));
      },
    );
    outgoing.on("error", end);
    outgoing.on("upgrade", (incoming) => {
      socket.destroy();
      resolve({ status: incoming.statusCode ?? 0, headers: new Map(), body: Buffer.alloc(0), cut: true });
    });
    outgoing.end();
  });
}

function fieldsOf(raw: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const values = fields.get(name) ?? [];
    values.push(raw[at + 1] ?? "");
    fields.set(name, values);
  }
  return fields;
}
