import { createHash } from "node:crypto";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Reads a signature as the kernel does (xnu, bsd/kern/ubc_subr.c and osfmk/kern/cs_blobs.h), written without a look at what makes one.
 * Returns what is wrong with the file.
 */
export function signatureFaults(file: Buffer, identifier: string): string[] {
  const found: string[] = [];
  const commands: { command: number; at: number }[] = [];
  for (let at = 32, n = 0; n < file.readUInt32LE(16); n += 1, at += file.readUInt32LE(at + 4))
    commands.push({ command: file.readUInt32LE(at), at });
  const end = commands.reduce((sum, { at }) => sum + file.readUInt32LE(at + 4), 0);
  if (end !== file.readUInt32LE(20)) found.push("sizeofcmds does not fit the load commands");
  const signature = commands.find(({ command }) => command === 0x1d);
  if (signature === undefined) return ["no LC_CODE_SIGNATURE"];
  const offset = file.readUInt32LE(signature.at + 8);
  const blob = file.subarray(offset, offset + file.readUInt32LE(signature.at + 12));
  if (offset + blob.length !== file.length) found.push("the signature does not end the file");
  if (blob.readUInt32BE(0) !== 0xfade0cc0) return [...found, "no embedded signature"];
  const parts = new Map<number, Buffer>();
  for (let n = 0; n < blob.readUInt32BE(8); n += 1) {
    const start = blob.readUInt32BE(16 + n * 8);
    parts.set(blob.readUInt32BE(12 + n * 8), blob.subarray(start, start + blob.readUInt32BE(start + 4)));
  }
  return [...found, ...directoryFaults(file, identifier, offset, parts)];
}

function directoryFaults(
  file: Buffer,
  identifier: string,
  codeLimit: number,
  parts: ReadonlyMap<number, Buffer>,
): string[] {
  const found: string[] = [];
  const directory = parts.get(0);
  const requirements = parts.get(2);
  if (directory === undefined) return ["there is no code directory"];
  // What linkers sign has a code directory alone (CS_LINKER_SIGNED).
  const bySigner = (directory.readUInt32BE(12) & 0x2_0000) === 0;
  if (bySigner && (requirements === undefined || parts.get(0x10000)?.length !== 8))
    return ["a part of the signature is missing"];
  const word = (at: number): number => directory.readUInt32BE(at);
  const hashes = word(16);
  const hash = (slot: number): string =>
    directory.subarray(hashes + slot * 32, hashes + slot * 32 + 32).toString("hex");
  if (word(0) !== 0xfade0c02 || word(4) !== directory.length) found.push("no code directory");
  if ((word(12) & 0x2) === 0) found.push("not marked as ad hoc");
  if (directory.toString("latin1", word(20), directory.indexOf(0, word(20))) !== identifier)
    found.push("other identifier");
  if (word(32) !== codeLimit) found.push("the code limit is not where the signature begins");
  const pageSize = 1 << directory.readUInt8(39);
  if (word(28) !== Math.ceil(codeLimit / pageSize)) found.push("wrong number of pages");
  for (let page = 0; page < word(28); page += 1) {
    const bytes = file.subarray(page * pageSize, Math.min((page + 1) * pageSize, codeLimit));
    if (sha256(bytes) !== hash(page)) found.push(`page ${page} has another hash`);
  }
  if (requirements !== undefined && sha256(requirements) !== hash(-2))
    found.push("the requirements have another hash");
  return found;
}
