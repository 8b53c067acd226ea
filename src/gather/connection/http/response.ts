import type { Readable } from "node:stream";

import type { HttpRequest } from "./request.ts";
import { TransportFailure } from "../answer/transport-failure.ts";

/** Field values by lower-case name; what came several times is joined by ", ". */
export type HttpHeaders = Readonly<Record<string, string | undefined>>;

/** An answer whose head has come, and whose body is coming. */
export interface Response {
  readonly status: number;
  /** Empty where the protocol has none. */
  readonly statusText: string;
  readonly headers: HttpHeaders;
  /** As it comes, its content coding not yet undone. Rejects with a TransportFailure where it breaks off; who stops reading ends it. */
  readonly body: AsyncIterable<Buffer>;
}

/** A way to one server, by one version of HTTP. */
export interface HttpConnection {
  /** How many requests may be under way at once. */
  readonly atOnce: number;
  /** Whether it takes further requests: a server that shuts down answers what it has and no more. */
  readonly usable: () => boolean;
  /** Rejects with a TransportFailure, or with the signal's reason. */
  readonly ask: (asked: HttpRequest, signal: AbortSignal) => Promise<Response>;
  readonly close: () => void;
}

/** A server may send interim answers for ever. */
export const mostInterim = 16;

export const malformed = (version: "HTTP/1.x" | "HTTP/2"): TransportFailure =>
  new TransportFailure(
    "cut-body",
    `net/http: ${version} transport connection broken: malformed HTTP response`,
  );

/** Reads names and values in turn. */
export function readHeaders(raw: readonly string[]): HttpHeaders {
  const headers = Object.create(null) as Record<string, string>;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? "";
    const value = raw[at + 1]?.trim() ?? "";
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** A body to its last byte. `isWhole` is asked at its end: a stream may end because it was given up, by either side. */
export async function* wholeBody(
  stream: Readable,
  { "content-length": announced }: HttpHeaders,
  isWhole: () => boolean,
  failure: (error: unknown) => TransportFailure,
): AsyncGenerator<Buffer> {
  let got = 0;
  try {
    for await (const chunk of stream) {
      got += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  } catch (error) {
    throw failure(error);
  }
  const short = announced !== undefined && /^\d+$/.test(announced) && got < Number(announced);
  if (short || !isWhole()) throw failure(undefined);
}
