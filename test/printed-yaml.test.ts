import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { parsePrintedYaml } from "../src/gather/files/printed-yaml.ts";
import { seeded } from "./random.ts";

/** What the yaml package makes of a text: the measure of all that is read here. */
function measure(text: string): { readonly value: unknown } | undefined {
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: "silent" });
  const [document] = documents;
  if (documents.length !== 1 || document === undefined || document.errors.length > 0) return undefined;
  try {
    return { value: document.toJS({ maxAliasCount: 1000 }) as unknown };
  } catch {
    return undefined;
  }
}

describe("what kubectl prints is read, and as the yaml package reads it", () => {
  test.each([
    ["a block mapping", "a: b\nc:\n  d: e\n"],
    ["a list as far left as its key", "items:\n- a: 1\n  b: 2\n- a: 3\n"],
    ["a list that is indented", "items:\n  - a\n  - b: c\n    d: e\n"],
    ["a document's mark", "---\nkind: Pod\n"],
    ["remarks in front of it all", "# one\n\n---\n# two\na: b\n"],
    ["empty collections and values", "a: {}\nb: []\nc: \"\"\nd: ''\ne:\nf: null\n"],
    ["numbers and truth", "a: 0\nb: -12\nc: 123456789012345\nd: true\ne: false\n"],
    ["words that only look like numbers", "a: 10.98.0.2\nb: 1.2.3\nc: 5s\nd: -x\ne: 2026-11-22T05:18:43Z\n"],
    ["a quoted number", "a: \"1\"\nb: 'true'\n"],
    ["colons and hashes inside words", "a: registry.example:5443/x@sha256:0\nb: a#b\n"],
    ["field paths of managedFields", 'f:spec:\n  .: {}\n  k:{"name":"app"}:\n    f:image: {}\n'],
    ["a quoted key", '\'k:{"type":"Ready"}\': {}\n"a b": c\n'],
    [
      "a folded single-quoted message",
      "message: 'Back-off pulling image \"x\": it''s\n  denied\n  again'\nreason: z\n",
    ],
    ["a plain value on several lines", "message: one\n  two\n  three\nreason: z\n"],
    ["double quotes with JSON's escapes", 'a: "x\\n\\ty\\u00e9 \\"z\\" \\\\"\n'],
    ["literal text", "a: |\n  one\n\n    two\n  - three\nb: |-\n  four\nc: 5\n"],
    ["blank lines between entries", "a:\n- b: c\n\n- d\n\n\ne:\n  f: g\n\nh: i\n\n"],
    ["lines that end in CR LF", "a: b\r\nc:\r\n- d\r\n"],
    ["a flow mapping", "a: {b: c}\n"],
    ["flow collections in each other", "a: [{b: {c: d,e: []}}, [f], {}]\ng: [ h , i ]\n"],
    ["a flow mapping in a list", "- {a: b, c: {d: e}}\n- f: [g]\n"],
    [
      "words of a flow collection",
      "a: [--output, -c, /bin/x, a.b, https://x.test:6443/y, x@y, a=b, null, true, false]\n",
    ],
    ["quotes in a flow collection", `a: {b: "https://[::1]:1, }", c: 'it''s, ] {x}', d: "\\u00e9\\n"}\n`],
    ["a comma at the end of a flow collection", "a: [b, c,]\nd: {e: f, }\n"],
    ["letters beyond ASCII", "a: Grüße, 世界\n"],
  ])("%s", (_, text) => {
    expect(parsePrintedYaml(text)).toEqual(measure(text));
    expect(parsePrintedYaml(text)).toBeDefined();
  });
});

