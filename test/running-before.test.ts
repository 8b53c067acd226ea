import { expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { evidenceReader } from "../src/evidence/evidence.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readPulls } from "../src/pull/pull.ts";
import { runningBefore } from "../src/rules/facts/running-before.ts";

test("what a volume is called is not looked up among the containers of an older revision", async () => {
  const cases = await readCases();
  const folder = cases.find(
    ({ name }) => name === "manifest-not-found/tag-absent-and-an-older-revision-runs",
  );
  const objects = indexObjects(folder?.objects ?? []);
  const evidence = objects.pods
    .map((pod) => evidenceReader(objects)(pod))
    .find((one) => readPulls(one).some(({ attempt }) => attempt.progress === "failed"));
  const [pull] = evidence === undefined ? [] : readPulls(evidence);
  if (evidence === undefined || pull === undefined) throw new Error("the case of this test is gone");
  expect(runningBefore({ evidence, pull })?.revision.number).toBe(5);
  const volume = { ...pull, image: { ...pull.image, type: "imageVolume" as const } };
  expect(runningBefore({ evidence, pull: volume })).toBeUndefined();
});
