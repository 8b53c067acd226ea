import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";

import { dial, type Route } from "./dial.ts";
import { type Held, readBody } from "./response-body.ts";
import { hostPort } from "./server-url.ts";
import { brokenFailure, cancelled, TransportFailure } from "./transport-failure.ts";

/** One HTTP request below the server's address. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Path with query, the server's prefix included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. Undefined when it was too large. */
  readonly body: Buffer | undefined;
}

interface Limits {
  /** Milliseconds for the whole exchange; 0 is none. */
  readonly milliseconds: number;
  readonly bodyBytes: number;
}

/** Kept-alive connections to one server. */
export interface Transport {
  readonly exchange: (asked: HttpRequest, limits: Limits) => Promise<HttpAnswer>;
  readonly close: () => void;
}

const connectionsAtOnce = 10;

/** Joins the signals that may end a dial. */
function eitherSignal(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

/** Opens connections on demand, keeps them, and speaks HTTP/1.1 over them. Rejections are TransportFailures. */
export function openTransport(route: Route): Transport {
  const closing = new AbortController();
  const signal = eitherSignal(closing.signal, route.signal);
  // The scheme is the dial's business: to the agent a TLS connection is a connection that speaks HTTP.
  const agent = new Agent({ keepAlive: true, scheduling: "lifo" });
  type Opened = (error: Error | null, socket?: unknown) => void;
  Object.assign(agent, {
    createConnection: (_options: unknown, opened: Opened): undefined => {
      dial({ ...route, signal }).then(
        (socket) => opened(null, socket),
        (error: unknown) => opened(error instanceof Error ? error : new Error("dial failed")),
      );
    },
  });
  const inTurn = turns(connectionsAtOnce);
  const held: Held = { bytes: 0 };
  return {
    exchange: (asked, limits) => inTurn(() => perform(route, agent, asked, limits, held)),
    close: () => {
      closing.abort();
      agent.destroy();
    },
  };
}

/** Lets so many run at once and the others wait. The agent's own limit counts connections only once they stand, too late for a burst. */
function turns(most: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running >= most) await new Promise<void>((turn) => waiting.push(turn));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function perform(
  { host, port, proxy, secure, signal }: Route,
  agent: Agent,
  asked: HttpRequest,
  limits: Limits,
  held: Held,
): Promise<HttpAnswer> {
  // An HTTP proxy for plain HTTP wants the whole address, and its login with every request.
  const relayed = !secure && proxy !== undefined && proxy.scheme !== "socks5";
  const usual = port === (secure ? 443 : 80);
  const authority = usual ? hostPort(host, port).replace(/:\d+$/, "") : hostPort(host, port);
  const login = relayed ? proxy.userInfo : undefined;
  return new Promise((resolve, reject) => {
    const sent = request({
      agent,
      host,
      port,
      method: asked.method,
      path: relayed ? `http://${authority}${asked.path}` : asked.path,
      headers: {
        Host: authority,
        ...asked.headers,
        ...(login === undefined ? {} : { "Proxy-Authorization": basicLogin(login.username, login.password) }),
      },
    });
    let received: IncomingMessage | undefined;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const giveUp = (failure: TransportFailure): void => {
      finish(() => reject(failure));
      sent.destroy();
    };
    const abort = (): void => giveUp(cancelled());
    const timer =
      limits.milliseconds > 0
        ? setTimeout(() => giveUp(tooSlow(received !== undefined)), limits.milliseconds)
        : undefined;
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) return abort();
    sent.on("error", (error) => {
      // What comes behind a whole answer is nobody's.
      if (received?.complete === true) return;
      const failure =
        error instanceof TransportFailure ? error : brokenFailure(error, received !== undefined);
      finish(() => reject(failure));
    });
    // Nobody asked for another protocol; without this the request would wait for ever.
    sent.on("upgrade", (_response, socket) => {
      socket.destroy();
      giveUp(new TransportFailure("cut-body", "the server switched to another protocol"));
    });
    sent.on("response", (response) => {
      received = response;
      readBody(response, limits.bodyBytes, held).then(
        (body) => finish(() => resolve(answerOf(response, body))),
        (error: unknown) => {
          const failure = error instanceof TransportFailure ? error : brokenFailure(error, true);
          finish(() => reject(failure));
          sent.destroy();
        },
      );
    });
    // As bytes: a string would be joined with the headers and turn their latin1 into UTF-8.
    sent.end(asked.body === undefined ? undefined : Buffer.from(asked.body));
  });
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

function answerOf(response: IncomingMessage, body: Buffer | undefined): HttpAnswer {
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? "",
    headers: response.headers,
    body,
  };
}
