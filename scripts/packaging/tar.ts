import { gzipSync } from "node:zlib";

/** One regular file of an archive. */
export interface ArchiveFile {
  readonly name: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/**
 * A tar.gz that is the same for the same files: owner 0, one fixed time, no name of the host. Only regular files, because krew refuses
 * links (internal/download/downloader.go, krew 0.4.5). Names up to 99 bytes: the ustar header has room for no more.
 */
export function tarGz(files: readonly ArchiveFile[]): Buffer {
  const blocks = files.flatMap((file) => [header(file), file.bytes, padding(file.bytes.length)]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 9 });
}

// 1980-01-01: a time before that is shown as garbage by tools that think in DOS dates.
const seconds = 315_532_800;

const padding = (length: number): Buffer => Buffer.alloc((512 - (length % 512)) % 512);

/** A POSIX ustar header (IEEE Std 1003.1, pax, "ustar Interchange Format"). */
function header({ name, mode, bytes }: ArchiveFile): Buffer {
  if (Buffer.byteLength(name) > 99) throw new Error(`name too long for ustar: ${name}`);
  const block = Buffer.alloc(512);
  const octal = (value: number, offset: number, width: number): void => {
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, offset, "latin1");
  };
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes.length, 124, 12);
  octal(seconds, 136, 12);
  // The checksum is taken with its own field full of spaces.
  block.write("        0", 148, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
