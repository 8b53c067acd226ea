import { expect, test } from "vitest";

import { withChecksum, withoutCertificates } from "../../scripts/packaging/pe.ts";

const checksumAt = 0x80 + 24 + 64;
const certificatesAt = 0x80 + 24 + 112 + 32;

/** A PE file of `length` bytes; its certificate table, where it has one, begins at `certificates`. */
function samplePe(length: number, certificates?: number): Buffer {
  const file = Buffer.alloc(length, 0x5a);
  file.writeUInt32LE(0x80, 0x3c);
  file.write("PE\0\0", 0x80, "latin1");
  file.writeUInt16LE(0x20b, 0x80 + 24);
  file.writeUInt32LE(0xdead, checksumAt);
  file.writeUInt32LE(certificates ?? 0, certificatesAt);
  file.writeUInt32LE(certificates === undefined ? 0 : length - certificates, certificatesAt + 4);
  return file;
}

test("a signed PE file loses its certificates and the entry that pointed to them", () => {
  const cut = withoutCertificates(samplePe(0x900, 0x800));
  expect(cut.length).toBe(0x800);
  expect(cut.readBigUInt64LE(certificatesAt)).toBe(0n);
});

test("a PE file without certificates stays as it is", () => {
  const file = samplePe(0x800);
  expect(withoutCertificates(file)).toBe(file);
});

test("certificates in the middle of a PE file are refused: they were stranded there", () => {
  const file = Buffer.concat([samplePe(0x900, 0x800), Buffer.alloc(8)]);
  expect(() => withoutCertificates(file)).toThrow("does not end the PE file");
});

/** The sum as imagehlp.dll describes it, taken word by word without folding on the way. */
function checksum(file: Buffer): number {
  let sum = 0n;
  for (let at = 0; at < file.length; at += 2) {
    if (at === checksumAt || at === checksumAt + 2) continue;
    sum += BigInt(file.readUInt8(at)) + (at + 1 < file.length ? BigInt(file.readUInt8(at + 1)) << 8n : 0n);
  }
  while (sum > 0xffffn) sum = (sum & 0xffffn) + (sum >> 16n);
  return Number(sum) + file.length;
}

test.each([
  ["an even number of bytes", 0x800],
  ["an odd number of bytes", 0x801],
  ["so many bytes that the sum overflows often", 0x80000],
])("the checksum of a PE file with %s is that of its words and its length", (_, length) => {
  const file = samplePe(length);
  expect(withChecksum(file).readUInt32LE(checksumAt)).toBe(checksum(file));
});

test("a checksum changes nothing else in a PE file", () => {
  const file = samplePe(0x800);
  const summed = withChecksum(file);
  summed.writeUInt32LE(0xdead, checksumAt);
  expect(summed.equals(file)).toBe(true);
});

test("what is no 64-bit PE file is refused", () => {
  expect(() => withChecksum(Buffer.alloc(0x800))).toThrow("not a PE file");
  const narrow = samplePe(0x800);
  narrow.writeUInt16LE(0x10b, 0x80 + 24);
  expect(() => withChecksum(narrow)).toThrow("not a 64-bit PE file");
});
