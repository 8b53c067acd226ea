import { dial, type Route } from "./dial.ts";
import { type Exchange, type HttpConnection, openConnection } from "./http-connection.ts";
import { decoded, type Held, shareOf } from "./response-body.ts";
import type { HttpHeaders } from "./response-reader.ts";
import { hostPort } from "./server-url.ts";
import { cancelled, TransportFailure } from "../answer/transport-failure.ts";

/** One HTTP request below the server's address. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Path with query, the server's prefix included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
  /** Whether the answer may take so long that nothing else should wait behind it. */
  readonly slow?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  /** Decompressed. Undefined when it was too large. */
  readonly body: Buffer | undefined;
}

interface Limits {
  /** Milliseconds for the exchange from its turn on; 0 is none. */
  readonly milliseconds: number;
  readonly bodyBytes: number;
}

/** Kept connections to one server. */
export interface Transport {
  readonly exchange: (asked: HttpRequest, limits: Limits) => Promise<HttpAnswer>;
  readonly close: () => void;
}

const connectionsAtOnce = 10;

/** Joins the signals that may end a dial. */
function eitherSignal(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

/**
 * Opens connections on demand, keeps them, and speaks HTTP/1.1 over them. Requests are pipelined: for the few of one Pod one connection is enough, and a
 * handshake costs more than all that is asked. Rejections are TransportFailures.
 */
export function openTransport(route: Route): Transport {
  const closing = new AbortController();
  const signal = eitherSignal(closing.signal, route.signal);
  const connections = new Set<HttpConnection>();
  const waiting: Exchange[] = [];
  const held: Held = { bytes: 0 };

  function open(): HttpConnection {
    const connection = openConnection(dial({ ...route, signal }), {
      roomy: dispatch,
      ended: (left) => {
        connections.delete(connection);
        waiting.unshift(...left);
        dispatch();
      },
    });
    connections.add(connection);
    return connection;
  }

  /** Where a request goes out: the connection with the most room, else a new one. */
  function connectionFor({ alone }: Exchange): HttpConnection | undefined {
    let best: HttpConnection | undefined;
    for (const one of connections) if (one.room() > (best?.room() ?? 0) && (!alone || one.idle())) best = one;
    return best ?? (connections.size < connectionsAtOnce ? open() : undefined);
  }

  function dispatch(): void {
    for (;;) {
      const [next] = waiting;
      if (next === undefined) return;
      if (closing.signal.aborted) {
        waiting.shift();
        next.failed(cancelled());
        continue;
      }
      const connection = connectionFor(next);
      if (connection === undefined) return;
      waiting.shift();
      connection.send(next);
    }
  }

  /** Takes a request back. Returns whether its answer had begun. */
  function withdraw(made: Exchange): boolean {
    const place = waiting.indexOf(made);
    if (place >= 0) waiting.splice(place, 1);
    for (const connection of connections) if (connection.holds(made)) return connection.giveUp(made);
    return false;
  }

  const exchange = (asked: HttpRequest, limits: Limits): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const share = shareOf(held, limits.bodyBytes);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const finish = (): void => {
        clearTimeout(timer);
        route.signal?.removeEventListener("abort", abort);
        share.giveBack();
      };
      const failed = (error: Error): void => {
        finish();
        reject(error);
      };
      const made: Exchange = {
        request: bytesOf(asked, route),
        alone: asked.slow === true || asked.method !== "GET",
        admit: share.take,
        itsTurn: () => {
          if (limits.milliseconds > 0)
            timer ??= setTimeout(() => failed(tooSlow(withdraw(made))), limits.milliseconds);
        },
        answered: (response) => {
          const { status, statusText, headers } = response;
          decoded(response, share).then((body) => {
            finish();
            resolve({ status, statusText, headers, body });
          }, failed);
        },
        failed,
      };
      const abort = (): void => {
        withdraw(made);
        failed(cancelled());
      };
      if (route.signal?.aborted === true) return failed(cancelled());
      route.signal?.addEventListener("abort", abort, { once: true });
      waiting.push(made);
      dispatch();
    });

  return {
    exchange,
    close: () => {
      closing.abort();
      for (const connection of connections) connection.close();
    },
  };
}

/** The request as it is written. Throws TypeError for what would be more than one: whoever made it has let a line break through. */
function bytesOf(asked: HttpRequest, { host, port, proxy, secure }: Route): Buffer {
  // An HTTP proxy for plain HTTP wants the whole address, and its login with every request.
  const relayed = !secure && proxy !== undefined && proxy.scheme !== "socks5";
  const usual = port === (secure ? 443 : 80);
  const authority = usual ? hostPort(host, port).replace(/:\d+$/, "") : hostPort(host, port);
  const login = relayed ? proxy.userInfo : undefined;
  const fields = Object.entries(asked.headers).flatMap(([name, value]) =>
    typeof value === "string" ? [`${name}: ${value}`] : value.map((one) => `${name}: ${one}`),
  );
  const lines = [
    `${asked.method} ${relayed ? `http://${authority}${asked.path}` : asked.path} HTTP/1.1`,
    `Host: ${authority}`,
    ...fields,
    ...(login === undefined ? [] : [`Proxy-Authorization: ${basicLogin(login.username, login.password)}`]),
  ];
  if (lines.some((line) => /[\0-\x08\n-\x1f\x7f]/.test(line)) || /\s/.test(asked.path))
    throw new TypeError("a request with a control character in it");
  // As bytes: names and values are latin1 by now, a body is UTF-8.
  return Buffer.concat([
    Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"),
    Buffer.from(asked.body ?? ""),
  ]);
}

/** The value of a Basic Authorization header. */
export const basicLogin = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

const tooSlow = (answered: boolean): TransportFailure =>
  new TransportFailure(
    "timeout",
    answered
      ? "net/http: request canceled (Client.Timeout or context cancellation while reading body)"
      : "context deadline exceeded",
  );
