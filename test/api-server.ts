import { readFileSync } from "node:fs";
import {
  createServer as createPlainServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** What one request was, as the server saw it. */
export interface Seen {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Header names and values in turn, as sent: `headers` joins repeated ones. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Common name of the client's certificate, and the name the client asked for (SNI). */
  readonly certificate?: string;
  readonly serverName?: string;
}

/** Does with a request what it likes: odd headers, half a body, silence. */
type Behaviour = (response: ServerResponse, seen: Seen, socket: Socket) => void;

/** An object is sent as JSON, a Status with its own code; a list is cut into pages when `limit` asks for it. */
export type Route = object | Behaviour;

export interface ApiServerOptions {
  /** By path without query, or by "METHOD path" for others than GET. Looked up at each request: change it at will. */
  readonly routes?: Record<string, Route>;
  /** Name of the certificate in connection/fixtures; "none" speaks plain HTTP. Default: server. */
  readonly certificate?: string;
  /** Further certificates sent after the server's own, by name. */
  readonly chain?: readonly string[];
  /** Refuses with 401 what it says no to. */
  readonly admits?: (seen: Seen) => boolean;
  /** Over TLS HTTP/2 is spoken with who wants it, as API servers do; this leaves it out, as front ends do. Behaviours that write to the socket need it. */
  readonly onlyHttp1?: boolean;
  /** Bodies from this size on are compressed for who accepts it. Default: the API server's 128 KiB. */
  readonly gzipFrom?: number;
}

export interface FakeApiServer {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  /** How many connections were opened so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

const fixture = (name: string): string =>
  fileURLToPath(new URL(`connection/fixtures/${name}`, import.meta.url));

/** Path of a certificate or key made by connection/make-certificates.sh. */
export const certificatePath = fixture;
export const readCertificate = (name: string): string => readFileSync(fixture(name), "utf8");

/** A Status as the API server words it. */
export function status(code: number, reason: string, message: string, more: object = {}): object {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    code,
    ...more,
  };
}

const discovery: Record<string, Route> = {
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
  "/api/v1": {
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [
      { name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs: ["get", "list"] },
      { name: "secrets", singularName: "secret", namespaced: true, kind: "Secret", verbs: ["get", "list"] },
      { name: "namespaces", singularName: "namespace", namespaced: false, kind: "Namespace", verbs: ["get"] },
    ],
  },
  "/version": { major: "1", minor: "36", gitVersion: "v1.36.3" },
};

interface List {
  readonly kind: string;
  readonly metadata?: object;
  readonly items: readonly unknown[];
}
const isList = (value: object): value is List =>
  "items" in value && Array.isArray(value.items) && "kind" in value && String(value.kind).endsWith("List");

/** Pages as the API server makes them: `continue` names the next item, `remainingItemCount` what is left. */
function page(list: List, query: Readonly<Record<string, string>>): object {
  const limit = Number(query.limit ?? "0");
  const start = Number(query.continue ?? "0");
  const end = limit > 0 ? start + limit : list.items.length;
  const left = list.items.length - end;
  const more = left > 0 ? { continue: String(end), remainingItemCount: left } : {};
  return {
    ...list,
    metadata: { resourceVersion: "1", ...list.metadata, ...more },
    items: list.items.slice(start, end),
  };
}

/** Sends a body as the API server does: JSON, its length, compressed when it is large and the client accepts it. */
function send(response: ServerResponse, seen: Seen, body: object, gzipFrom = 128 * 1024, code = 200): void {
  const text = Buffer.from(JSON.stringify(body));
  const zip = text.length >= gzipFrom && String(seen.headers["accept-encoding"] ?? "").includes("gzip");
  const bytes = zip ? gzipSync(text) : text;
  response.writeHead(code, {
    "audit-id": "4a2f1c9e-0000-4000-8000-000000000000",
    "cache-control": "no-cache, private",
    "content-type": "application/json",
    "content-length": bytes.length,
    ...(zip ? { "content-encoding": "gzip" } : {}),
  });
  response.end(seen.method === "HEAD" ? undefined : bytes);
}

function answer(options: ApiServerOptions, seen: Seen, response: ServerResponse, socket: Socket): void {
  if (options.admits !== undefined && !options.admits(seen)) {
    send(response, seen, status(401, "Unauthorized", "Unauthorized"), options.gzipFrom, 401);
    return;
  }
  const key = seen.method === "GET" ? seen.path : `${seen.method} ${seen.path}`;
  const route = options.routes?.[key] ?? discovery[key];
  if (typeof route === "function") (route as Behaviour)(response, seen, socket);
  else if (route === undefined) {
    const message = "the server could not find the requested resource";
    send(response, seen, status(404, "NotFound", message, { details: {} }), options.gzipFrom, 404);
  } else if ("kind" in route && route.kind === "Status" && "code" in route && "reason" in route)
    send(response, seen, route, options.gzipFrom, Number(route.code));
  else
    send(
      response,
      seen,
      isList(route) ? page(route, seen.query) : route,
      options.gzipFrom,
      seen.method === "POST" ? 201 : 200,
    );
}

function describe(request: IncomingMessage, body: string, socket: Socket): Seen {
  const url = new URL(request.url ?? "/", "http://api");
  const peer = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
  const serverName = socket instanceof TLSSocket && "servername" in socket ? socket.servername : undefined;
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    body,
    ...(peer?.subject?.CN === undefined ? {} : { certificate: peer.subject.CN }),
    ...(typeof serverName === "string" ? { serverName } : {}),
  };
}

/** An API server on a free port of this machine that says what its routes say. Client certificates are asked for, none is required. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<FakeApiServer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      // Of HTTP/2 a request shows a stand-in for its socket.
      const { remotePort } = request.socket;
      const socket = [...sockets].find((one) => one.remotePort === remotePort) ?? request.socket;
      const one = describe(request, Buffer.concat(chunks).toString(), socket);
      seen.push(one);
      answer(options, one, response, socket);
    });
  };
  const certificate = options.certificate ?? "server";
  const secure =
    certificate === "none"
      ? {}
      : {
          allowHTTP1: true,
          // Go's server takes a value with white space around it; Node's drops the whole header over HTTP/2 unless told not to (24.2).
          strictFieldWhitespaceValidation: false,
          cert: [certificate, ...(options.chain ?? [])]
            .map((name) => readCertificate(`${name}.crt`))
            .join(""),
          key: readCertificate(`${certificate}.key`),
          ca: readCertificate("ca.crt"),
          requestCert: true,
          rejectUnauthorized: false,
        };
  const server =
    certificate === "none"
      ? createPlainServer(listener)
      : options.onlyHttp1 === true
        ? createServer(secure, listener)
        : // A request of HTTP/2 and its answer look like those of HTTP/1.1.
          createSecureServer(secure, listener as never);
  const known = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  server.on("connection", (socket: Socket) => {
    connections += 1;
    socket.setNoDelay();
    if (certificate === "none") known(socket);
  });
  // Clients that do not trust us, and behaviours that break connections, are part of the play.
  server.on("tlsClientError", () => undefined);
  server.on("secureConnection", known);
  server.on("sessionError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate === "none" ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
