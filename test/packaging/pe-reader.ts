/**
 * Reads a 64-bit PE file as Windows does before it runs one (Microsoft PE format), written without a look at what makes one. Returns what is wrong with the
 * file: a table or section beyond its end, a signature that cannot be of these bytes, another checksum.
 */
export function peFaults(file: Buffer): string[] {
  const found: string[] = [];
  const header = file.readUInt32LE(0x3c);
  if (file.toString("latin1", 0, 2) !== "MZ" || file.toString("latin1", header, header + 4) !== "PE\0\0")
    return ["no PE file"];
  const optional = header + 24;
  if (file.readUInt16LE(header + 4) !== 0x8664 || file.readUInt16LE(optional) !== 0x20b)
    return ["not for amd64"];
  if (file.readBigUInt64LE(optional + 112 + 32) !== 0n) found.push("a table of certificates is left");
  const sections = optional + file.readUInt16LE(header + 20);
  for (let n = 0; n < file.readUInt16LE(header + 6); n += 1) {
    const at = sections + n * 40;
    const end = file.readUInt32LE(at + 20) + file.readUInt32LE(at + 16);
    if (end > file.length) found.push(`section ${n} ends beyond the file`);
  }
  if (checksum(file, optional + 64) !== file.readUInt32LE(optional + 64)) found.push("another checksum");
  return found;
}

/** The sum as imagehlp.dll describes it: of the words, without the field itself, folded, plus the length. */
function checksum(file: Buffer, field: number): number {
  let sum = 0;
  for (let at = 0; at < file.length; at += 2)
    if (at !== field && at !== field + 2)
      sum += file.readUInt8(at) + (at + 1 < file.length ? file.readUInt8(at + 1) << 8 : 0);
  while (sum > 0xffff) sum = Math.floor(sum / 0x10000) + (sum % 0x10000);
  return sum + file.length;
}
