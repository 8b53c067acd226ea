import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";

import { parseKubeconfigText } from "../../src/gather/connection/kubeconfig/text.ts";
import { parsePlainYaml } from "../../src/gather/connection/kubeconfig/plain-yaml.ts";
import { samples } from "./kubeconfig-samples.ts";

/** What the yaml package makes of a text; undefined for an error. It alone takes "e1" for a number. */
function reference(text: string): { readonly value: unknown } | undefined {
  const [document] = parseAllDocuments(text, {
    version: "1.1",
    uniqueKeys: false,
    merge: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (document === undefined || !("toJS" in document) || document.errors.length > 0) return undefined;
  return { value: document.toJS() as unknown };
}

test.each(samples)("a kubeconfig by $by is read as the yaml package reads it", ({ text, plain }) => {
  expect(parsePlainYaml(text)).toEqual(plain ? reference(text) : undefined);
});

test.each([
  ["a comment behind a value", "a: x #c"],
  ["what may be a number", "a: 0x1f"],
  ["what may be a date", "a: 2026-01-01"],
  ["a word for true", "a: Yes"],
  ["a word for true as a key", "y: a"],
  ["a second document", "a: b\n---\nc: d"],
  ["a tab", "a:\tb"],
  ["an anchor", "a: &b c"],
  ["a block scalar", "a: |\n  b"],
  ["an escape", 'a: "\\n"'],
  ["a blank line within a scalar", "a: b\n\n  c"],
  ["a mapping below a scalar", "a: b\n  c: d"],
  ["a list in a list", "- - a"],
  ["a trailing comma", "a: [b,]"],
  ["brackets that do not close", "a: [b\n"],
  ["two columns of one mapping", "a: b\n c: d"],
])("%s is left to the yaml package", (_title, text) => {
  expect(parsePlainYaml(text)).toBeUndefined();
});

test("whatever is read without the yaml package is read as it would read it", () => {
  const pieces = [
    " ",
    "  ",
    "\n",
    ":",
    ": ",
    "- ",
    "#",
    " #",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "y",
    "null",
    "1",
    ".",
    "~",
    "|",
    "&a",
    "*a",
    "!",
    "\t",
    "\r\n",
    "\r",
    "---",
    "? ",
    "<<",
    "\\",
    "a b",
    "é",
    "\n  key: v",
    "\n- ",
  ];
  let seed = 7;
  const upTo = (limit: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  let compared = 0;
  for (let round = 0; round < 1500; round += 1) {
    let text = samples[upTo(samples.length)]?.text ?? "";
    const lines = text.split("\n");
    const from = upTo(lines.length);
    if (upTo(2) === 0) text = lines.slice(from, from + 1 + upTo(6)).join("\n");
    for (let changes = 1 + upTo(3); changes > 0; changes -= 1) {
      const at = upTo(text.length + 1);
      text = text.slice(0, at) + (pieces[upTo(pieces.length)] ?? "") + text.slice(at + upTo(4));
    }
    const plain = parsePlainYaml(text);
    if (plain === undefined || /(^|[ {])e\d+\b/m.test(text)) continue;
    compared += 1;
    if (!isDeepStrictEqual(plain, reference(text)))
      expect(plain, JSON.stringify(text)).toEqual(reference(text));
  }
  expect(compared).toBeGreaterThan(200);
});

test.each([
  ["e1", "e1"],
  ["1e3", 1000],
  ["12:30:40", "12:30:40"],
  ["2026-01-01", "2026-01-01"],
  ["yes", true],
  ["!!binary aGk=", "aGk="],
])("the yaml package is held to what Go's decoder makes of %s", async (text, value) => {
  expect(await parseKubeconfigText(Buffer.from(`a: ${text} # the comment needs the package`))).toEqual({
    a: value,
  });
});

test("an error names the line and never the text", async () => {
  const text = "users:\n- token: hunter2: x\n";
  await expect(parseKubeconfigText(Buffer.from(text))).rejects.toThrow(/^yaml: line 2: (?!.*hunter2)/);
});

test("aliases without end are refused", async () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${["b", "c", "d", "e"].map((key, at) => `${key}: &${key} [${Array(10).fill(`*${"abcd"[at]}`).join(", ")}]`).join("\n")}\n`;
  await expect(parseKubeconfigText(Buffer.from(bomb))).rejects.toThrow(
    /^yaml: document contains excessive aliasing/,
  );
});
