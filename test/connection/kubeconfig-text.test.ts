import { expect, test } from "vitest";

import { parseKubeconfigText } from "../../src/gather/connection/kubeconfig/text.ts";
import { parsePrintedYaml } from "../../src/gather/files/printed-yaml.ts";
import { samples } from "./kubeconfig-samples.ts";

/** What the yaml package makes of a kubeconfig: a comment is all that it takes to need it. */
const reference = (text: string): Promise<unknown> => parseKubeconfigText(Buffer.from(`${text}# x\n`));

test.each(samples)("a kubeconfig by $by is read as the yaml package reads it", async ({ text, printed }) => {
  expect(parsePrintedYaml(text)).toEqual(printed ? { value: await reference(text) } : undefined);
});

test.each([
  ["an octal number", "a: 0123\n"],
  ["a number with a mark for thousands", "a: 1_000\n"],
  ["a binary number", "a: 0b101\n"],
  ["a hexadecimal number with a sign", "a: -0x1f\n"],
  ["a word for true", "a: Yes\n"],
  ["a word for true as a key", "y: a\n"],
])("%s, as YAML 1.1 has it, is left to the yaml package", (_title, text) => {
  expect(parsePrintedYaml(text)).toBeUndefined();
});

test("whatever is read without the yaml package is read as it would read it", async () => {
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
    text += "\n";
    const printed = parsePrintedYaml(text);
    if (printed === undefined) continue;
    compared += 1;
    expect(printed.value, JSON.stringify(text)).toEqual(await reference(text));
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
