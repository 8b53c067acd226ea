import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bytesOf } from "../src/gather/bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([0, 1, 4096, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024])(
  "a file of %i bytes is read whole",
  (size) => {
    const file = join(folder, String(size));
    const bytes = Buffer.alloc(size, "0123456789abc");
    writeFileSync(file, bytes);
    const pieces = [...bytesOf(file)];
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(pieces.every(({ length }) => length > 0)).toBe(true);
  },
);

test.runIf(process.platform === "linux")("a file that does not know its size is read whole", () => {
  expect(Buffer.concat([...bytesOf("/proc/self/status")]).toString()).toMatch(
    /^Name:.*\nnonvoluntary_ctxt_switches:\t\d+\n$/s,
  );
});

test("a file that grew to more than is wanted is refused", () => {
  const file = join(folder, "large");
  writeFileSync(file, Buffer.alloc(4097));
  expect(() => [...bytesOf(file, 4096)]).toThrow(/is larger than/);
});
