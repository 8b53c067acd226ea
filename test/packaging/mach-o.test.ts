import { createHash } from "node:crypto";

import { describe, expect, test } from "vitest";

import { signAdHoc, withoutSignature } from "../../scripts/packaging/mach-o.ts";
import { type Sample, sampleMachO } from "./sample-mach-o.ts";

const identifier = "kubectl-why_pull";
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Reads a signature as the kernel does (xnu, bsd/kern/ubc_subr.c and osfmk/kern/cs_blobs.h), written without a look at what makes one.
 * Returns what is wrong with the file.
 */
function faults(file: Buffer): string[] {
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
  return [...found, ...directoryFaults(file, offset, parts)];
}

function directoryFaults(file: Buffer, codeLimit: number, parts: ReadonlyMap<number, Buffer>): string[] {
  const found: string[] = [];
  const directory = parts.get(0);
  const requirements = parts.get(2);
  if (directory === undefined || requirements === undefined || parts.get(0x10000)?.length !== 8)
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
  if (sha256(requirements) !== hash(-2)) found.push("the requirements have another hash");
  return found;
}

const samples: readonly (readonly [why: string, sample: Sample])[] = [
  ["of Apple Silicon", { arch: "arm64", linkEdit: 700 }],
  ["of Intel", { arch: "x86_64", linkEdit: 700 }],
  ["whose end is at a page's border", { arch: "arm64", linkEdit: 0x1000 }],
  ["whose end is not at a multiple of 16", { arch: "x86_64", linkEdit: 9001 }],
];

describe("a Mach-O program", () => {
  test.each(samples)("%s is signed so that every page's hash is right", (_, sample) => {
    expect(faults(signAdHoc(sampleMachO(sample), identifier))).toEqual([]);
  });

  test.each(samples)("%s keeps its bytes but for what a signature changes", (_, sample) => {
    const program = sampleMachO(sample);
    const signed = signAdHoc(program, identifier);
    expect(signed.subarray(0x1000, program.length).equals(program.subarray(0x1000))).toBe(true);
    expect(signed.subarray(0, 16).equals(program.subarray(0, 16))).toBe(true);
  });

  test.each(samples)("%s is the same after signing twice as after signing once", (_, sample) => {
    const once = signAdHoc(sampleMachO(sample), identifier);
    expect(signAdHoc(once, identifier).equals(once)).toBe(true);
  });

  test("has a __LINKEDIT segment that reaches to the end of the file, in whole pages of its processor", () => {
    for (const [arch, page] of [
      ["arm64", 0x4000],
      ["x86_64", 0x1000],
    ] as const) {
      const signed = signAdHoc(sampleMachO({ arch, linkEdit: 700 }), identifier);
      const at = signed.indexOf("__LINKEDIT") - 8;
      const [memory, offset, size] = [32, 40, 48].map((field) => Number(signed.readBigUInt64LE(at + field)));
      expect((offset ?? 0) + (size ?? 0)).toBe(signed.length);
      expect(memory).toBe(Math.ceil((size ?? 0) / page) * page);
    }
  });

  test("that was changed after signing is found out", () => {
    const signed = signAdHoc(sampleMachO({ arch: "arm64", linkEdit: 9001 }), identifier);
    signed.writeUInt8(signed.readUInt8(0x1234) ^ 1, 0x1234);
    expect(faults(signed)).toEqual(["page 1 has another hash"]);
  });

  test("loses exactly its signature when that is taken away", () => {
    const signed = signAdHoc(sampleMachO({ arch: "arm64", linkEdit: 704 }), identifier);
    expect(withoutSignature(signed).equals(sampleMachO({ arch: "arm64", linkEdit: 704 }))).toBe(true);
  });

  test("is refused when its load commands leave no room for one more", () => {
    const tight = sampleMachO({ arch: "arm64", linkEdit: 700, firstSection: "behind the commands" });
    expect(() => signAdHoc(tight, identifier)).toThrow("no room");
  });

  test("is refused when something follows its last segment", () => {
    const longer = Buffer.concat([sampleMachO({ arch: "arm64", linkEdit: 700 }), Buffer.alloc(1)]);
    expect(() => signAdHoc(longer, identifier)).toThrow("__LINKEDIT does not end");
  });

  test("for several processors at once is refused", () => {
    const universal = Buffer.alloc(4096);
    universal.writeUInt32BE(0xcafebabe, 0);
    expect(() => signAdHoc(universal, identifier)).toThrow("thin");
  });
});
