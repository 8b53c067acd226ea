import { describe, expect, test } from "vitest";
import { decodeBase64, decodeSecretData } from "../src/evidence/go/base64.ts";
import { decodeUtf8, utf8Bytes } from "../src/evidence/go/utf8.ts";

function decode(text: string, padded: boolean): string {
  const result = decodeBase64(utf8Bytes(text), padded);
  return result.ok ? `=${decodeUtf8(result.bytes)}` : `byte ${result.offset}`;
}

/** Text, what StdEncoding and RawStdEncoding of Go 1.26 make of it (=text, or the byte that the error names), and why. */
const table: readonly (readonly [string, string, string, string])[] = [
  ["", "=", "=", "nothing is nothing"],
  ["YTpi", "=a:b", "=a:b", "whole quanta need no padding"],
  ["YTpiYg==", "=a:bb", "byte 6", "padding belongs to one of the two only"],
  ["YTpiYg", "byte 4", "=a:bb", "and its absence to the other"],
  ["YTpiYg=", "byte 7", "byte 6", "half the padding is none"],
  ["YTpiYg=x", "byte 6", "byte 6", "nor is padding and a letter"],
  ["YTpiYg==YTpi", "byte 8", "byte 6", "what follows padding is garbage"],
  ["YTpiYg==\r\n", "=a:bb", "byte 6", "but for line breaks"],
  ["YT\npi", "=a:b", "=a:b", "line breaks may be anywhere"],
  ["YTpiYg=\n=", "=a:bb", "byte 6", "between the paddings too"],
  ["YTpi Yg==", "byte 4", "byte 4", "a blank is not a line break"],
  ["YTpi\t", "byte 4", "byte 4", "nor is a tab"],
  [" YTpi", "byte 0", "byte 0", "also at the edge"],
  ["YTp-", "byte 3", "byte 3", "the URL alphabet is another one"],
  ["%%%", "byte 0", "byte 0", "what is no base64 at all"],
  ["=", "byte 0", "byte 0", "padding of nothing"],
  ["a", "byte 0", "byte 0", "one character is no byte"],
  ["YTpiY", "byte 4", "byte 4", "also behind whole quanta"],
  ["YTpi\nY", "byte 5", "byte 5", "counted back from the end, not from the quantum"],
  ["YTpiYh==", "=a:bb", "byte 6", "left-over bits are ignored"],
  ["YTpié", "byte 4", "byte 4", "counted in bytes of UTF-8"],
];

describe("base64 is decoded as Go decodes it", () => {
  test.each(table)("%j padded", (text, padded) => expect(decode(text, true)).toBe(padded));
  test.each(table)("%j unpadded", (text, _padded, raw) => expect(decode(text, false)).toBe(raw));
});

/** Values of a Secret's data as files have them. */
const values: readonly (readonly [string, string | undefined, string])[] = [
  ["e30=", "{}", "as the API server prints it"],
  ["e30", "{}", "without its padding"],
  [" e3\n  0=\n", "{}", "folded by YAML"],
  ["", "", "nothing"],
  ["<redacted>", undefined, "no base64"],
  ["e3-_", undefined, "the URL alphabet, which the API server refuses"],
];

test.each(values)("data %j is read as %j", (text, expected) => {
  const bytes = decodeSecretData(text);
  expect(bytes === undefined ? undefined : decodeUtf8(bytes)).toBe(expected);
});

test("a megabyte of padding or blanks is read like anything else", () => {
  expect(decodeSecretData(`${"=".repeat(1_000_000)}x`)).toBeUndefined();
  expect(decodeSecretData(`${" ".repeat(1_000_000)}e30=`)).toEqual(utf8Bytes("{}"));
});
