import { describe, expect, it } from "vitest";
import type { FailureKind } from "../src/pull/message/kinds.ts";
import { readMessage, unwrapKubelet } from "../src/pull/message/message.ts";
import { maskNames } from "../src/pull/message/names.ts";
import { firstKind, type Phrase, type Words } from "../src/pull/message/words.ts";
import { answerExamples, strangeExamples } from "../src/pull/message/words/answer.examples.ts";
import { answerWords, strangeWords } from "../src/pull/message/words/answer.ts";
import {
  contentExamples,
  manifestExamples,
  unpackExamples,
} from "../src/pull/message/words/content.examples.ts";
import {
  digestWords,
  diskWords,
  encryptedWords,
  manifestWords,
  unpackWords,
} from "../src/pull/message/words/content.ts";
import type { Examples } from "../src/pull/message/words/examples.ts";
import {
  connectExamples,
  interruptedExamples,
  deadlineExamples,
} from "../src/pull/message/words/network.examples.ts";
import { connectWords, deadlineWords, interruptedWords } from "../src/pull/message/words/network.ts";
import { nodeExamples, silentExamples, speakingExamples } from "../src/pull/message/words/node.examples.ts";
import { nodeWords, runtimeSpeaks, silentRuntimeWords } from "../src/pull/message/words/node.ts";
import { alternativesOf, inAll } from "./alternatives.ts";

const tables: readonly (readonly [name: string, readonly Words[], Examples])[] = [
  ["answer", answerWords, answerExamples],
  ["strange", strangeWords, strangeExamples],
  ["content", [...encryptedWords, ...diskWords, ...digestWords], contentExamples],
  ["manifest", manifestWords, manifestExamples],
  ["unpack", unpackWords, unpackExamples],
  ["connect", connectWords, connectExamples],
  ["interrupted", interruptedWords, interruptedExamples],
  ["deadline", deadlineWords, deadlineExamples],
  ["node", nodeWords, nodeExamples],
];

function masked(text: string): string {
  return maskNames(unwrapKubelet(text).error ?? text).text;
}

function examplesOf({ words }: Examples): readonly (readonly [string, FailureKind])[] {
  return Object.entries(words).flatMap(([kind, texts]) =>
    texts.map((text) => [text, kind as FailureKind] as const),
  );
}

/** The phrases of a row without one of them, or without one alternative of its pattern. */
function withoutEach(
  phrases: readonly Phrase[],
): readonly { readonly alternative: string; readonly left: readonly Phrase[] }[] {
  return phrases.flatMap((phrase, at) => {
    if (typeof phrase === "string") return [{ alternative: phrase, left: phrases.toSpliced(at, 1) }];
    const [letters, pattern] = phrase;
    return alternativesOf(pattern).map(({ alternative, without }) => ({
      alternative,
      left: phrases.with(at, [letters, without]),
    }));
  });
}

describe.each(tables)("the words of %s", (_, table, examples) => {
  it.each(examplesOf(examples))("read %j as %s", (text, kind) => {
    expect([firstKind(table, masked(text)), readMessage(text).kind]).toEqual([kind, kind]);
  });

  if (examples.nearMisses.length > 0)
    it.each(examples.nearMisses)("are not deceived by %j, which is %s", (text, kind) => {
      expect(readMessage(text).kind).toBe(kind);
    });

  it("each have an example that is misread without them", () => {
    const texts = examplesOf(examples).map(([text]) => masked(text));
    const before = texts.map((text) => firstKind(table, text));
    const idle = table.flatMap(([kind, phrases], row) =>
      withoutEach(phrases).flatMap(({ alternative, left }) => {
        const changed = table.with(row, [kind, left]);
        return texts.some((text, index) => firstKind(changed, text) !== before[index])
          ? []
          : [`${kind}: nothing needs ${alternative}`];
      }),
    );
    expect(idle).toEqual([]);
  });

  it("are in lower case, and in all that their pattern fits", () => {
    for (const phrase of table.flatMap(([, phrases]) => phrases)) {
      const [letters, pattern] = typeof phrase === "string" ? [phrase] : phrase;
      expect(letters).toBe(letters.toLowerCase());
      expect(letters.length, letters).toBeGreaterThan(2);
      if (pattern === undefined) continue;
      expect(
        inAll(pattern).some((run) => run.toLowerCase().includes(letters)),
        `${letters} of ${pattern}`,
      ).toBe(true);
    }
  });
});

describe.each([
  ["a runtime that is silent", silentRuntimeWords, silentExamples],
  ["a runtime that speaks", runtimeSpeaks, speakingExamples],
] as const)("the words of %s", (_, words, examples) => {
  it("are in its examples, and each alternative is needed by one", () => {
    const texts = examples.map(masked);
    expect(texts.filter((text) => !words.test(text))).toEqual([]);
    const idle = alternativesOf(words).filter(({ without }) => texts.every((text) => without.test(text)));
    expect(idle.map(({ alternative }) => alternative)).toEqual([]);
  });
});

it("reads a silent runtime as such, and one that speaks of a socket not", () => {
  for (const text of silentExamples) expect(readMessage(text).kind, text).toBe("runtime-unavailable");
  for (const text of speakingExamples) expect(readMessage(text).kind, text).not.toBe("runtime-unavailable");
});
