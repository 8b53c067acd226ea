import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import type { Duplex } from "node:stream";

import { readCertificate } from "../api-server.ts";

/** Proxies on free ports of this machine. They know every name that ends in .test as this machine. */
export interface Proxies {
  readonly ports: Readonly<Record<"http" | "https" | "socks" | "denying", number>>;
  /** One line for each tunnel or relayed request: kind, target, login where one was sent. */
  readonly log: string[];
  readonly close: () => void;
}

const resolved = (host: string): string => (host.endsWith(".test") ? "127.0.0.1" : host);

function join(client: Duplex, host: string, port: number, ready: () => void): void {
  const server = connect(port, resolved(host), () => {
    ready();
    server.pipe(client);
    client.pipe(server);
  });
  server.on("error", () => client.destroy());
  client.on("error", () => server.destroy());
}

const basic = (header: string | undefined): string =>
  header === undefined ? "" : ` ${Buffer.from(header.replace("Basic ", ""), "base64").toString()}`;

function onTunnel(log: string[], kind: string): (asked: IncomingMessage, socket: Duplex) => void {
  return (asked, socket) => {
    log.push(`${kind} ${asked.url}${basic(asked.headers["proxy-authorization"])}`);
    const target = new URL(`http://${asked.url}`);
    join(socket, target.hostname, Number(target.port), () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
  };
}

function relay(log: string[]): Server {
  return createServer((asked, answer) => {
    const target = new URL(asked.url ?? "");
    log.push(`relay ${target.host}${basic(asked.headers["proxy-authorization"])}`);
    const { "proxy-authorization": _, ...headers } = asked.headers;
    request(
      { host: resolved(target.hostname), port: target.port, path: target.pathname + target.search, headers },
      (found) => {
        answer.writeHead(found.statusCode ?? 502, found.headers);
        found.pipe(answer);
      },
    ).end();
  });
}

/** SOCKS5 with a login where the client offers one. Each message comes in one piece on loopback. */
function socks(log: string[]): TcpServer {
  return createTcpServer((client: Socket) => {
    client.on("error", () => client.destroy());
    let login = "";
    const asked = (bytes: Buffer): void => {
      const byName = bytes[3] === 3;
      const end = byName ? 5 + (bytes[4] ?? 0) : 8;
      const host = byName ? bytes.subarray(5, end).toString() : bytes.subarray(4, 8).join(".");
      const port = bytes.readUInt16BE(end);
      log.push(`socks ${host}:${port}${login}`);
      join(client, host, port, () => client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])));
    };
    client.once("data", (greeting: Buffer) => {
      const withLogin = greeting.subarray(2).includes(2);
      client.write(Buffer.from([5, withLogin ? 2 : 0]));
      if (!withLogin) {
        client.once("data", asked);
        return;
      }
      client.once("data", (bytes: Buffer) => {
        const name = 2 + (bytes[1] ?? 0);
        login = ` ${bytes.subarray(2, name).toString()}:${bytes.subarray(name + 1).toString()}`;
        client.write(Buffer.from([1, 0]));
        client.once("data", asked);
      });
    });
  });
}

export async function startProxies(): Promise<Proxies> {
  const log: string[] = [];
  const http = relay(log).on("connect", onTunnel(log, "http"));
  const https = createSecureServer({
    cert: readCertificate("server.crt"),
    key: readCertificate("server.key"),
  }).on("connect", onTunnel(log, "https"));
  const denying = createServer().on("connect", (_asked, socket: Duplex) => {
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  const all = { http, https, socks: socks(log), denying };
  const port = async (server: TcpServer): Promise<number> => {
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    server.unref();
    return (server.address() as AddressInfo).port;
  };
  return {
    ports: {
      http: await port(all.http),
      https: await port(all.https),
      socks: await port(all.socks),
      denying: await port(all.denying),
    },
    log,
    close: () => {
      for (const server of Object.values(all)) server.close();
    },
  };
}
