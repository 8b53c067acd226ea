import { expect, test } from "vitest";

import { withoutSections } from "../../scripts/packaging/elf.ts";

/** An ELF file of one loaded segment of 0x200 bytes, then 0x300 bytes of symbols and a section table. */
function sampleElf(): Buffer {
  const file = Buffer.alloc(0x600, 0xaa);
  file.fill(0, 0, 0x200);
  file.writeUInt32BE(0x7f454c46, 0);
  file.set([2, 1, 1], 4);
  file.writeBigUInt64LE(64n, 32);
  file.writeBigUInt64LE(0x500n, 40);
  [56, 1, 64, 4, 3].forEach((value, place) => file.writeUInt16LE(value, 54 + place * 2));
  file.writeUInt32LE(1, 64);
  file.writeBigUInt64LE(0n, 64 + 8);
  file.writeBigUInt64LE(0x200n, 64 + 32);
  return file;
}

test("an ELF program loses what lies behind its last loaded byte, and says that it has no sections", () => {
  const cut = withoutSections(sampleElf());
  expect(cut.length).toBe(0x200);
  expect([cut.readBigUInt64LE(40), cut.readUInt16LE(60), cut.readUInt16LE(62)]).toEqual([0n, 0, 0]);
});

test("an ELF program keeps its program headers and every loaded byte", () => {
  const program = sampleElf();
  expect(withoutSections(program).subarray(64).equals(program.subarray(64, 0x200))).toBe(true);
});

test("an ELF program without sections stays as it is", () => {
  const cut = withoutSections(sampleElf());
  expect(withoutSections(cut).equals(cut)).toBe(true);
});

test("an ELF program that was cut off is refused", () => {
  expect(() => withoutSections(sampleElf().subarray(0, 0x1ff))).toThrow("beyond the end");
});

test.each([
  ["of 32 bits", 4, 1],
  ["with the most significant byte first", 5, 2],
  ["that is none", 0, 0],
])("an ELF program %s is refused", (_, at, value) => {
  const program = sampleElf();
  program.writeUInt8(value, at);
  expect(() => withoutSections(program)).toThrow("not a 64-bit little-endian ELF file");
});
