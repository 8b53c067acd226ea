import { afterAll, describe, expect, test } from "vitest";
import { status } from "./api-server.ts";
import { itemsOf, setStage } from "./hostile-run.ts";
import { cronJobAhead, cronPaths, paths } from "./shop.ts";

const { ask, close } = await setStage();
afterAll(close);

describe("a CronJob's template", () => {
  test("is read with what it names, before what other ServiceAccounts name, within the Pod's reads", async () => {
    const { stdout, asked } = await ask(cronJobAhead(), ["web-5d9c8b7f6-x2x2x", "-o", "json"]);
    expect(itemsOf(stdout)[0]?.verdict.cause).toBe("template-not-rolled-out");
    const read = asked.map(({ path }) => path);
    expect(read).toContain(paths.secret);
    expect(read.indexOf(paths.secret)).toBeGreaterThan(read.indexOf(cronPaths.cronJob));
    expect(read.length).toBeLessThanOrEqual(8);
    expect(new Set(read).size).toBe(read.length);
  });

  test("is read where the Job's name does not tell it, too", async () => {
    const routes = JSON.parse(
      JSON.stringify(cronJobAhead()).replaceAll("web-29123456", "run-it"),
    ) as ReturnType<typeof cronJobAhead>;
    const { stdout, asked } = await ask(routes, ["web-5d9c8b7f6-x2x2x", "-o", "json"]);
    expect(itemsOf(stdout)[0]?.verdict.cause).toBe("template-not-rolled-out");
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  test("that names a Secret which is not there does not have its Pods given it", async () => {
    const details = { name: "regcred", kind: "secrets" };
    const absent = status(404, "NotFound", 'secrets "regcred" not found', { details });
    const { stdout } = await ask({ ...cronJobAhead(), [paths.secret]: absent }, [
      "web-5d9c8b7f6-x2x2x",
      "-o",
      "json",
    ]);
    const [item] = itemsOf(stdout);
    expect(item?.verdict.cause).toBe("no-pull-secret");
    expect(item?.findings[0]?.claims.map(({ text }) => text)).toContain(
      "The template of CronJob web names regcred, which does not exist.",
    );
    expect(item?.fix.map(({ summary }) => summary).join()).not.toContain("Give the Pod regcred");
  });
});
