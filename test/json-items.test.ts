import { describe, expect, test } from "vitest";
import { JsonItems } from "../src/gather/files/json-items.ts";
import { type Random, seeded } from "./random.ts";

interface Read {
  readonly entries: unknown[];
  readonly values: unknown[];
}

function read(text: string | Buffer, size: number): Read {
  const found: Read = { entries: [], values: [] };
  const items = new JsonItems("it", {
    entry: (entry) => void found.entries.push(entry),
    value: (value) => void found.values.push(value),
  });
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += size) items.read(bytes.subarray(at, at + size));
  items.end();
  return found;
}

const pieces = [
  "a",
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\n",
  "\n        }",
  "items",
  "é",
  "日",
  "\u{1f600}",
  " ",
  "\u0001",
];

function word(r: Random): string {
  return Array.from({ length: r.below(6) }, () => r.pick(pieces)).join("");
}

function value(r: Random, depth: number): unknown {
  const kind = r.below(depth > 3 ? 4 : 7);
  if (kind === 0) return word(r);
  if (kind === 1) return r.below(1000) / 8;
  if (kind === 2) return r.pick([null, true, false]);
  if (kind === 3) return "";
  if (kind === 4) return Array.from({ length: r.below(4) }, () => value(r, depth + 1));
  return Object.fromEntries(
    Array.from({ length: r.below(4) }, () => [r.pick(["items", word(r)]), value(r, depth + 1)]),
  );
}

function object(r: Random): object {
  return { ...(value(r, 2) as object), kind: "Pod", items: value(r, 2) };
}

const sizes = [1, 2, 3, 7, 64, 1_000_000];

describe("a List in JSON, read in pieces of any size", () => {
  test("gives its entries and its frame as JSON.parse does, indented or not", () => {
    for (let round = 0; round < 300; round += 1) {
      const r = seeded(round);
      const items = Array.from({ length: r.below(5) }, () => object(r));
      const before = r.chance(50) ? { kind: "List", metadata: { items: [1, 2] } } : {};
      const after = { kind: "List", metadata: value(r, 2), nested: { items: [object(r)] } };
      const text = JSON.stringify({ ...before, items, ...after }, undefined, r.pick([0, 1, 4, "\t"]));
      const padded = `${r.pick(["", " \n"])}${text}${r.pick(["", "\n"])}`;
      for (const size of sizes) {
        const found = read(padded, size);
        expect(found.entries, `round ${round}, size ${size}`).toEqual(items);
        expect(found.values).toEqual([{ ...before, items: [], ...after }]);
      }
    }
  });

  test("gives the entries of an outermost list, and several values one after the other", () => {
    for (const size of sizes) {
      expect(read('[{"a":1}, {"b":[2]}]', size)).toEqual({ entries: [{ a: 1 }, { b: [2] }], values: [[]] });
      expect(read('{"a":1}\n{"items":[{"b":2}]}{"c":{"items":[3]}}', size)).toEqual({
        entries: [{ b: 2 }],
        values: [{ a: 1 }, { items: [] }, { c: { items: [3] } }],
      });
    }
  });

  test("passes over entries that are no objects, and over lists in lists", () => {
    for (const size of sizes)
      expect(read('{"items":["a]}\\"", 1, null ,{"a":1},"b",[{"c":2}]],"kind":"List"}', size)).toEqual({
        entries: [{ a: 1 }, [{ c: 2 }]],
        values: [{ items: [], kind: "List" }],
      });
  });

  test("is not misled by indentation that does not fit", () => {
    const text = '{"items": [\n  {"a": {\n  }, "b": 1},\n    {"c": [\n    ]\n    }\n]}';
    for (const size of sizes) expect(read(text, size).entries).toEqual([{ a: {}, b: 1 }, { c: [] }]);
  });

  test.each([
    ['{"items":[{"a":1}', "it is no JSON, it seems to be cut off"],
    ['{"items":[{"a":1},{"b":"', "it is no JSON, it seems to be cut off"],
    ['{"items":[{"a":1 "b":2}]}', "it is no JSON"],
    ['{"items":[{a:1}]}', "it is no JSON"],
    ['{"items":[{"a":1}x]}', "it is no JSON"],
    ['{"items":[{"a":1}]}}', "it is no JSON"],
    ['{"items":[]} kind: Pod', "it is no JSON"],
    [Buffer.from('{"items":[{"a":"\xff"}]}', "latin1"), "it is no text in UTF-8 or UTF-16"],
  ])("says that %s is none", (text, words) => {
    for (const size of sizes) expect(() => read(text, size)).toThrow(words);
  });
});
