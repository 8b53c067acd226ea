import { cancelled, TransportFailure } from "../answer/transport-failure.ts";
import type { Route } from "./dial.ts";
import { type HttpRequest, refuseControlCharacters } from "./request.ts";
import type { HttpHeaders } from "./response.ts";
import { decoded, type Held, shareOf } from "./response-body.ts";
import { connectionTo } from "./server-connection.ts";
import { createTurns } from "./turns.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  /** Decompressed. Undefined when it was too large. */
  readonly body: Buffer | undefined;
}

interface Limits {
  /** Milliseconds for the exchange, not counting what it waits for others; 0 is none. */
  readonly milliseconds: number;
  readonly bodyBytes: number;
}

/** Exchanges with one server. */
export interface Transport {
  readonly exchange: (asked: HttpRequest, limits: Limits) => Promise<HttpAnswer>;
  readonly close: () => void;
}

/** Rejections are TransportFailures. */
export function openTransport(route: Route): Transport {
  const closing = new AbortController();
  const server = connectionTo({ ...route, signal: closing.signal });
  const turns = createTurns();
  const held: Held = { bytes: 0 };
  const abort = (): void => closing.abort(cancelled());
  route.signal?.addEventListener("abort", abort, { once: true });
  if (route.signal?.aborted === true) abort();

  const exchange = async (asked: HttpRequest, { milliseconds, bodyBytes }: Limits): Promise<HttpAnswer> => {
    refuseControlCharacters(asked);
    const share = shareOf(held, bodyBytes);
    let begun = false;
    const time = deadline(milliseconds, closing.signal, () => tooSlow(begun));
    try {
      const { atOnce } = await time.counted(() => server.reach(time.signal));
      const done = await turns.take(atOnce, time.signal);
      try {
        return await time.counted(async () => {
          // The connection may have been lost while others had their turn.
          const connection = await server.reach(time.signal);
          const response = await connection.ask(asked, time.signal);
          begun = true;
          const { status, statusText, headers } = response;
          return { status, statusText, headers, body: await decoded(response, share) };
        });
      } finally {
        done();
      }
    } catch (error) {
      // A dial that is given up ends in words of its own.
      throw time.signal.aborted ? time.signal.reason : error;
    } finally {
      share.giveBack();
      time.over();
    }
  };

  return {
    exchange,
    close: () => {
      closing.abort(cancelled());
      route.signal?.removeEventListener("abort", abort);
      server.close();
    },
  };
}

interface Deadline {
  /** Aborted when the time is over, or with the transport; the reason is a TransportFailure. */
  readonly signal: AbortSignal;
  /** What takes of the time. */
  readonly counted: <T>(work: () => Promise<T>) => Promise<T>;
  readonly over: () => void;
}

function deadline(milliseconds: number, whole: AbortSignal, expired: () => TransportFailure): Deadline {
  const ending = new AbortController();
  const abort = (): void => ending.abort(whole.reason);
  whole.addEventListener("abort", abort, { once: true });
  if (whole.aborted) abort();
  let left = milliseconds;
  return {
    signal: ending.signal,
    counted: async (work) => {
      const start = Date.now();
      const timer =
        milliseconds > 0 ? setTimeout(() => ending.abort(expired()), Math.max(1, left)) : undefined;
      try {
        return await work();
      } finally {
        clearTimeout(timer);
        left -= Date.now() - start;
      }
    },
    over: () => whole.removeEventListener("abort", abort),
  };
}

const tooSlow = (answered: boolean): TransportFailure =>
  new TransportFailure(
    "timeout",
    answered
      ? "net/http: request canceled (Client.Timeout or context cancellation while reading body)"
      : "context deadline exceeded",
  );
