import { describe, expect, test } from "vitest";
import { askedOf, diagnoseCase, readCases } from "../scripts/case-folders.ts";
import { toDiagnosisList, toJson } from "../src/report/structured.ts";
import { toText } from "../src/report/text.ts";

/**
 * Two guards, because `vitest -u` is too easy: report.txt may be refreshed without being read, expect.yaml is written
 * by hand.
 */
const cases = await readCases();

interface Item {
  readonly verdict: {
    readonly state: string;
    readonly cause: string | null;
    readonly confidence: string | null;
    readonly alternatives: readonly string[];
  };
  readonly credential: {
    readonly given: readonly { readonly secret: string; readonly registryKey: string }[] | null;
    readonly sent: string;
  };
}

describe.for(cases.map((folder) => [folder.name, folder] as const))("%s", ([, folder]) => {
  const diagnoses = diagnoseCase(folder);
  const asked = askedOf(folder, diagnoses);

  test("is judged as expect.yaml says", () => {
    const { state, cause, confidence, alternatives, given, sent } = folder.expect;
    const { items } = JSON.parse(toJson(toDiagnosisList(asked === undefined ? [] : [asked]))) as {
      items: readonly Item[];
    };
    const { verdict, credential } = items[0] ?? {};
    expect({
      state: verdict?.state,
      cause: verdict?.cause,
      confidence: verdict?.confidence,
      alternatives: verdict?.alternatives,
      given: credential?.given?.map(({ secret, registryKey }) => ({ secret, registryKey })) ?? null,
      sent: credential?.sent,
    }).toEqual({ state, cause, confidence, alternatives, given, sent });
  });

  test("leaves those rules silent that expect.yaml lists", () => {
    const verdict = asked?.verdict;
    const spoke =
      verdict === undefined || !("others" in verdict)
        ? []
        : [...("leading" in verdict ? [verdict.leading] : []), ...verdict.others].map(({ id }) => id);
    expect(folder.expect.silent.filter((id) => spoke.some((other) => other === id))).toEqual([]);
  });

  test("is reported as report.txt shows", async () => {
    const report = toText(diagnoses, { width: 100, colorLevel: 0, wide: false });
    await expect(report).toMatchFileSnapshot(`${folder.path}/report.txt`);
  });
});
