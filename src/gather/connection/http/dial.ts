import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type SecureContext, type TLSSocket } from "node:tls";

import type { OwnRequest } from "../../../runtime.ts";
import { connectThrough, socksThrough } from "./tunnel.ts";
import { nameFailure } from "./peer-name.ts";
import type { Proxy } from "./proxy.ts";
import { cancelled, dialFailure, tlsFailure, TransportFailure } from "../answer/transport-failure.ts";

/** How to reach one server: through which proxy, with which TLS. */
export interface Route {
  readonly host: string;
  readonly port: number;
  /** Whether the server speaks HTTPS. */
  readonly secure: boolean;
  readonly proxy?: Proxy | undefined;
  /** Present when TLS is spoken, with the server or with the proxy. */
  readonly tls?: Tls | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What may be spoken within TLS, the best first (ALPN); the socket's `alpnProtocol` is what was agreed on. Default: HTTP/1.1. */
  readonly protocols?: readonly ("h2" | "http/1.1")[] | undefined;
}

interface Tls {
  readonly context: SecureContext;
  /** What the context is made of, for the runtime's own client. */
  readonly own?: OwnRequest["tls"];
  /** The name the certificate must be good for: tls-server-name, else the host. Sent as SNI unless it is an address. */
  readonly serverName: string;
  readonly verify: boolean;
}

// net.Dialer of client-go (rest/config.go) and TLSHandshakeTimeout of apimachinery's transport defaults.
const dialMilliseconds = 30_000;
const handshakeMilliseconds = 10_000;

/** Waits for an event of a socket; its error, its end, a time-out or a cancellation end the wait and the socket. */
function settle(
  socket: Socket,
  event: string,
  limit: { readonly milliseconds: number; readonly expired: TransportFailure },
  signal: AbortSignal | undefined,
  failure: (error: unknown) => TransportFailure,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (outcome?: TransportFailure): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.off(event, done).off("error", failed).off("close", closed);
      if (outcome === undefined) return resolve();
      // Later errors of a socket that is given up concern nobody.
      socket.on("error", () => undefined);
      socket.destroy();
      reject(outcome);
    };
    const done = (): void => finish();
    const failed = (error: unknown): void => finish(failure(error));
    const closed = (): void => finish(failure(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    const abort = (): void => finish(cancelled());
    const timer = setTimeout(() => finish(limit.expired), limit.milliseconds);
    socket.on(event, done).on("error", failed).on("close", closed);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
  });
}

async function openTcp(host: string, port: number, signal: AbortSignal | undefined): Promise<Socket> {
  const socket = connectTcp({ host, port, keepAlive: true, keepAliveInitialDelay: 30_000, noDelay: true });
  const expired = new TransportFailure("timeout", `dial tcp ${host}:${port}: i/o timeout`);
  await settle(socket, "connect", { milliseconds: dialMilliseconds, expired }, signal, (error) =>
    dialFailure(error, host, port),
  );
  return socket;
}

async function secure(
  socket: Socket,
  tls: Tls,
  signal: AbortSignal | undefined,
  protocols: Route["protocols"] = ["http/1.1"],
): Promise<TLSSocket> {
  let nameProblem: TransportFailure | undefined;
  const secured = connectTls({
    socket,
    secureContext: tls.context,
    ALPNProtocols: [...protocols],
    rejectUnauthorized: tls.verify,
    ...(isIP(tls.serverName) === 0 ? { servername: tls.serverName } : {}),
    checkServerIdentity: (_host, certificate) => (nameProblem = nameFailure(tls.serverName, certificate)),
  });
  const expired = new TransportFailure("timeout", "net/http: TLS handshake timeout");
  await settle(
    secured,
    "secureConnect",
    { milliseconds: handshakeMilliseconds, expired },
    signal,
    (error) => nameProblem ?? tlsFailure(error),
  );
  return secured;
}

/** A connection to a proxy. TLS to it is checked as the cluster's is: client-go has one TLS configuration for both. */
async function openProxy(proxy: Proxy, route: Route): Promise<Socket> {
  const words = (error: unknown): TransportFailure =>
    error instanceof TransportFailure && error.kind !== "cancelled"
      ? new TransportFailure(error.kind, `proxyconnect tcp: ${error.message}`)
      : (error as TransportFailure);
  try {
    const socket = await openTcp(proxy.host, proxy.port, route.signal);
    if (proxy.scheme !== "https" || route.tls === undefined) return socket;
    return await secure(socket, { ...route.tls, serverName: proxy.host }, route.signal);
  } catch (error) {
    throw words(error);
  }
}

/**
 * Opens a connection to the API server over which HTTP can be spoken at once. Plain HTTP goes to an HTTP proxy as it is, with an absolute
 * request line; everything else through a tunnel. Rejects with TransportFailure.
 */
export async function dial(route: Route): Promise<Socket> {
  const { host, port, proxy, signal, protocols } = route;
  const tls = route.secure ? route.tls : undefined;
  if (proxy === undefined) {
    const direct = await openTcp(host, port, signal);
    return tls === undefined ? direct : secure(direct, tls, signal, protocols);
  }
  const socket = await openProxy(proxy, route);
  const target = { host, port, userInfo: proxy.userInfo };
  if (proxy.scheme === "socks5") await guarded(socksThrough(socket, target), socket, signal);
  else if (tls === undefined) return socket;
  else await guarded(connectThrough(socket, target), socket, signal);
  return tls === undefined ? socket : secure(socket, tls, signal, protocols);
}

/** A proxy that goes silent in the middle of the tunnel's making is given up as a dial that takes too long. */
async function guarded(
  tunnel: Promise<void>,
  socket: Socket,
  signal: AbortSignal | undefined,
): Promise<void> {
  let reason = new TransportFailure("timeout", "proxyconnect tcp: i/o timeout");
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    socket.destroy();
  };
  const abort = (): void => {
    reason = cancelled();
    stop();
  };
  const timer = setTimeout(stop, dialMilliseconds);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await tunnel;
  } catch (error) {
    socket.destroy();
    throw stopped ? reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
