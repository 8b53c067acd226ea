import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

import { errorCode } from "./go-words.ts";
import { brokenFailure, TransportFailure } from "./transport-failure.ts";

/** How much of bodies that are being read one transport holds at the moment. */
export interface Held {
  bytes: number;
}

/** All bodies that are read at the same time: what they become in memory is several times as large. */
const mostHeld = 64 * 1024 * 1024;

/** The decompressing stream. node:zlib is loaded by the first answer that needs it: small ones come as they are. */
async function unzipped(response: IncomingMessage): Promise<Readable> {
  let broken: Error | undefined;
  let gunzip: Readable | undefined;
  // pipe() hands no errors on: a cut connection must end the reading too.
  response.on("error", (error) => {
    broken = error;
    gunzip?.destroy(error);
  });
  const { createGunzip } = await import("node:zlib");
  if (broken !== undefined) throw broken;
  gunzip = response.pipe(createGunzip());
  return gunzip;
}

/**
 * The whole body, decompressed; undefined as soon as it is larger than the limit, on the wire or after, or larger than
 * what others leave. Rejects with a TransportFailure, or with the stream's own error.
 */
export async function readBody(
  response: IncomingMessage,
  limit: number,
  held: Held,
): Promise<Buffer | undefined> {
  const encoding = response.headers["content-encoding"] ?? "";
  const zipped = encoding === "gzip" || encoding === "x-gzip";
  const source = zipped ? await unzipped(response) : response;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
      length += (chunk as Buffer).length;
      held.bytes += (chunk as Buffer).length;
      if (length > limit || held.bytes > mostHeld) {
        response.destroy();
        return undefined;
      }
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (errorCode(error).startsWith("Z_"))
      throw new TransportFailure(
        "cut-body",
        "unexpected error when reading response body: gzip: invalid data",
      );
    throw error;
  } finally {
    held.bytes -= length;
  }
  if (!response.complete) throw brokenFailure(undefined, true);
  return Buffer.concat(chunks, length);
}
