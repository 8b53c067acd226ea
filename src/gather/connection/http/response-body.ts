import { Readable } from "node:stream";

import { errorCode } from "../answer/go-words.ts";
import type { Response } from "./response.ts";
import { TransportFailure } from "../answer/transport-failure.ts";

/** How much of bodies that are being read one transport holds at the moment. */
export interface Held {
  bytes: number;
}

/** All bodies that are read at the same time: what they become in memory is several times as large. */
const mostHeld = 64 * 1024 * 1024;

/** What one body takes of the room for all. */
export interface Share {
  /** Takes so many bytes more; false when that is more than the limit, or than others leave. */
  readonly take: (bytes: number) => boolean;
  readonly giveBack: () => void;
}

export function shareOf(held: Held, limit: number): Share {
  let taken = 0;
  return {
    take: (bytes) => {
      taken += bytes;
      held.bytes += bytes;
      return taken <= limit && held.bytes <= mostHeld;
    },
    giveBack: () => {
      held.bytes -= taken;
      taken = 0;
    },
  };
}

/**
 * The whole body, decompressed; undefined when it is larger than its share, on the wire or after. Rejects with a TransportFailure. node:zlib is
 * loaded by the first answer that needs it: small ones come as they are.
 */
export async function decoded({ headers, body }: Response, share: Share): Promise<Buffer | undefined> {
  const sent = await within(body, share);
  const coding = headers["content-encoding"];
  if (sent === undefined || (coding !== "gzip" && coding !== "x-gzip")) return sent;
  const { createGunzip } = await import("node:zlib");
  share.giveBack();
  try {
    return await within(Readable.from([sent]).pipe(createGunzip()), share);
  } catch (error) {
    if (!errorCode(error).startsWith("Z_")) throw error;
    throw new TransportFailure("cut-body", "unexpected error when reading response body: gzip: invalid data");
  }
}

/** What a piece of a body takes beside its bytes: a server may send pieces of one byte each. */
const pieceBytes = 100;

async function within(body: AsyncIterable<Buffer>, share: Share): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  for await (const piece of body) {
    if (!share.take(piece.length + pieceBytes)) return undefined;
    pieces.push(piece);
  }
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}
