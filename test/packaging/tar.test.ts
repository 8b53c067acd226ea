import { gunzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { tarGz } from "../../scripts/packaging/tar.ts";

interface Entry {
  readonly name: string;
  readonly mode: string;
  readonly type: string;
  readonly owner: string;
  readonly text: string;
  readonly checksumHolds: boolean;
}

/** Reads ustar as POSIX describes it. */
function entries(archive: Buffer): Entry[] {
  const bytes = gunzipSync(archive);
  const found: Entry[] = [];
  let at = 0;
  for (; bytes[at] !== 0;) {
    const block = bytes.subarray(at, at + 512);
    const text = (from: number, to: number): string =>
      block.toString("latin1", from, to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8);
    const unsigned = Buffer.from(block);
    unsigned.fill(" ", 148, 156);
    found.push({
      name: text(0, 100),
      mode: text(100, 108),
      type: text(156, 157),
      owner: `${text(108, 116)}:${text(116, 124)}`,
      text: bytes.toString("utf8", at + 512, at + 512 + size),
      checksumHolds: Number.parseInt(text(148, 156), 8) === unsigned.reduce((sum, byte) => sum + byte, 0),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  expect(bytes.length - at, "two empty blocks end an archive").toBe(1024);
  return found;
}

const files = [
  { name: "kubectl-why_pull", mode: 0o755, bytes: Buffer.from("x".repeat(512)) },
  { name: "LICENSE", mode: 0o644, bytes: Buffer.from("short") },
  { name: "empty", mode: 0o644, bytes: Buffer.alloc(0) },
];

test("an archive holds regular files with their modes, owned by nobody in particular", () => {
  const shared = { type: "0", owner: "0000000:0000000", checksumHolds: true };
  expect(entries(tarGz(files))).toEqual([
    { name: "kubectl-why_pull", mode: "0000755", text: "x".repeat(512), ...shared },
    { name: "LICENSE", mode: "0000644", text: "short", ...shared },
    { name: "empty", mode: "0000644", text: "", ...shared },
  ]);
});

test("the same files make the same archive, and nothing in it tells when or where", () => {
  const archive = tarGz(files);
  expect(tarGz(files).equals(archive)).toBe(true);
  // RFC 1952: flags, time, and the kind of system.
  expect([...archive.subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);
});

test("a name that the header has no room for is refused", () => {
  expect(() => tarGz([{ name: "n".repeat(100), mode: 0o644, bytes: Buffer.alloc(0) }])).toThrow("too long");
});
