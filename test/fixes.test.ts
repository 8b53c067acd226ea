import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import type { Fix } from "../src/rules/rule.ts";
import { leadingOf } from "../src/verdict.ts";

/** What a fix says of itself beyond the golden reports. */

const cases = await readCases();

/** The fixes of every failing image of the case, after its text was changed. */
function fixesOf(
  name: string,
  replace: Readonly<Record<string, string>>,
  add: readonly Json[] = [],
): readonly Fix[] {
  const folder = cases.find((one) => one.name === name);
  if (folder === undefined) throw new Error(`there is no case ${name}`);
  let text = JSON.stringify(folder.objects);
  for (const [from, to] of Object.entries(replace)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  const objects = [...(JSON.parse(text) as Json[]), ...add];
  return diagnose(indexObjects(objects)).flatMap(({ verdict }) => leadingOf(verdict)?.finding.fixes ?? []);
}

describe("a Secret that is taken off the list", () => {
  const spoilt = "pull-secret-malformed/second-secret-spoils-the-first";

  test("takes its other entries with it, and the fix says so", () => {
    const summaries = fixesOf(spoilt, {
      '\\"readable\\":[]': '\\"readable\\":[\\"docker.io\\",\\"quay.io\\"]',
    }).map(({ summary }) => summary);
    expect(summaries[0]).toContain("goes without old-login's entries for docker.io, quay.io");
  });

  test("that has no others takes nothing", () => {
    for (const { summary } of fixesOf(spoilt, {})) expect(summary).not.toContain("goes without");
  });
});

describe("an ambiguous answer", () => {
  test("has the commands of its other readings, each under its name, and none twice", () => {
    const fixes = fixesOf("forbidden/asked-for-no-login", {});
    const others = fixes.filter(({ summary }) => summary.startsWith("If it is no-pull-secret: "));
    expect(others.length).toBeGreaterThan(0);
    expect(others.every(({ command }) => command !== undefined)).toBe(true);
    const commands = fixes.flatMap(({ command }) => command ?? []);
    expect(new Set(commands).size).toBe(commands.length);
  });
});
