import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type CaseFolder, diagnoseCase, isNearMiss, readCases } from "../scripts/case-folders.ts";
import { mutateCase } from "../scripts/mutate.ts";
import { seeded } from "../scripts/mutations/random.ts";
import { toDiagnosisList, toJson } from "../src/report/structured.ts";
import { toText } from "../src/report/text.ts";
import { causeIds, causes, isCause } from "../src/rules/causes.ts";
import { rules } from "../src/rules/index.ts";
import { innocentRules } from "../src/rules/innocent/table.ts";
import type { Rule } from "../src/rules/rule.ts";

/** What every rule owes: these tests are the checklist of CONTRIBUTING.md, so their failures say what to do. */

const cases = await readCases();
const source = fileURLToPath(new URL("../src/rules/", import.meta.url));
const pages = fileURLToPath(new URL("../docs/rules/", import.meta.url));

/** Folders of test/cases that belong to no rule. */
const others = ["healthy", "undetermined"];

describe("the catalogue", () => {
  test("has exactly one rule for every cause", () => {
    const faults = causeIds.flatMap((id) => {
      const count = rules.filter((rule) => rule.id === id).length;
      if (count === 1) return [];
      return count === 0
        ? [`cause ${id} has no rule: add one to src/rules/index.ts, or a row to src/rules/innocent/`]
        : [`cause ${id} has ${count} rules; one cause, one rule`];
    });
    expect(faults).toEqual([]);
  });

  test("finds each rule in a file of its name, under its name in camel case", async () => {
    const rows = new Set(innocentRules.map(({ id }) => id));
    const own = rules.filter(({ id }) => !rows.has(id));
    const faults = await Promise.all(
      own.map(async (rule) => {
        const name = rule.id.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
        const room = causes[rule.id].credential;
        if (!existsSync(`${source}${room}/${rule.id}.ts`))
          return [`rule ${rule.id} belongs into src/rules/${room}/${rule.id}.ts, as the catalogue says`];
        const module = (await import(`../src/rules/${room}/${rule.id}.ts`)) as Record<string, unknown>;
        const exported = module[name] as Rule | undefined;
        return exported?.id === rule.id
          ? []
          : [`src/rules/${room}/${rule.id}.ts has to export the rule as ${name}`];
      }),
    );
    expect(faults.flat()).toEqual([]);
  });

  test("has a page for every cause, under the cause's own title, and no page for anything else", () => {
    const faults = causeIds.flatMap((id) => {
      if (!existsSync(`${pages}${id}.md`))
        return [`cause ${id} has no page: add docs/rules/${id}.md (npm run docs makes the skeleton)`];
      const title = readFileSync(`${pages}${id}.md`, "utf8").split("\n")[0];
      return title === `# ${causes[id].title}`
        ? []
        : [`the title of docs/rules/${id}.md is not that of src/rules/causes.ts`];
    });
    const strangers = readdirSync(pages).filter(
      (file) => file !== "README.md" && !isCause(file.replace(/\.md$/, "")),
    );
    expect([...faults, ...strangers.map((file) => `docs/rules/${file} is the page of no cause`)]).toEqual([]);
  });
});

describe("the cases", () => {
  test("have for every rule one that it wins and one that it almost wins", () => {
    const faults = rules.flatMap(({ id }) => {
      const own = cases.filter((folder) => folder.id === id);
      const missing = [];
      if (own.every(isNearMiss)) missing.push(`rule ${id} wins no case; add test/cases/${id}/<story>`);
      if (!own.some((folder) => isNearMiss(folder) && folder.expect.silent.includes(id)))
        missing.push(
          `rule ${id} has no near-miss case; add test/cases/${id}/near-miss-<story>, with ${id} under silent`,
        );
      return missing;
    });
    expect(faults).toEqual([]);
  });

  test("are named after what they are", () => {
    const faults = cases.flatMap((folder) => {
      if (others.includes(folder.id)) return [];
      if (!isCause(folder.id)) return [`test/cases/${folder.id} is named after no cause`];
      return isNearMiss(folder) === folder.story.startsWith("near-miss-")
        ? []
        : [`test/cases/${folder.name}: near misses, and only they, begin with near-miss-`];
    });
    expect(faults).toEqual([]);
  });

  test("begin with a comment that tells the story and names versions", () => {
    const faults = cases.filter(({ comment }) => !/^Kubernetes 1\.\d+(\.\d+)?\b.*\. \S/.test(comment));
    expect(faults.map(({ name }) => `test/cases/${name}/evidence.yaml begins with no such comment`)).toEqual(
      [],
    );
  });

  test("list known rules as silent", () => {
    const faults = cases.flatMap((folder) =>
      folder.expect.silent
        .filter((id) => !isCause(id))
        .map((id) => `test/cases/${folder.name}: there is no rule ${id}`),
    );
    expect(faults).toEqual([]);
  });
});

describe("a Pod without a failing pull", () => {
  const healthy = cases.filter(({ id }) => id === "healthy");

  test.for(healthy.map((folder) => [folder.name, folder] as const))(
    "%s is no rule's business",
    ([, folder]) => {
      const asked: string[] = [];
      const watched: readonly Rule[] = rules.map((rule) => ({
        ...rule,
        check: (failed) => {
          asked.push(rule.id);
          return rule.check(failed);
        },
      }));
      const states = diagnoseCase(folder, watched).map(({ verdict }) => verdict.state);
      expect(states.every((state) => state === "no-failure" || state === "waiting")).toBe(true);
      expect(asked).toEqual([]);
    },
  );
});

describe("a verdict", () => {
  const outputs = (folder: CaseFolder, ordered: readonly Rule[]): string =>
    toJson(toDiagnosisList(diagnoseCase(folder, ordered)));

  test.for(cases.map((folder) => [folder.name, folder] as const))(
    "does not depend on the order of the rules: %s",
    ([name, folder]) => {
      const usual = outputs(folder, rules);
      const changed = Array.from({ length: 20 }, (_, round) => round).filter(
        (round) => outputs(folder, seeded(`${name} ${round}`).shuffled(rules)) !== usual,
      );
      expect(changed).toEqual([]);
    },
  );

  test.for(cases.map((folder) => [folder.name, folder] as const))(
    "does not depend on names, times, orders and bystanders: %s",
    async ([name, folder]) => {
      expect(await mutateCase(name, folder.objects, 10)).toEqual([]);
    },
  );
});

describe("the program's reasoning", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("never looks at the clock", () => {
    vi.spyOn(Date, "now").mockImplementation(() => {
      throw new Error("the clock was read; time is a string in the evidence");
    });
    const reports = cases.map((folder) =>
      toText(diagnoseCase(folder), { width: 100, colorLevel: 0, wide: true }),
    );
    expect(reports).toHaveLength(cases.length);
  });
});