describe("what kubectl does not print is left to the yaml package", () => {
  test.each([
    ["a text without a last line break", "a: b"],
    ["nothing", ""],
    ["a scalar alone", "just words\n"],
    ["a comment", "a: b # c\n"],
    ["a comment line below an entry", "a: b\n# c\nd: e\n"],
    ["a blank line within a plain value", "a: b\n\n  c\n"],
    ["a blank line below a key", "a:\n\n  b: c\n"],
    ["a line of blanks", "a: b\n  \nc: d\n"],
    ["an anchor", "a: &x b\n"],
    ["an alias", "a: *x\n"],
    ["a tag", "a: !!str 1\n"],
    ["a flow mapping over two lines", "a: {b: c,\n  d: e}\n"],
    ["a flow mapping with words behind it", "a: {b: c} d\n"],
    ["a flow mapping with a comment behind it", "a: {b: c} # d\n"],
    ["a flow mapping that is not closed", "a: {b: c\n"],
    ["a flow mapping that another bracket closes", "a: {b: c]\n"],
    ["a flow mapping as JSON has it", 'a: {"b":"c"}\n'],
    ["a key of a flow mapping without a value", "a: {b, c: }\n"],
    ["a pair in a flow list", "a: [b: c]\n"],
    ["a colon without a blank in a flow mapping", "a: {b:c}\n"],
    ["a colon at the end of a word of a flow list", "a: [b:, c]\n"],
    ["several words in a flow list", "a: [b c]\n"],
    ["a quoted scalar with words behind it in a flow list", 'a: ["b" c]\n'],
    ["nothing between two commas of a flow list", "a: [b,, c]\n"],
    ["a number in a flow list", "a: [1]\n"],
    ["a word that is true to some in a flow list", "a: [yes]\n"],
    ["a key that is true to some in a flow mapping", "a: {y: b}\n"],
    ["__proto__ in a flow mapping", "a: {__proto__: b}\n"],
    ["a merge key in a flow mapping", "a: {<<: b}\n"],
    ["an anchor in a flow list", "a: [&b c]\n"],
    ["YAML's own escapes in a flow list", 'a: ["\\x41"]\n'],
    ["a flow list of megabytes", `a: ["${"x".repeat(3e6)}"]\n`],
    ["a hundred brackets and one", `a: ${"[".repeat(101)}${"]".repeat(101)}\n`],
    ["a folded block", "a: >\n  b\n  c\n"],
    ["literal text with an indentation of its own", "a: |2\n    b\n"],
    ["literal text that keeps its end", "a: |+\n  b\n\nc: d\n"],
    ["a tab", "a:\tb\n"],
    ["an octal number", "a: 0o17\n"],
    ["a number with a leading zero", "a: 0123\n"],
    ["a number with a point", "a: 1.5\n"],
    ["an exponent", "a: 1e3\n"],
    ["a number too long for a double", "a: 12345678901234567890\n"],
    ["a word that is true to some", "a: yes\n"],
    ["a key that is no string", "null: a\n"],
    ["a merge key", "<<: a\n"],
    ["__proto__", "__proto__: a\n"],
    ["a list in a list", "a:\n- - b\n"],
    ["a second document", "a: b\n---\nc: d\n"],
    ["YAML's own escapes", 'a: "\\x41"\n'],
    ["double quotes over two lines", 'a: "b\n  c"\n'],
    ["a quote that is not closed", "a: 'b\n"],
    ["words behind a quote", "a: 'b' c\n"],
    ["a wrong indentation", "a:\n    b: c\n  d: e\n"],
    [
      "a hundred levels and one",
      Array.from({ length: 101 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n") + " x\n",
    ],
  ])("%s", (_, text) => {
    expect(parsePrintedYaml(text)).toBeUndefined();
  });
});

const folder = new URL("cases/", import.meta.url);
const samples = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("evidence.yaml"))
  .map((name) => readFileSync(new URL(name.replaceAll("\\", "/"), folder), "utf8"));

const fragments = [
  " ",
  "  ",
  "\n",
  "- ",
  "-",
  ": ",
  ":",
  "#",
  " #",
  "'",
  '"',
  "{a: b, c: [d, e]}",
  "[",
  "}",
  ", ",
  ":a",
  "--x",
  "|",
  "|-",
  ">",
  "{}",
  "[]",
  "{",
  "]",
  "&a",
  "*a",
  "!!str",
  "null",
  "~",
  "yes",
  "0x1",
  "1e3",
  ".5",
  "012",
  "%",
  "@",
  "`",
  "? ",
  "\t",
  "\\",
  "\\n",
  "---\n",
  "...\n",
  "\r\n",
  "é",
  "\u2028",
  "key: v\n",
  "  - x\n",
  "<<: *a\n",
  "''",
  ",",
  '"a": b\n',
  ".: {}\n",
  "+1",
  "=",
  "\n\n",
  "\n  \n",
];

test("no damaged text is read otherwise than the yaml package reads it", () => {
  const random = seeded(20_261_122);
  const damage = (text: string): string => {
    const at = random.below(text.length + 1);
    const fragment = random.pick(fragments);
    switch (random.below(3)) {
      case 0:
        return text.slice(0, at) + fragment + text.slice(at);
      case 1:
        return text.slice(0, at) + text.slice(at + 1 + random.below(4));
      default:
        return text.slice(0, at) + fragment + text.slice(at + fragment.length);
    }
  };
  let read = 0;
  for (let round = 0; round < 6000; round += 1) {
    const lines = random.pick(samples).split("\n");
    const start = random.below(lines.length);
    const cut = lines.slice(start, start + 1 + random.below(14));
    const margin = Math.min(...cut.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
    let text = `${cut.map((line) => line.slice(Number.isFinite(margin) ? margin : 0)).join("\n")}\n`;
    for (let times = random.below(3); times > 0; times -= 1) text = damage(text);
    const found = parsePrintedYaml(text);
    if (found === undefined) continue;
    read += 1;
    if (!isDeepStrictEqual(found, measure(text))) expect(found, text).toEqual(measure(text));
  }
  expect(read).toBeGreaterThan(1000);
});

test("every recorded case is read here, so that the yaml package need not be loaded", () => {
  for (const sample of samples)
    for (const document of sample.split(/^(?=---\n)/m))
      expect(parsePrintedYaml(document)).toEqual(measure(document));
});
