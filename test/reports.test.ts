import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judgeReports } from "../scripts/reports.ts";

const judged = await judgeReports(fileURLToPath(new URL("reports/", import.meta.url)));

test("there are at least twenty reports of people", () => {
  expect(judged.length).toBeGreaterThanOrEqual(20);
});

test.each(judged.map((one) => [one.file, one] as const))("%s: what was wrong is named", (_, one) => {
  expect(one).toMatchObject({ right: true, confidentlyWrong: false });
});
