import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const folder = fileURLToPath(new URL("../.github/workflows/", import.meta.url));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly steps: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
  readonly permissions?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
  readonly permissions?: Readonly<Record<string, string>>;
}

describe.each(readdirSync(folder))("%s", (file) => {
  const workflow = parse(readFileSync(`${folder}${file}`, "utf8")) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test("takes every action by its commit", () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  });

  test("leaves no token behind in a checkout", () => {
    for (const step of steps)
      if (step.uses?.includes("/checkout@") === true) expect(step.with?.["persist-credentials"]).toBe(false);
  });

  test("gives tokens to steps, and never to one that runs what was installed", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const { env } of jobs) expect(JSON.stringify(env ?? {})).not.toMatch(/secrets\.|github\.token/);
    for (const { env, run } of steps)
      if (/secrets\.|github\.token/.test(JSON.stringify(env ?? {})))
        expect(run).not.toMatch(/\bnpm\b|\bnode\b/);
  });

  test("lets only the job that publishes ask for an identity, and that job run nothing of ours", () => {
    for (const { permissions, steps: own } of jobs) {
      if (permissions?.["id-token"] === undefined) continue;
      expect(own.flatMap(({ run }) => run ?? [])).toEqual([
        expect.stringMatching(/^npm publish --ignore-scripts /),
      ]);
      expect(own.every(({ uses = "" }) => !uses.includes("checkout"))).toBe(true);
    }
  });
});
