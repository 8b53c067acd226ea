import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { tellingFixMarks } from "../src/report/fix-marks.ts";
import type { Fix } from "../src/rules/rule.ts";
import { leadingOf } from "../src/verdict.ts";

const replacing: Fix = {
  summary: "Name it on the template of deployment/web.",
  command: "kubectl apply -f -",
  effect: "replaces-pod",
};

describe("that the Pod is replaced", () => {
  test("is said where the summary does not", () => {
    expect(tellingFixMarks(replacing, false)).toBe(" (replaces the Pod)");
    expect(tellingFixMarks({ ...replacing, saysReplaced: false }, false)).toBe(" (replaces the Pod)");
  });

  test("is not said twice, nor where there is nothing to paste", () => {
    expect(tellingFixMarks({ ...replacing, saysReplaced: true }, false)).toBe("");
    expect(tellingFixMarks({ summary: replacing.summary, effect: "replaces-pod" }, false)).toBe("");
  });
});

/** Words that the Pod or its workload is made anew by; a Secret and what it holds are replaced and made anew as well. */
const words =
  /\breplace (?:the Pod|it)\b|\brestart [a-z.]+\/|\bmakes? (?:it|the Pod|job\/\S+) anew\b|\bthe Pod (?:made )?anew\b/;

describe("of all fixes in the cases", async () => {
  const fixes = (await readCases())
    .flatMap(({ objects }) => diagnose(indexObjects(objects)))
    .flatMap(({ verdict }) => leadingOf(verdict)?.finding.fixes ?? [])
    .filter(({ effect, command }) => effect === "replaces-pod" && command !== undefined);

  test.each([true, false])("those that say it (%s) are those with the words", (says) => {
    const some = fixes.filter(({ saysReplaced }) => (saysReplaced === true) === says);
    expect(some.length).toBeGreaterThan(3);
    expect(some.filter(({ summary }) => words.test(summary) !== says)).toEqual([]);
  });
});
