import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { changedAnswers, mutations } from "../scripts/mutate.ts";
import { seeded } from "../scripts/mutations/random.ts";
import { type Draft, ofKind, worldOf } from "../scripts/mutations/world.ts";

/** The mutations guard the rules (rules.test.ts); these tests guard the mutations. */

const cases = await readCases();
const objectsOf = (name: string): (typeof cases)[number]["objects"] =>
  cases.find((folder) => folder.name === name)?.objects ?? [];

describe("every kind of mutation", () => {
  test.for(Object.entries(mutations))("%s changes the objects of some case", ([name, mutate]) => {
    const changed = cases.filter(({ objects }) => {
      const world = worldOf(objects);
      mutate(world, seeded(name));
      return JSON.stringify(world.objects) !== JSON.stringify(objects);
    });
    expect(changed.length).toBeGreaterThan(0);
  });

  test("is the same again for the same seed", () => {
    const objects = objectsOf("template-not-rolled-out/old-revision-left");
    const run = (): string => {
      const world = worldOf(objects);
      const random = seeded("again");
      for (const mutate of Object.values(mutations)) mutate(world, random);
      return JSON.stringify(world.objects);
    };
    expect(run()).toBe(run());
  });

  test("renames in messages and registry keys what it renames in images", () => {
    const world = worldOf(objectsOf("credential-rejected/password-wrong"));
    const random = seeded("names");
    for (const name of ["other repositories", "other tags", "other hosts"]) mutations[name]?.(world, random);
    expect(JSON.stringify(world.objects)).not.toMatch(/registry\.example|team-a\/api|api:1\.0/);
  });
});

describe("a change that is not innocent", () => {
  const name = "credential-rejected/password-wrong";

  test.for([
    [
      "a Secret that is gone",
      "Secret",
      (object: Draft) =>
        Object.assign(object, {
          kind: "Status",
          reason: "NotFound",
          code: 404,
          details: { kind: "secrets", name: "registry-login" },
        }),
    ],
    [
      "another type of Secret",
      "Secret",
      (object: Draft) =>
        Object.assign(object, {
          type: "Opaque",
          metadata: { ...(object["metadata"] as Draft), annotations: {} },
          data: { a: "Yg==" },
        }),
    ],
    [
      "a Pod that lists nothing",
      "Pod",
      (object: Draft) =>
        Object.assign(object, { spec: { ...(object["spec"] as Draft), imagePullSecrets: [] } }),
    ],
    [
      "a Pod that runs",
      "Pod",
      (object: Draft) =>
        Object.assign(object, {
          status: { phase: "Running", containerStatuses: [{ name: "app", state: { running: {} } }] },
        }),
    ],
  ] as const)("is noticed: %s", ([, kind, change]) => {
    const world = worldOf(objectsOf(name));
    ofKind(world, kind).forEach(change);
    expect(changedAnswers(objectsOf(name), world, world.objects)).toHaveLength(1);
  });
});
