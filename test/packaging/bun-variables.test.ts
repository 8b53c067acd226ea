import { expect, test } from "vitest";

import { withoutVariables } from "../../scripts/packaging/bun-variables.ts";

const names = [
  "BUN_OPTIONS",
  "BUN_BE_BUN",
  "BUN_INSPECT",
  "BUN_INSPECT_CONNECT_TO",
  "BUN_INSPECT_PRELOAD",
  "BUN_BYTECODE_ORDER_OUT",
  "BUN_BYTECODE_ORDER_NAMES_OUT",
  "BUN_BYTECODE_DIGEST_OUT",
];

/** The names as a linker lays them out, beside one that stays and a sentence that names one. */
const sample = (...more: string[]): Buffer =>
  Buffer.from(["code", ...names, "HOME", "set BUN_OPTIONS to …", ...more, ""].join("\0"));

test("no name that Bun obeys is left to look for, and nothing else is changed", () => {
  const program = sample();
  const deaf = withoutVariables(program);
  expect(deaf.length).toBe(program.length);
  for (const name of names) expect(deaf.includes(`\0${name}\0`), name).toBe(false);
  const changed = [...program.keys()].filter((at) => program[at] !== deaf[at]);
  expect(changed.map((at) => program.toString("latin1", at, at + 4))).toEqual(names.map(() => "BUN_"));
  expect(deaf.toString()).toContain("\0HOME\0set BUN_OPTIONS to …\0");
});

test("a Bun that has a name twice, or not at all, is refused", () => {
  expect(() => withoutVariables(sample("BUN_BE_BUN"))).toThrow("BUN_BE_BUN");
  expect(() => withoutVariables(Buffer.from("code\0HOME\0"))).toThrow("BUN_OPTIONS");
});
