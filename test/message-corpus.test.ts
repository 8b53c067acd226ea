import { describe, expect, it } from "vitest";
import { checkCorpus, collections, contextOf, readLabelled } from "../scripts/check-corpus.ts";
import { wholeMeaning } from "../src/pull/message/meaning.ts";
import { readMessage } from "../src/pull/message/message.ts";
import { failureKinds } from "../src/pull/message/kinds.ts";

describe("labelled messages", () => {
  it.each(collections)("of %s are read as labelled", (path) => {
    const { right, total, wrong } = checkCorpus(path);
    expect(wrong).toEqual([]);
    expect(right).toBe(total);
    expect(total).toBeGreaterThan(80);
  });

  it.each(collections.slice(1))("of %s prove of the login what is labelled", (path) => {
    const wrong = readLabelled(path).flatMap((row) => {
      const { sent } = readMessage(row.message, contextOf(row));
      return sent === row.sent ? [] : [`${row.id}: ${sent}, not ${row.sent}: ${row.message}`];
    });
    expect(wrong).toEqual([]);
  });

  it("say how far they got", () => {
    const rows = collections.flatMap(readLabelled).filter((row) => row.stage !== undefined);
    const wrong = rows.flatMap((row) => {
      const { stage } = readMessage(row.message, contextOf(row));
      return stage === row.stage ? [] : [`${row.id}: ${stage}, not ${row.stage}: ${row.message}`];
    });
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(300);
  });

  it("have every kind but the one that has no text of its own", () => {
    const seen = new Set(collections.flatMap(readLabelled).map((row) => row.cause));
    expect(failureKinds.filter((kind) => !seen.has(kind))).toEqual(["image-not-authorized"]);
  });

  it("show host, mirror, platform and sandbox image where they name them", () => {
    const fields = [
      "creating",
      "dockerConfigError",
      "host",
      "mirror",
      "mirrorBefore",
      "notAsked",
      "platform",
      "sandbox",
    ] as const;
    const rows = ["held-out", "clouds"].flatMap((name) =>
      readLabelled(`test/fixtures/messages-${name}.jsonl`),
    );
    const wrong = rows.flatMap((row) => {
      const expected = row as unknown as Readonly<Record<string, unknown>>;
      const reading = readMessage(row.message, contextOf(row));
      return fields
        .filter((field) => expected[field] !== undefined && expected[field] !== reading[field])
        .map((field) => `${row.id}: ${field} ${String(reading[field])}`);
    });
    expect(wrong).toEqual([]);
    expect(rows.filter((row) => fields.some((field) => field in row)).length).toBeGreaterThan(19);
  });

  it("each mean something in one or two sentences", () => {
    for (const row of collections.flatMap(readLabelled)) {
      const { meaning: parts, kind } = readMessage(row.message, contextOf(row));
      const meaning = wholeMeaning(parts);
      expect(meaning, row.id).toMatch(/^[A-Z][^\n!]{10,300}\.$/);
      expect(meaning.includes(kind), row.id).toBe(false);
    }
  });
});
