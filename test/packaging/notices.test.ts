import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { notices } from "../../scripts/packaging/notices.ts";

const folder = mkdtempSync(join(tmpdir(), "notices-"));
afterAll(() => rmSync(folder, { recursive: true }));

function installed(name: string, license?: string): string {
  const place = join(folder, "node_modules", name);
  mkdirSync(join(place, "lib"), { recursive: true });
  writeFileSync(join(place, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
  if (license !== undefined) writeFileSync(join(place, license), `The licence of ${name}.\n`);
  return join(place, "lib/index.js");
}

test("every package that a bundled file comes from is named once, with its licence, in alphabetical order", () => {
  const zebra = installed("zebra", "LICENSE");
  const scoped = installed("@scope/ant", "licence.md");
  const text = notices([
    zebra,
    scoped,
    join(folder, "node_modules/zebra/lib/other.js"),
    join(folder, "src/own.ts"),
  ]);
  const rule = "-".repeat(80);
  expect(text.split(rule).slice(1)).toEqual([
    "\n@scope/ant 1.0.0\n\nThe licence of @scope/ant.\n\n",
    "\nzebra 1.0.0\n\nThe licence of zebra.\n",
  ]);
});

test("a package inside another one is asked for its own licence", () => {
  const inner = installed("outer/node_modules/inner", "COPYING");
  expect(notices([inner])).toContain("The licence of outer/node_modules/inner.");
});

test("a package without a licence text stops the build", () => {
  expect(() => notices([installed("bare")])).toThrow("bare 1.0.0 has no licence file");
});
