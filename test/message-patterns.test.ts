import { describe, expect, it } from "vitest";
import { answerWords, strangeWords } from "../src/pull/message/words/answer.ts";
import {
  diskWords,
  digestWords,
  encryptedWords,
  manifestWords,
  unpackWords,
} from "../src/pull/message/words/content.ts";
import { maskNames } from "../src/pull/message/names.ts";
import { connectWords, deadlineWords, interruptedWords } from "../src/pull/message/words/network.ts";
import { nodeWords } from "../src/pull/message/words/node.ts";
import { unwrapKubelet } from "../src/pull/message/message.ts";

const long = 100_000;
const tables = [
  answerWords,
  strangeWords,
  diskWords,
  digestWords,
  encryptedWords,
  manifestWords,
  unpackWords,
  connectWords,
  deadlineWords,
  interruptedWords,
  nodeWords,
]
  .flat()
  .flatMap(([kind, phrases]) =>
    phrases.flatMap((phrase) => (typeof phrase === "string" ? [] : [[kind, phrase[1]] as const])),
  );

function repeated(piece: string): string {
  return piece.repeat(Math.ceil(long / piece.length)).slice(0, long);
}

/** The literal beginning of each alternative: a text of nothing else lets a pattern begin at every place. */
function beginnings(pattern: RegExp): readonly string[] {
  return pattern.source
    .split("|")
    .map(
      (alternative) =>
        /[A-Za-z0-9 :/'-]{3,}/.exec(alternative.replaceAll(/\\[a-zA-Z]|\(\?[:!<=]+/g, ""))?.[0],
    )
    .filter((beginning) => beginning !== undefined);
}

// A pattern whose time grows with the square of the length takes longer here than a test may.
describe("a hundred thousand characters of the beginning of a pattern", () => {
  it.each(tables)("are soon through for %s: %s", (_kind, pattern) => {
    const found = beginnings(pattern);
    expect(found.length).toBeGreaterThan(0);
    for (const beginning of found)
      expect(pattern.test(repeated(`${beginning} `).concat("\n"))).toBeTypeOf("boolean");
  });

  it.each([
    "reading manifest ",
    "reading manifest a in ",
    "pinging container registry ",
    ": lookup ",
    "pull access denied for ",
    "repository ",
    "repository a ",
    "manifest for ",
    "repo a, ",
    "image name ",
    "for image ",
    "certificate for a ",
    "certificate is valid for a, ",
    "Error pulling image (",
    "image verifier ",
    "for reason: verifier ",
    "failed to solve: ",
    "dialing ",
    "Get https://a.b/",
    '"a.b',
    "'a",
    "“a",
    '\\\\"',
    "\\n",
    "a/b:c@",
    "[manifests ",
  ])("are soon through when names are looked for: %s", (piece) => {
    expect(maskNames(repeated(piece)).text.length).toBeGreaterThan(0);
  });

  it.each([
    "rpc error: code = Unknown desc = ",
    "(combined from similar events): ",
    "spec.containers{",
    'Failed to pull image "',
    'Back-off pulling image "a": ',
    'failed to "StartContainer" for "a" with ErrImagePull: "',
    "image pull failed for ",
    'time="" level=error error="',
    '{"message":"',
    "Error: ",
  ])("are soon through when a wrapper is taken off: %s", (piece) => {
    expect(unwrapKubelet(repeated(piece)).error?.length ?? long).toBeLessThanOrEqual(long);
  });
});
