import { ownHttp2 } from "../../../runtime.ts";
import { brokenFailure } from "../answer/transport-failure.ts";
import type { Route } from "./dial.ts";
import { orAborted } from "./or-aborted.ts";
import { authorityOf, type HttpRequest } from "./request.ts";
import { type HttpHeaders, readHeaders, type Response } from "./response.ts";

/**
 * The runtime's own HTTP/2, where it has one: it takes a fifth of the time of an answer less than node:http2 over node:tls. It is believed only where all is
 * well. Whatever else comes of it, a certificate that it does not like, an end too early, silence, is nobody's answer: undefined, and the request is sent
 * again over a connection of ours, which tells what is the matter as kubectl does. After that it is not asked again.
 */
export interface QuickWay {
  readonly isOpen: () => boolean;
  /** Rejects with the signal's reason only. */
  readonly ask: (asked: HttpRequest, signal: AbortSignal) => Promise<Response | undefined>;
}

/** A server that has not answered anything for so long is dialled by us, who know at what it stands. */
const patience = 2000;
/** As much of a body is read before it counts as an answer. */
const wholeUpTo = 256 * 1024;

/**
 * undefined where the runtime has none, or would reach the server in another way than kubectl. Bun 1.4 looks at the environment's proxies by rules of its own,
 * cannot be given a look at the certificate over HTTP/2, and takes its common name for a host's name, which Go never does; for an address it does not.
 */
export function quickWayTo(route: Route): QuickWay | undefined {
  const { host, secure, proxy, tls } = route;
  const trust = tls?.own;
  const plain = secure && proxy === undefined && tls?.verify === true && tls.serverName === host;
  if (ownHttp2 === undefined || trust === undefined || !plain || !isAddress(host)) return undefined;
  const send = ownHttp2;
  let open = true;
  let hasAnswered = false;

  const ask = async (
    asked: HttpRequest,
    headers: Record<string, string>,
    given: AbortSignal,
  ): Promise<Response> => {
    const ending = new AbortController();
    const { signal } = ending;
    const stop = (): void => ending.abort(given.reason);
    given.addEventListener("abort", stop, { once: true });
    if (given.aborted) stop();
    const late = hasAnswered ? undefined : setTimeout(() => ending.abort(new Error("no answer")), patience);
    try {
      const url = `https://${authorityOf(route)}${asked.path}`;
      const answer = await orAborted(send(url, { headers, signal, tls: trust }), signal);
      hasAnswered = true;
      clearTimeout(late);
      return await responseOf(answer, signal);
    } finally {
      clearTimeout(late);
    }
  };

  return {
    isOpen: () => open,
    ask: async (asked, signal) => {
      const headers = singleHeaders(asked);
      if (!open || headers === undefined) return undefined;
      try {
        return await ask(asked, headers, signal);
      } catch {
        if (signal.aborted) throw signal.reason;
        open = false;
        return undefined;
      }
    },
  };
}

/** IPv4 in four parts, or IPv6 without a zone; node:net would take longer to load than the whole request. */
function isAddress(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$|^[\da-f:.]*:[\da-f:.]*$/i.test(host);
}

/** A path that no reader of URLs changes. */
const asItStands = /^(?!.*(?:\/|%2f)(?:\.|%2e){1,2}(?:[/?]|%2f|$))[\w/.~%?=&,:;+-]*$/i;

/** A header that is sent twice would be joined to one. */
function singleHeaders({ method, path, live, headers }: HttpRequest): Record<string, string> | undefined {
  if (method !== "GET" || live === true || !asItStands.test(path)) return undefined;
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string") return undefined;
    single[name] = value;
  }
  return single;
}

/** A whole answer, or of a long one the beginning and what is to come. Throws for one that is not as announced. */
async function responseOf(answer: globalThis.Response, signal: AbortSignal): Promise<Response> {
  const headers = readHeaders([...answer.headers].flat());
  const pieces: Buffer[] = [];
  const reader = (
    answer.body ?? new ReadableStream<Uint8Array>({ start: (empty) => empty.close() })
  ).getReader();
  let bytes = 0;
  let ended = false;
  while (!ended && bytes < wholeUpTo) {
    const { done, value } = await orAborted(reader.read(), signal);
    ended = done;
    if (value === undefined) continue;
    pieces.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    bytes += value.byteLength;
  }
  if (ended && !isAnnounced(headers, bytes)) throw brokenFailure(undefined, true);
  const body = restOf(pieces, ended ? undefined : reader, headers, signal);
  return { status: answer.status, statusText: "", headers, body };
}

function isAnnounced({ "content-length": announced }: HttpHeaders, bytes: number): boolean {
  return announced === undefined || Number(announced) === bytes;
}

async function* restOf(
  pieces: readonly Buffer[],
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  headers: HttpHeaders,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for (const piece of pieces) {
    bytes += piece.length;
    yield piece;
  }
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await orAborted(reader.read(), signal);
      if (done) break;
      bytes += value.byteLength;
      yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : brokenFailure(error, true);
  } finally {
    // Who stops reading ends it.
    void reader.cancel().catch(() => undefined);
  }
  if (!isAnnounced(headers, bytes)) throw brokenFailure(undefined, true);
}
