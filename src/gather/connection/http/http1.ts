import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";

import { errorCode } from "../answer/go-words.ts";
import { brokenFailure, TransportFailure } from "../answer/transport-failure.ts";
import { dial, type Route } from "./dial.ts";
import { authorityOf, basicLogin, type HttpRequest } from "./request.ts";
import {
  type HttpConnection,
  malformed,
  mostInterim,
  readHeaders,
  type Response,
  wholeBody,
} from "./response.ts";

const longestHead = 256 * 1024;
const connectionsAtOnce = 10;

/** Speaks HTTP/1.1 over connections that are dialled as they are needed, and kept. `first` is one that stands already. */
export async function openHttp1(route: Route, first: Socket | undefined): Promise<HttpConnection> {
  const http = await import("node:http");
  const agent = new http.Agent({ keepAlive: true });
  let spare = first;
  const createConnection = (_options: object, done: (error: unknown, socket?: Socket) => void): void => {
    const kept = spare?.destroyed === false ? spare : undefined;
    spare = undefined;
    Promise.resolve(kept ?? dial(route)).then(
      // oxlint-disable-next-line promise/no-callback-in-promise -- node:http asks with a callback.
      (socket) => done(null, socket),
      done,
    );
  };
  // As node:http documents it for agents of one's own; the types leave it out.
  Object.assign(agent, { createConnection });
  return {
    atOnce: connectionsAtOnce,
    usable: () => true,
    ask: (asked, signal) => askByHttp1(http.request(optionsOf(asked, route, agent)), asked.body, signal),
    close: () => {
      agent.destroy();
      spare?.destroy();
    },
  };
}

function askByHttp1(
  request: ClientRequest,
  body: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let answered = false;
    /** What was wrong with the bytes: the body says only that it broke off. */
    let broken: unknown;
    const fail = (failure: unknown): void => {
      reject(failure);
      request.destroy();
    };
    const stop = (): void => fail(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    request.on("close", () => signal.removeEventListener("abort", stop));
    request.on("error", (error) => {
      broken ??= error;
      // Once there is an answer, its body tells of what breaks.
      if (!answered) fail(failureOf(error, false));
    });
    if (signal.aborted) return stop();
    const switched = (): void =>
      fail(new TransportFailure("cut-body", "the server switched to another protocol"));
    request.on("upgrade", switched);
    limitInterim(request, () => fail(malformed("HTTP/1.x")));
    request.on("response", (answer) => {
      // Node takes these for an answer.
      if (answer.statusCode === 101) return switched();
      if (answer.httpVersionMajor !== 1 || (answer.statusCode ?? 0) < 200) return fail(malformed("HTTP/1.x"));
      const coding = answer.headers["transfer-encoding"]?.toLowerCase() ?? "chunked";
      // Nobody undoes another one.
      if (coding !== "chunked") return fail(malformed("HTTP/1.x"));
      answered = true;
      const failure = (error: unknown): TransportFailure =>
        signal.aborted ? (signal.reason as TransportFailure) : failureOf(broken ?? error, true);
      resolve(responseOf(answer, failure));
    });
    request.end(body);
  });
}

function optionsOf(asked: HttpRequest, route: Route, agent: Agent): RequestOptions {
  const { proxy, secure } = route;
  // An HTTP proxy for plain HTTP wants the whole address, and its login with every request.
  const relayed = !secure && proxy !== undefined && proxy.scheme !== "socks5";
  const login = relayed ? proxy.userInfo : undefined;
  const authority = authorityOf(route);
  return {
    agent,
    method: asked.method,
    path: relayed ? `http://${authority}${asked.path}` : asked.path,
    setHost: false,
    maxHeaderSize: longestHead,
    headers: {
      Host: authority,
      ...asked.headers,
      ...(login === undefined ? {} : { "Proxy-Authorization": basicLogin(login.username, login.password) }),
    },
  };
}

function limitInterim(request: ClientRequest, tooMany: () => void): void {
  let interim = 0;
  request.on("information", () => {
    interim += 1;
    if (interim > mostInterim) tooMany();
  });
}

function responseOf(answer: IncomingMessage, failure: (error: unknown) => TransportFailure): Response {
  const headers = readHeaders(answer.rawHeaders);
  return {
    status: answer.statusCode ?? 0,
    statusText: answer.statusMessage ?? "",
    headers,
    body: wholeBody(answer, headers, () => answer.complete, failure),
  };
}

/** Node's parser names what it does not understand HPE_…; an end that comes too early is one of the connection. */
function failureOf(error: unknown, inBody: boolean): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const code = errorCode(error);
  if (code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE") return malformed("HTTP/1.x");
  return brokenFailure(error, inBody);
}
