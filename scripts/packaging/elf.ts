/**
 * A 64-bit little-endian ELF program without its symbol tables and debug information: the file ends where the last byte that is loaded into
 * memory ends, and the section table, which only linkers and debuggers read, goes with the rest. What `strip` does, without needing it.
 * Throws for anything else than such a program.
 */
export function withoutSections(program: Buffer): Buffer {
  if (program.readUInt32BE(0) !== 0x7f454c46 || program[4] !== 2 || program[5] !== 1)
    throw new Error("not a 64-bit little-endian ELF file");
  const table = Number(program.readBigUInt64LE(32));
  const size = program.readUInt16LE(54);
  const count = program.readUInt16LE(56);
  let end = table + size * count;
  for (let at = table; at < table + size * count; at += size) {
    const offset = Number(program.readBigUInt64LE(at + 8));
    const bytes = Number(program.readBigUInt64LE(at + 32));
    end = Math.max(end, offset + bytes);
  }
  if (end > program.length) throw new Error("a segment lies beyond the end of the ELF file");
  const kept = Buffer.from(program.subarray(0, end));
  // e_shoff, then e_shnum and e_shstrndx.
  kept.writeBigUInt64LE(0n, 40);
  kept.writeUInt16LE(0, 60);
  kept.writeUInt16LE(0, 62);
  return kept;
}
