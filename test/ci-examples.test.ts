import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  commandWords,
  connectionFlags,
  diagnoseFlags,
  type Flag,
  flagIn,
  formats,
} from "../src/cli/flag-table.ts";

/** What stands in docs/ci.md and the README is copied into pipelines: its flags exist, and its shell does what is said. */

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), "utf8");
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"))].map(([, code = ""]) => code);

const ci = read("docs/ci.md");
const commands = [ci, read("README.md")].flatMap((text) =>
  // In the table of commands a description stands behind several blanks.
  [...text.matchAll(/kubectl why-pull((?: [^\s|>`]+)+)/g)].map(([, words = ""]) => words.trim()),
);

function flagsOf(words: readonly string[]): readonly Flag[] {
  const command = commandWords.find(({ name }) => words.includes(name));
  return [...(command?.flags ?? diagnoseFlags), ...connectionFlags];
}

test("there are examples of both", () => {
  expect(commands.some((line) => line.startsWith("can-pull -f"))).toBe(true);
  expect(commands.some((line) => line.includes("--wait"))).toBe(true);
});

test.each([...new Set(commands)])("kubectl why-pull %s has flags that exist", (line) => {
  const words = line.replaceAll(/[[\]]/g, "").split(/ +/);
  for (const [at, word] of words.entries()) {
    if (!/^-\w|^--\w/.test(word)) continue;
    const found = flagIn(word.replace(/[,;.]$/, ""), flagsOf(words));
    expect(found, word).toBeDefined();
    if (found?.flag.name === "output") expect(formats).toContain(found.value ?? words[at + 1]);
  }
});

interface Step {
  readonly name: string;
  readonly run: string;
}

describe("the steps for GitHub Actions", () => {
  const steps = blocks(ci, "yaml").flatMap((code) => {
    const parsed: unknown = parse(code);
    return Array.isArray(parsed) ? (parsed as readonly Step[]) : [];
  });
  const folder = mkdtempSync(join(tmpdir(), "ci-examples-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** As the runner starts a step: bash --noprofile --norc -eo pipefail {0}. kubectl is a stand-in that prints what is given and ends with the code. */
  function runStep({ name, run }: Step, output: object | undefined, code: number) {
    const file = (of: string, content: string): string => {
      const place = join(folder, of);
      writeFileSync(place, content);
      return place;
    };
    const kubectl = file(
      "kubectl",
      `#!/bin/sh\ncase "$*" in *markdown*) echo "# report";; *) cat "$OUTPUT";; esac\nexit ${code}\n`,
    );
    chmodSync(kubectl, 0o755);
    const summary = file("summary", "");
    const env = {
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      OUTPUT: file("output", output === undefined ? "" : JSON.stringify(output)),
      GITHUB_STEP_SUMMARY: summary,
    };
    const ran = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", file("step.sh", run)], {
      env,
      cwd: folder,
      encoding: "utf8",
    });
    return {
      name,
      code: ran.status,
      stdout: ran.stdout,
      stderr: ran.stderr,
      summary: readFileSync(summary, "utf8"),
    };
  }

  const hasJq = spawnSync("jq", ["--version"]).status === 0;
  const step = (words: string): Step => {
    const found = steps.find(({ run }) => run.includes(words));
    if (found === undefined) throw new Error(`no step has ${words}`);
    return found;
  };

  test.runIf(hasJq)("annotate what fails, write the summary, and fail with the pull", () => {
    const item = {
      image: "registry.example/app:1",
      failure: { kind: "auth" },
      verdict: { state: "cause", cause: "no-pull-secret", summary: "Nobody names a Secret." },
    };
    const failed = runStep(step("--wait"), { items: [item, { ...item, failure: null }] }, 1);
    expect(failed).toMatchObject({ code: 1, stderr: "", summary: "# report\n" });
    expect(failed.stdout).toBe(
      "::error title=no-pull-secret::registry.example/app:1: Nobody names a Secret.\n",
    );
    expect(runStep(step("--wait"), { items: [] }, 0)).toMatchObject({ code: 0, stdout: "" });
  });

  test.runIf(hasJq)(
    "fail before anything is deployed where an image cannot be pulled, and warn where that is not known",
    () => {
      const item = { image: "registry.example/app:1", answer: "no", summary: "The tag is absent." };
      const list = { items: [item, { ...item, answer: "unknown" }, { ...item, answer: "yes" }] };
      const refused = runStep(step("can-pull"), list, 1);
      expect(refused).toMatchObject({ code: 1, stderr: "" });
      expect(refused.stdout.split("\n")).toEqual([
        "::error title=cannot be pulled::registry.example/app:1: The tag is absent.",
        "::warning title=not known::registry.example/app:1: The tag is absent.",
        "",
      ]);
      expect(runStep(step("can-pull"), { items: [{ ...item, answer: "unknown" }] }, 3)).toMatchObject({
        code: 0,
      });
      expect(runStep(step("can-pull"), { items: [] }, 70)).toMatchObject({ code: 70 });
      expect(runStep(step("can-pull"), undefined, 3)).toMatchObject({ code: 3 });
    },
  );
});
