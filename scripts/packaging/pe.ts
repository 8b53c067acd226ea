/** Where the fields of a 64-bit PE file are that signing and loading look at (Microsoft PE format, "Optional Header"). */
interface Fields {
  readonly checksum: number;
  /** The directory entry of the certificate table: file offset, size. */
  readonly certificates: number;
}

function fields(file: Buffer): Fields {
  const at = file.length > 0x40 ? file.readUInt32LE(0x3c) : 0;
  if (file.toString("latin1", at, at + 4) !== "PE\0\0") throw new Error("not a PE file");
  const optional = at + 24;
  if (file.readUInt16LE(optional) !== 0x20b) throw new Error("not a 64-bit PE file");
  return { checksum: optional + 64, certificates: optional + 112 + 4 * 8 };
}

/**
 * The file without its Authenticode signature, which no longer fits once something is added. Done before the addition: afterwards the table
 * would be stranded in the middle of the file. Throws when the table is not the end of the file.
 */
export function withoutCertificates(file: Buffer): Buffer {
  const { certificates } = fields(file);
  const offset = file.readUInt32LE(certificates);
  const size = file.readUInt32LE(certificates + 4);
  if (offset === 0) return file;
  if (offset + size !== file.length) throw new Error("the certificate table does not end the PE file");
  const rest = Buffer.from(file.subarray(0, offset));
  rest.writeBigUInt64LE(0n, certificates);
  return rest;
}

/** The file with a right checksum in its header: the ones' complement sum of its 16-bit words, the field itself as zero, plus its length. */
export function withChecksum(file: Buffer): Buffer {
  const summed = Buffer.from(file);
  const { checksum } = fields(summed);
  summed.writeUInt32LE(0, checksum);
  let sum = 0;
  for (let at = 0; at < summed.length; at += 2) {
    sum += (summed[at] ?? 0) | ((summed[at + 1] ?? 0) << 8);
    if (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  }
  summed.writeUInt32LE((sum + summed.length) >>> 0, checksum);
  return summed;
}
