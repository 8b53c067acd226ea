import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configurations } from "./configurations.ts";
import { askOurselves, expected, expectedOf, setStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

// Paths and plugins of the table are those of a POSIX system.
describe.skipIf(process.platform === "win32")("we connect as kubectl does", () => {
  test.each(configurations)("with $title", async (row) => {
    expect(await askOurselves(row, stage)).toEqual(expected(expectedOf(row), stage));
  });

  test("and say why wherever we do not", () => {
    for (const { ours, because, title } of configurations)
      expect(because === undefined, title).toBe(ours === undefined);
  });
});
