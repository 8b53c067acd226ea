import type * as Http2 from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";

import { errorCode } from "../answer/go-words.ts";
import { brokenFailure, TransportFailure } from "../answer/transport-failure.ts";
import type { HttpRequest } from "./request.ts";
import {
  type HttpConnection,
  malformed,
  mostInterim,
  readHeaders,
  type Response,
  wholeBody,
} from "./response.ts";

/**
 * How much may be under way before it was read: with less, a list would come in as many round trips as it has windows. The same for a stream as for the connection: Bun 1.4.5
 * never opens a stream's window again when the connection's is larger.
 */
const window = 8 * 1024 * 1024;
/** An API server admits 100 by default (apiserver, http2-max-streams-per-connection). */
export const streamsAtOnce = 64;
const noError = 0;
/** The client's own word for that it wants no more. */
const cancel = 8;

/** Takes some milliseconds, which are there while the server is being dialled. */
export const loadHttp2 = (): Promise<typeof Http2> => import("node:http2");

/** Speaks HTTP/2 over a socket whose TLS has agreed on it. */
export async function openHttp2(socket: Socket, authority: string): Promise<HttpConnection> {
  const http2 = await loadHttp2();
  const session = http2.connect(`https://${authority}`, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: window },
  });
  /** What ended the connection, where it ended badly: its streams do not say. */
  let lost: unknown;
  session.on("error", (error) => (lost ??= error));
  session.on("connect", () => session.setLocalWindowSize(window));
  endWhenSilent(session);
  return {
    atOnce: streamsAtOnce,
    usable: () => !session.closed && !session.destroyed,
    ask: (asked, signal) => askByHttp2(session, authority, asked, signal, () => lost),
    close: () => {
      session.destroy();
      // The session alone would wait for the server's own end, a round trip in which the program does nothing.
      socket.destroy();
    },
  };
}

// As client-go sets golang.org/x/net/http2 (apimachinery util/net/http.go: ReadIdleTimeout, PingTimeout).
const pingEvery = 30_000;
const pingLasts = 15_000;

/** A connection that was forgotten on the way, by a firewall or a sleeping laptop, says nothing of itself: a watch would wait for ever. */
function endWhenSilent(session: ClientHttp2Session): void {
  const timer = setInterval(() => {
    const late = setTimeout(() => session.destroy(), pingLasts);
    session.ping(() => clearTimeout(late));
  }, pingEvery);
  session.once("close", () => clearInterval(timer));
}

function askByHttp2(
  session: ClientHttp2Session,
  authority: string,
  asked: HttpRequest,
  signal: AbortSignal,
  lost: () => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const failure = (error: unknown, inBody: boolean): TransportFailure =>
      signal.aborted ? (signal.reason as TransportFailure) : failureOf(stream, lost() ?? error, inBody);
    const stream = session.request(headersOf(asked, authority), { endStream: asked.body === undefined });
    const isWhole = (): boolean => stream.readableEnded && stream.rstCode === noError && !signal.aborted;
    const fail = (reason: unknown): void => {
      reject(reason);
      stream.destroy();
    };
    const stop = (): void => {
      stream.close(cancel);
      fail(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) return stop();
    let interim = 0;
    stream.on("headers", () => {
      interim += 1;
      if (interim > mostInterim) fail(malformed("HTTP/2"));
    });
    stream.on("response", (fields: IncomingHttpHeaders & { ":status"?: number }) => {
      const headers = readHeaders(flat(fields));
      resolve({
        status: fields[":status"] ?? 0,
        statusText: "",
        headers,
        body: wholeBody(stream, headers, isWhole, (error) => failure(error, true)),
      });
    });
    stream.on("error", (error) => reject(failure(error, false)));
    stream.on("close", () => {
      signal.removeEventListener("abort", stop);
      reject(failure(undefined, false));
    });
    if (asked.body !== undefined) stream.end(asked.body);
  });
}

function headersOf(
  { method, path, headers }: HttpRequest,
  authority: string,
): Record<string, string | string[]> {
  // White space around a value is no part of it, and refused here (RFC 9113, 8.2.1).
  const fields = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    typeof value === "string" ? value.trim() : value.map((one) => one.trim()),
  ]);
  return {
    ":method": method,
    ":scheme": "https",
    ":authority": authority,
    ":path": path,
    ...(Object.fromEntries(fields) as Record<string, string | string[]>),
  };
}

function flat(fields: IncomingHttpHeaders): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    name.startsWith(":") || value === undefined ? [] : [value].flat().flatMap((one) => [name, one]),
  );
}

// RFC 9113, section 7, in its order.
const codes =
  "NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR REFUSED_STREAM CANCEL COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED".split(
    " ",
  );

/** Why a stream ended: by what the server said of it, else by what became of the connection. */
function failureOf(stream: ClientHttp2Stream, error: unknown, inBody: boolean): TransportFailure {
  const known = errorCode(error);
  const code = codes[stream.rstCode ?? 0] ?? "unknown";
  const reset = `stream error: stream ID ${stream.id ?? 0}; ${code}; received from peer`;
  // RFC 9113, 8.7: nothing was done, so it may be asked again; so it is behind the last stream of a GOAWAY.
  if (code === "REFUSED_STREAM") return new TransportFailure("cut-body", reset, true);
  if (known === "ERR_HTTP2_STREAM_CANCEL") return brokenFailure(undefined, inBody);
  if (known === "ERR_HTTP2_STREAM_ERROR" && inBody) return brokenFailure(undefined, true);
  if (known === "ERR_HTTP2_STREAM_ERROR" && code !== "PROTOCOL_ERROR")
    return new TransportFailure("cut-body", reset);
  if (known.startsWith("ERR_HTTP2_")) return malformed("HTTP/2");
  return brokenFailure(error, inBody);
}
