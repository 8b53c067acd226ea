import { describe, expect, test } from "vitest";
import { type GoJson, readGoJson } from "../src/evidence/go/json.ts";
import { utf8Bytes } from "../src/evidence/go/utf8.ts";

const read = (text: string): ReturnType<typeof readGoJson> => readGoJson(utf8Bytes(text));
const errorOf = (text: string): string => {
  const result = read(text);
  return result.ok ? "no error" : result.error;
};

/** Plain values for comparing; an object becomes a list of pairs, so that order and repetition show. */
function plain(value: GoJson): unknown {
  switch (value.type) {
    case "object":
      return value.members.map((member) => [member.name, plain(member.value)]);
    case "array":
      return value.items.map(plain);
    case "string":
      return value.text;
    default:
      return value.type;
  }
}
const valueOf = (text: string): unknown => {
  const result = read(text);
  return result.ok ? plain(result.value) : result.error;
};

/** What it is, the text, and Go's words for it, as Go 1.26 itself gives them. */
const errors: readonly (readonly [string, string, string])[] = [
  ["nothing", "", "unexpected end of JSON input"],
  ["blanks only", " \t\r\n", "unexpected end of JSON input"],
  ["an object that does not end", '{"a":1', "unexpected end of JSON input"],
  ["a member without a value", '{"a":', "unexpected end of JSON input"],
  ["a string that does not end", '"abc', "unexpected end of JSON input"],
  ["a list that does not end", "[1,", "unexpected end of JSON input"],
  ["a word that does not end", "tru", "invalid character ' ' in literal true (expecting 'e')"],
  ["a number that does not end", "-", "invalid character ' ' in numeric literal"],
  ["a fraction that does not end", "1.", "invalid character ' ' after decimal point in numeric literal"],
  ["an exponent that does not end", "1e+", "invalid character ' ' in exponent of numeric literal"],
  ["an escape that does not end", '"\\', "invalid character ' ' in string escape code"],
  ["half of \\u", '"\\u12', "invalid character ' ' in \\u hexadecimal character escape"],
  ["a wrong word", "nil", "invalid character 'i' in literal null (expecting 'u')"],
  ["a wrong letter of false", "[falsy]", "invalid character 'y' in literal false (expecting 'e')"],
  ["YAML", "auths: {}", "invalid character 'a' looking for beginning of value"],
  ["base64 of base64", "eyJhdXRocyI6e319", "invalid character 'e' looking for beginning of value"],
  ["single quotes", "{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ["a comma too many", '{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ["a comma too many in a list", "[1,]", "invalid character ']' looking for beginning of value"],
  ["no colon", '{"a" 1}', "invalid character '1' after object key"],
  ["no comma", '{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
  ["no comma in a list", "[1 2]", "invalid character '2' after array element"],
  ["something behind the end", "{} x", "invalid character 'x' after top-level value"],
  ["a brace too many", '{"auths":{}}}', "invalid character '}' after top-level value"],
  ["a digit behind a leading zero", "01", "invalid character '1' after top-level value"],
  ["a line break in a string", '"a\nb"', "invalid character '\\n' in string literal"],
  ["an unknown escape", '"\\q"', "invalid character 'q' in string escape code"],
  ["a byte order mark", "\ufeff{}", "invalid character 'ï' looking for beginning of value"],
  ["a NUL behind the end", "{}\u0000", "invalid character '\\x00' after top-level value"],
  ["a DEL", "\u007f", "invalid character '\\x7f' looking for beginning of value"],
  ["a byte that is no Latin-1 letter", "[\u00a0]", "invalid character 'Â' looking for beginning of value"],
  ["a backslash", "\\", "invalid character '\\\\' looking for beginning of value"],
];

describe("a text that is no JSON is refused in Go's words", () => {
  test.each(errors)("%s", (_what, text, error) => expect(errorOf(text)).toBe(error));

  test("the shown form of the error never quotes the text", () => {
    for (const [, text, error] of errors) {
      const result = read(text);
      const shown = result.ok ? "" : result.shownError;
      expect(shown).toBe(
        error.replace(/^invalid character '.*?'(?= looking| after| in)/, "invalid character '…'"),
      );
    }
  });
});

/** What it is, the text, and the value. */
const values: readonly (readonly [string, string, unknown])[] = [
  [
    "members keep their order, also numeric ones",
    '{"b":"1","10":"2","9":"3"}',
    [
      ["b", "1"],
      ["10", "2"],
      ["9", "3"],
    ],
  ],
  [
    "repeated members are all there",
    '{"a":null,"a":true}',
    [
      ["a", "null"],
      ["a", "bool"],
    ],
  ],
  ["a member called __proto__ is a member", '{"__proto__":"x"}', [["__proto__", "x"]]],
  ["blanks do not matter", ' { "a" : [ 1 , -0.5e+3 ] }\n', [["a", ["number", "number"]]]],
  ["empty containers", '[{},[],""]', [[], [], ""]],
  ["escapes", '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041"', '"\\/\b\f\n\r\tA'],
  ["a pair of surrogates is one character", '"\\ud83d\\ude00"', "😀"],
  ["half a pair is U+FFFD, and what follows stays", '"\\ud83dx\\ude00"', "\ufffdx\ufffd"],
  ["a half before a whole pair", '"\\ud83d\\ud83d\\ude00"', "\ufffd😀"],
  ["letters beyond ASCII", '"é€😀"', "é€😀"],
];

test.each(values)("%s", (_what, text, value) => expect(valueOf(text)).toEqual(value));

test("each byte that is no UTF-8 becomes a U+FFFD of its own", () => {
  const result = readGoJson(Uint8Array.of(0x22, 0xff, 0xe2, 0x82, 0x41, 0xed, 0xa0, 0x80, 0x22));
  expect(result.ok && plain(result.value)).toBe("\ufffd\ufffd\ufffdA\ufffd\ufffd\ufffd");
});

test("ten thousand levels are read, one more is not, and a million do no harm", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  expect(read(nested(10_000)).ok).toBe(true);
  expect(errorOf(nested(10_001))).toBe("invalid character '[' exceeded max depth");
  expect(errorOf('{"a":'.repeat(1_000_000))).toBe("invalid character '{' exceeded max depth");
});

test("every beginning of a payload ends in an error, never in an exception", () => {
  const text = '{"auths":{"ghcr.io":{"auth":"dTpw\\u0041","n":[-1.5e3,true,null]}}}';
  for (let length = 0; length < text.length; length += 1) expect(read(text.slice(0, length)).ok).toBe(false);
  expect(read(text).ok).toBe(true);
});
