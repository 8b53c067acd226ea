import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configurations } from "./configurations.ts";
import { askOurselves, expected, expectedOf, setStage, type Stage } from "./stage.ts";

// Paths and plugins of the table are those of a POSIX system.
describe.skipIf(process.platform === "win32").each([
  ["HTTP/2", false],
  ["HTTP/1.1", true],
])("we connect as kubectl does by %s", (_version, onlyHttp1) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(onlyHttp1);
  });
  afterAll(() => stage.close());

  test.each(configurations)("with $title", async (row) => {
    expect(await askOurselves(row, stage)).toEqual(expected(expectedOf(row), stage));
  });
});

test("we say why wherever we connect otherwise", () => {
  for (const { ours, because, title } of configurations)
    expect(because === undefined, title).toBe(ours === undefined);
});
