import { cancelled, TransportFailure } from "../answer/transport-failure.ts";
import type { Route } from "./dial.ts";
import { type HttpRequest, refuseControlCharacters } from "./request.ts";
import type { QuickWay } from "./quick-way.ts";
import type { HttpHeaders } from "./response.ts";
import { decoded, type Held, shareOf } from "./response-body.ts";
import { connectionTo } from "./server-connection.ts";
import { createTurns } from "./turns.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  /** Decompressed. Undefined when it was too large. Empty where it is live. */
  readonly body: Buffer | undefined;
  /** Of a live request that was granted: has to be read, until it ends or is no longer wanted. */
  readonly live?: AsyncIterable<Buffer>;
}

interface Limits {
  /** Milliseconds for the exchange, not counting what it waits for others, nor a live body; 0 is none. */
  readonly milliseconds: number;
  readonly bodyBytes: number;
  /** Ends the exchange, a live body included; its reason is a TransportFailure. */
  readonly signal?: AbortSignal | undefined;
}

/** Exchanges with one server. */
export interface Transport {
  readonly exchange: (asked: HttpRequest, limits: Limits) => Promise<HttpAnswer>;
  readonly close: () => void;
}

/** Rejections are TransportFailures. */
export function openTransport(route: Route, quick?: QuickWay): Transport {
  const closing = new AbortController();
  const server = connectionTo({ ...route, signal: closing.signal }, quick);
  const turns = createTurns();
  const held: Held = { bytes: 0 };
  const abort = (): void => closing.abort(cancelled());
  route.signal?.addEventListener("abort", abort, { once: true });
  if (route.signal?.aborted === true) abort();

  const exchange = async (asked: HttpRequest, limits: Limits): Promise<HttpAnswer> => {
    refuseControlCharacters(asked);
    const share = shareOf(held, limits.bodyBytes);
    let begun = false;
    const time = deadline(limits.milliseconds, [closing.signal, limits.signal], () => tooSlow(begun));
    let done = (): void => undefined;
    const finish = (): void => {
      done();
      share.giveBack();
      time.over();
    };
    try {
      const { atOnce } = await time.counted(() => server.reach(time.signal));
      done = await turns.take(atOnce, time.signal);
      const answer = await time.counted(async () => {
        // The connection may have been lost while others had their turn.
        const connection = await server.reach(time.signal);
        const response = await connection.ask(asked, time.signal);
        begun = true;
        const { status, statusText, headers } = response;
        if (asked.live === true && status === 200)
          return {
            status,
            statusText,
            headers,
            body: Buffer.alloc(0),
            live: untilEnd(response.body, finish),
          };
        return { status, statusText, headers, body: await decoded(response, share) };
      });
      if (!("live" in answer)) finish();
      return answer;
    } catch (error) {
      finish();
      // A dial that is given up ends in words of its own.
      throw time.signal.aborted ? time.signal.reason : error;
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

async function* untilEnd(body: AsyncIterable<Buffer>, finish: () => void): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } finally {
    finish();
  }
}

interface Deadline {
  /** Aborted when the time is over, or with one of the others; the reason is a TransportFailure. */
  readonly signal: AbortSignal;
  /** What takes of the time. */
  readonly counted: <T>(work: () => Promise<T>) => Promise<T>;
  readonly over: () => void;
}

function deadline(
  milliseconds: number,
  others: readonly (AbortSignal | undefined)[],
  expired: () => TransportFailure,
): Deadline {
  const ending = new AbortController();
  const listening = others.flatMap((other) => {
    if (other === undefined) return [];
    const abort = (): void => ending.abort(other.reason);
    other.addEventListener("abort", abort, { once: true });
    if (other.aborted) abort();
    return [() => other.removeEventListener("abort", abort)];
  });
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
    over: () => {
      for (const stop of listening) stop();
    },
  };
}

const tooSlow = (answered: boolean): TransportFailure =>
  new TransportFailure(
    "timeout",
    answered
      ? "net/http: request canceled (Client.Timeout or context cancellation while reading body)"
      : "context deadline exceeded",
  );
