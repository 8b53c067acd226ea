import type { HttpAnswer } from "../http/exchange.ts";
import { answerOf } from "./answer.ts";
import { parseJsonBody } from "./json-body.ts";
import type { ReadFailure } from "./read-failure.ts";
import { transportReadFailure } from "./read-failure.ts";
import { TransportFailure } from "./transport-failure.ts";

/** An answer that goes on: one object a line, or why there are none. The objects end where the server ends them. */
export type LiveAnswer =
  | { readonly ok: true; readonly objects: AsyncIterable<LiveObject> }
  | { readonly ok: false; readonly failure: ReadFailure };

/** The last one may be a failure: of the connection, or a line that is none. */
export type LiveObject = { readonly object: object } | { readonly failure: ReadFailure };

/** As for one object: what a watch sends is one, and a few words around it. */
const longestLine = 8 * 1024 * 1024;
const mostValues = 100_000;

export function liveAnswerOf(outcome: HttpAnswer | TransportFailure): LiveAnswer {
  if (outcome instanceof TransportFailure || outcome.live === undefined) {
    const answer = answerOf(outcome, mostValues);
    if (!answer.ok) return answer;
    return { ok: false, failure: { kind: "wrong-content-type", message: "the server does not go on" } };
  }
  return { ok: true, objects: objectsOf(outcome.live) };
}

async function* objectsOf(body: AsyncIterable<Buffer>): AsyncGenerator<LiveObject> {
  try {
    for await (const line of linesOf(body)) {
      const parsed = line === undefined ? tooLong : parseJsonBody(line, mostValues);
      if (!("object" in parsed)) {
        yield { failure: parsed };
        return;
      }
      yield parsed;
    }
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    yield { failure: transportReadFailure(error) };
  }
}

const tooLong: ReadFailure = { kind: "too-large", message: "a line of the answer is too long to be read" };

/** Lines with something in them; undefined for one that is too long, which is the last. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer | undefined> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const bytes of body) {
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      pieces.push(bytes.subarray(from, end));
      const line = Buffer.concat(pieces);
      pieces = [];
      length = 0;
      from = end + 1;
      if (line.length > longestLine) return yield undefined;
      if (line.length > 0) yield line;
    }
    if (from < bytes.length) pieces.push(bytes.subarray(from));
    length += bytes.length - from;
    if (length > longestLine) return yield undefined;
  }
}
