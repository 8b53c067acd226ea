import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { UserError } from "../user-error.ts";

/** Milliseconds that a named pipe without a writer is waited at. */
const patience = 5_000;
const pause = 20;
const chunkSize = 1024 * 1024;

/**
 * The bytes of a file as they come, whatever it is: the size that a device or a pipe has is told by nothing but reading it. A named pipe without a
 * writer would be waited at forever, where no signal is heard. Throws what node:fs throws, and UserError.
 */
export function* bytesOf(file: string, most = Infinity): Generator<Buffer> {
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const about = fstatSync(handle);
    const isPipe = about.isFIFO();
    let total = 0;
    let waited = 0;
    // As much as the file says it has, and the byte that would show more. Bun counts what is set aside: a few kubeconfigs' worth of whole chunks, and it looks for garbage.
    let room = Buffer.allocUnsafe(about.isFile() ? Math.min(about.size + 1, chunkSize) : chunkSize);
    for (;;) {
      const length = readSome(handle, room);
      if (length === 0 && !(isPipe && total === 0)) return;
      if (length > 0) {
        total += length;
        if (total > most) throw tooLarge(`file ${file}`, most);
        yield room.subarray(0, length);
        room = length < room.length ? room.subarray(length) : Buffer.allocUnsafe(chunkSize);
        continue;
      }
      // Nothing yet. Whoever has the pipe open may take as long as it likes; nobody at all may not.
      if (length === 0) waited += pause;
      if (waited > patience) throw new UserError(`nothing is written to the pipe ${file}`, undefined, 3);
      sleep(pause);
    }
  } finally {
    closeSync(handle);
  }
}

/** -1 where something may still come. */
function readSome(handle: number, chunk: Buffer): number {
  try {
    return readSync(handle, chunk);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return -1;
    throw error;
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

function sleep(milliseconds: number): void {
  Atomics.wait(nothing, 0, 0, milliseconds);
}

export function tooLarge(name: string, most: number, hint?: string): UserError {
  return new UserError(`${name} is larger than ${Math.round(most / 1024 / 1024)} MiB`, hint, 3);
}
