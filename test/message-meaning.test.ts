import { describe, expect, it } from "vitest";
import { collections, contextOf, readLabelled } from "../scripts/check-corpus.ts";
import { wholeMeaning } from "../src/pull/message/meaning.ts";
import { type MessageReading, readMessage } from "../src/pull/message/message.ts";

const readings: readonly MessageReading[] = collections
  .flatMap(readLabelled)
  .map((row) => readMessage(row.message, contextOf(row)));

function meaningOf(message: string): string {
  return wholeMeaning(readMessage(message).meaning);
}

/** What a meaning may claim, by what was proved. */
const claims: readonly (readonly [RegExp, readonly MessageReading["sent"][]])[] = [
  [/\b(?:A|The) login (?:was|that it was) sent\b|refused the login/, ["credential"]],
  [/carried (?:no|none)|asked before, without a login|^A request without a login was refused/, ["anonymous"]],
  [/\b[Nn]othing was (?:sent|asked)|no registry was asked|asked no registry|came to no pull/, ["nothing"]],
  [/[Ww]hether a login was sent, the text does not tell|are told the same/, ["unknown"]],
];

describe("what a message means", () => {
  it.each(claims)("claims %s only where it is proved", (claim, proved) => {
    const made = readings.filter(({ meaning }) => claim.test(wholeMeaning(meaning)));
    expect(made.length).toBeGreaterThan(1);
    expect(made.filter(({ sent }) => !proved.includes(sent)).map(({ meaning }) => meaning)).toEqual([]);
  });

  it("has what was sent apart wherever a sentence says no more than that", () => {
    const ending =
      /(?:Nothing was sent|The request carried no login|A login was sent|Whether a login was sent, the text does not tell)\.$/;
    const apart = readings.filter(({ meaning }) => meaning.sent !== undefined);
    expect(apart.length).toBeGreaterThan(100);
    expect(apart.filter(({ meaning }) => !ending.test(meaning.sent ?? ""))).toEqual([]);
    expect(readings.filter(({ meaning }) => ending.test(meaning.failed))).toEqual([]);
  });

  it("is at most three calm sentences", () => {
    const meanings = new Set(readings.map(({ meaning }) => wholeMeaning(meaning)));
    expect(meanings.size).toBeGreaterThan(50);
    const loud = [...meanings].filter(
      (meaning) =>
        /[!\n]|[Pp]lease|\byou\b/.test(meaning) || !/^[A-Z]/.test(meaning) || meaning.split(". ").length > 3,
    );
    expect(loud).toEqual([]);
  });

  it("repeats nothing of the message, which may hold anything", () => {
    const message = (secret: string): string =>
      `Failed to pull image "r.example/${secret}:1": Error response from daemon: denied: ${secret} is not welcome`;
    expect(meaningOf(message("hunter2"))).toBe(meaningOf(message("orange")));
    expect(meaningOf(message("hunter2"))).not.toContain("hunter2");
  });

  it.each([
    [
      'Failed to pull image "r.example/a:1": failed to pull and unpack image "r.example/a:1": failed to copy: httpReadSeeker: failed open: unexpected status code https://cdn.example/a: 403 Forbidden',
      /blob store/,
      "the manifest could be read, so the right to it is not in question",
    ],
    [
      'writing blob: storing blob to file "/var/tmp/storage1/1": write /var/tmp/storage1/1: no space left on device',
      /disk of the node/,
      "the temporary directory may be on another disk than the images",
    ],
    [
      'Failed to inspect image "r.example/a:1": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      /came to no pull/,
      "the runtime was asked what it has, not to pull",
    ],
    [
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "r.example/pause:3": failed to pull image "r.example/pause:3": failed to pull and unpack image "r.example/pause:3": failed to resolve reference "r.example/pause:3": r.example/pause:3: not found',
      /pull secrets play no part/,
      "the sandbox image is the node's own",
    ],
  ])("is exact: %#", (message, exact) => {
    expect(meaningOf(message)).toMatch(exact);
  });

  it("names first what is asked first", () => {
    const mirrors = (behind: string): string =>
      meaningOf(
        `(Mirrors also failed: [m1.example/a/b:1: reading manifest 1 in m1.example/a/b: manifest unknown] [m2.example/a/b:1: reading manifest 1 in m2.example/a/b: unauthorized: authentication required])${behind}`,
      );
    expect(
      mirrors(': quay.io/a/b:1: pinging container registry quay.io: Get "https://quay.io/v2/": EOF'),
    ).toBe(
      "A mirror was asked first: the answer was 404: no such tag or digest, or no such repository. The registry itself: the connection broke.",
    );
    expect(mirrors("")).not.toContain("The registry itself");
  });
});
