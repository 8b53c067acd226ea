import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aggregateParts, readLimit, readMessage, unwrapKubelet } from "../src/pull/message/message.ts";

const long = 100_000;

/** Beginnings and repetitions that a careless pattern would try again from every place. */
const pathological: readonly (readonly [string, string])[] = [
  ["a", "one letter"],
  [" ", "white space"],
  ["\n \t", "line ends and indents"],
  ['"', "quotes"],
  ["\\", "backslashes"],
  ['\\"', "escaped quotes"],
  ["[", "open brackets"],
  ["[], ", "commas of an aggregate"],
  ["rpc error: code = Unknown desc = ", "gRPC's prefix"],
  ['Failed to pull image "', "the kubelet's prefix"],
  ['[failed to pull and unpack image "x": ', "errors that begin and never end"],
  ["(Mirrors also failed: [", "mirrors that never end"],
  ["https://", "addresses without a host"],
  ["a.b/c:d@", "references"],
  ["x509: certificate is valid for a, ", "a certificate's names"],
  ["dial tcp 10.0.0.1:443: ", "dials"],
  ["lookup ", "lookups"],
  ["repository with name x ", "a registry's sentence"],
  ["“", "curly quotes"],
  ["'", "single quotes"],
  ["image pull failed for ", "an old kubelet's sentence"],
  ["unexpected status code [manifests ", "statuses"],
];

describe("a message of a hundred thousand characters", () => {
  it.each(pathological)("is read like its two ends: %j (%s)", (piece) => {
    const text = piece.repeat(Math.ceil(long / piece.length)).slice(0, long);
    const ends = `${text.slice(0, readLimit / 2)}\n${text.slice(1 - readLimit / 2)}`;
    expect(ends.length).toBe(readLimit);
    expect(readMessage(text)).toEqual(readMessage(ends));
    expect(aggregateParts(text).join("").length).toBeGreaterThan(0);
    expect(unwrapKubelet(`Failed to pull image "r.example/a:1": ${text}`).image).toBe("r.example/a:1");
  });

  it("keeps the wrapper in front and the cause behind", () => {
    const text = `Failed to pull image "r.example/a:1": ${"x".repeat(long)}: connect: connection refused`;
    expect(readMessage(text)).toMatchObject({ kind: "connect-refused", image: "r.example/a:1" });
  });

  it("does not look at what lies between", () => {
    const text = `Failed to pull image "r.example/a:1": ${"x ".repeat(long / 4)} no space left on device ${"x ".repeat(long / 4)}`;
    expect(readMessage(text).kind).toBe("unknown");
  });
});

it("reads words through control characters, and knows no words in them", () => {
  expect(
    readMessage('\u001b[31mFailed to pull image "r.example/a:1": \u0007pull QPS exceeded\u0000').kind,
  ).toBe("pull-qps-exceeded");
  expect(readMessage("\u0000\u001b\u0007").kind).toBe("unknown");
});

/** The literals of a source text, comments aside. */
function patternsOf(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/(^|\s)\/\/ .*/g, "");
  const literal = /(?<=[=(,[:?!&|\s])\/(?![*/ ])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\/[dgimsuvy]*/g;
  return [...code.matchAll(literal)].map(([pattern]) => pattern);
}

/** A group that may repeat without end and holds something that may repeat without end: time that doubles by the letter. */
function nests(pattern: string): boolean {
  const endless: boolean[] = [false];
  for (let index = 1; index < pattern.length; index += 1) {
    const rest = pattern.slice(index);
    if (rest.startsWith("\\")) index += 1;
    else if (rest.startsWith("[")) index += (/^\[(?:\\.|[^\]\\])*\]/.exec(rest)?.[0].length ?? 1) - 1;
    else if (rest.startsWith("(")) endless.push(false);
    else if (rest.startsWith(")")) {
      const inside = endless.pop() ?? false;
      const repeats = /^\)(?:[*+]|\{\d+,\})/.test(rest);
      if (inside && repeats) return true;
      if (inside || repeats) endless[endless.length - 1] = true;
    } else if (/^(?:[*+]|\{\d+,\})/.test(rest)) endless[endless.length - 1] = true;
  }
  return false;
}

describe("patterns of message reading", () => {
  const folder = "src/pull/message";
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
  const patterns = files.flatMap((file) =>
    patternsOf(readFileSync(file, "utf8")).map((pattern) => [file, pattern] as const),
  );

  it("are found in the sources", () => {
    expect(patterns.length).toBeGreaterThan(100);
    expect(nests("/(?:a+b?)+c/")).toBe(true);
    expect(nests("/(?:a(b*))*/")).toBe(true);
    expect(nests("/(?:[a+]b){1,8}c+/")).toBe(false);
  });

  it("never repeat without end what repeats without end", () => {
    expect(patterns.filter(([, pattern]) => nests(pattern))).toEqual([]);
  });

  it("never skip any distance at all", () => {
    // `.*` and its like, looked for from every place of the text, cost its length squared.
    const skips = (pattern: string): boolean =>
      /\[\^(?:\\n)?\][*+]/.test(pattern) ||
      /\.[*+]/.test(pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, ""));
    expect([skips("/a.*b/"), skips("/a[^]+b/"), skips("/[.+]\\.+/")]).toEqual([true, true, false]);
    expect(patterns.filter(([, pattern]) => skips(pattern))).toEqual([]);
  });
});
