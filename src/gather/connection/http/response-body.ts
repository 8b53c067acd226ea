import { Readable } from "node:stream";

import { errorCode } from "../answer/go-words.ts";
import type { HttpResponse } from "./response-reader.ts";
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
export async function decoded({ headers, body }: HttpResponse, share: Share): Promise<Buffer | undefined> {
  if (body === undefined) return undefined;
  const coding = headers["content-encoding"];
  if (coding !== "gzip" && coding !== "x-gzip") return body.length === 1 ? body[0] : Buffer.concat(body);
  const { createGunzip } = await import("node:zlib");
  const chunks: Buffer[] = [];
  share.giveBack();
  try {
    for await (const chunk of Readable.from(body).pipe(createGunzip())) {
      if (!share.take((chunk as Buffer).length)) return undefined;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (!errorCode(error).startsWith("Z_")) throw error;
    throw new TransportFailure("cut-body", "unexpected error when reading response body: gzip: invalid data");
  }
  return Buffer.concat(chunks);
}
