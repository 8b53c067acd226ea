import { describe, expect, test } from "vitest";

import { signAdHoc, withoutSignature } from "../../scripts/packaging/mach-o.ts";
import { signatureFaults } from "./mach-o-reader.ts";
import { type Sample, sampleMachO } from "./sample-mach-o.ts";

const identifier = "kubectl-why_pull";

const samples: readonly (readonly [why: string, sample: Sample])[] = [
  ["of Apple Silicon", { arch: "arm64", linkEdit: 700 }],
  ["of Intel", { arch: "x86_64", linkEdit: 700 }],
  ["whose end is at a page's border", { arch: "arm64", linkEdit: 0x1000 }],
  ["whose end is not at a multiple of 16", { arch: "x86_64", linkEdit: 9001 }],
];

describe("a Mach-O program", () => {
  const faults = (file: Buffer): string[] => signatureFaults(file, identifier);

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
