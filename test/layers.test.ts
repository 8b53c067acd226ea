import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/**
 * The import fence. Lint rules can be switched off in a file; this reads the text. docs/design.md has the picture.
 * A layer is a folder or a file directly under src, and may import from itself and from the layers that it lists.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  "user-error": [],
  text: [],
  version: [],
  evidence: [],
  pull: ["evidence"],
  rules: ["evidence", "pull", "text"],
  verdict: ["evidence", "pull", "rules"],
  unknowns: ["evidence", "pull", "rules", "verdict", "text"],
  "trial-pod": ["evidence", "pull", "rules", "verdict"],
  healing: ["evidence", "pull", "rules", "verdict"],
  diagnose: ["evidence", "pull", "rules", "verdict", "unknowns", "trial-pod"],
  check: ["evidence", "pull", "rules", "verdict", "diagnose"],
  report: ["check", "evidence", "pull", "rules", "verdict", "unknowns", "trial-pod", "diagnose", "text"],
  runtime: [],
  gather: ["evidence", "pull", "runtime", "user-error", "text"],
  cli: [
    "evidence",
    "pull",
    "rules",
    "unknowns",
    "healing",
    "diagnose",
    "check",
    "report",
    "gather",
    "runtime",
    "user-error",
    "version",
    "text",
  ],
  main: ["cli", "runtime"],
};

/** Pure and synchronous: objects in, strings out. */
const core = [
  "text",
  "evidence",
  "pull",
  "rules",
  "verdict",
  "healing",
  "unknowns",
  "trial-pod",
  "diagnose",
  "check",
  "report",
];
const packagesOfCore: Readonly<Record<string, string>> = {
  "src/report/paint.ts": "chalk",
  "src/report/structured.ts": "yaml",
};

const effects: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["async", /\basync\b|\bawait\b|\bPromise\b/],
  ["the clock", /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b/],
  ["process", /\bprocess\b/],
  ["a timer", /\bset(?:Timeout|Interval|Immediate)\b/],
  ["the network or the console", /\bfetch\(|\bconsole\./],
  ["chance", /\bMath\.random\b|\bcrypto\b/],
];

interface SourceFile {
  /** `src/pull/pull.ts` */
  readonly path: string;
  readonly text: string;
}

const root = fileURLToPath(new URL("../", import.meta.url));
const files: readonly SourceFile[] = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => {
    const path = `src/${name.replaceAll("\\", "/")}`;
    return { path, text: readFileSync(root + path, "utf8") };
  });

function layerOf(path: string): string {
  return (path.split("/")[1] ?? "").replace(/\.ts$/, "");
}

/** Comments and strings may speak of a clock; code may not. */
function code(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$/gm, "")
    .replaceAll(
      /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?![*/ ])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g,
      '""',
    );
}

function importsOf({ text }: SourceFile): readonly string[] {
  const statements = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)["']([^"']+)["']/gm);
  return [...statements].map(([, specifier]) => specifier ?? "");
}

function directionFaults(file: SourceFile): readonly string[] {
  const own = layerOf(file.path);
  const allowed = layers[own];
  if (allowed === undefined) return [`${file.path}: the layer ${own} is not in test/layers.test.ts`];
  return importsOf(file).flatMap((specifier) => {
    if (!specifier.startsWith(".")) return [];
    const other = layerOf(posix.normalize(posix.join(posix.dirname(file.path), specifier)));
    return other === own || allowed.includes(other)
      ? []
      : [
          `${file.path} imports ${specifier}: ${own} may not know ${other}; move what both need to the left of both`,
        ];
  });
}

function purityFaults(file: SourceFile): readonly string[] {
  if (!core.includes(layerOf(file.path))) return [];
  const packages = importsOf(file)
    .filter((specifier) => !specifier.startsWith(".") && packagesOfCore[file.path] !== specifier)
    .map((specifier) => `${file.path} imports ${specifier}: the core imports neither packages nor node:*`);
  const plain = code(file.text);
  const used = effects
    .filter(([, pattern]) => pattern.test(plain))
    .map(
      ([what]) => `${file.path} uses ${what}: the core has no effects, they belong to src/gather or src/cli`,
    );
  return [...packages, ...used];
}

/**
 * Groups of files that import each other in a circle, types included: who reads one has to read them all. The lint rule
 * import/no-cycle does not see type imports.
 */
function circles(sources: readonly SourceFile[]): readonly (readonly string[])[] {
  const targets = new Map(
    sources.map((file) => [
      file.path,
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => posix.normalize(posix.join(posix.dirname(file.path), specifier))),
    ]),
  );
  const reached = new Map(
    sources.map(({ path }) => {
      const seen = new Set<string>();
      const open = [path];
      for (let next = open.pop(); next !== undefined; next = open.pop())
        for (const target of targets.get(next) ?? [])
          if (!seen.has(target)) {
            seen.add(target);
            open.push(target);
          }
      return [path, seen] as const;
    }),
  );
  const groups = [...reached]
    .filter(([path, seen]) => seen.has(path))
    .map(([path, seen]) => [...seen].filter((other) => reached.get(other)?.has(path) === true).toSorted());
  return [...new Map(groups.map((group) => [group.join(" "), group])).values()];
}

describe("the layers", () => {
  test("have no circle of files, types included", () => {
    expect(circles(files)).toEqual([]);
  });

  test("know only what stands to their left", () => {
    expect(files.flatMap(directionFaults)).toEqual([]);
  });

  test("keep effects out of the core", () => {
    expect(files.flatMap(purityFaults)).toEqual([]);
  });

  test("keep each package to the files that need it", () => {
    const users = (name: string): readonly string[] =>
      files.filter((file) => importsOf(file).includes(name)).map(({ path }) => path);
    expect(users("@kubernetes/client-node").every((path) => path.startsWith("src/gather/"))).toBe(true);
    expect(users("commander").every((path) => layerOf(path) === "cli")).toBe(true);
    expect(users("ora")).toEqual(["src/cli/spinner.ts"]);
  });
});

describe("the fence itself", () => {
  test("notices a circle that only types close", () => {
    const first = { path: "src/pull/a.ts", text: 'import { b } from "./path/b.ts";' };
    const second = { path: "src/pull/path/b.ts", text: 'import type { A } from "../a.ts";' };
    expect(circles([first, second])).toEqual([["src/pull/a.ts", "src/pull/path/b.ts"]]);
    expect(circles([first, { ...second, text: "" }])).toEqual([]);
  });

  const fault = (path: string, text: string): number => {
    const file = { path, text };
    return directionFaults(file).length + purityFaults(file).length;
  };

  // One row per way around the fence.
  test.for([
    ["a value from a layer to the right", "src/pull/x.ts", 'import { a } from "../rules/rule.ts";'],
    ["a type from a layer to the right", "src/evidence/x.ts", 'import type { A } from "../pull/pull.ts";'],
    ["an export from there", "src/evidence/x.ts", 'export { a } from "../pull/pull.ts";'],
    ["a dynamic import", "src/gather/x.ts", 'const a = await import("../cli/flags.ts");'],
    ["an import for its effect", "src/rules/x.ts", 'import "../report/text.ts";'],
    ["a deeper folder", "src/rules/fix/x.ts", 'import { a } from "../../verdict.ts";'],
    ["a node module", "src/rules/x.ts", 'import { readFileSync } from "node:fs";'],
    [
      "a node module in a folder of its own",
      "src/report/x.ts",
      'import { readFile } from "node:fs/promises";',
    ],
    ["a package", "src/report/markdown.ts", 'import { stringify } from "yaml";'],
    ["an async function", "src/pull/x.ts", "export async function a() {}"],
    ["the clock", "src/rules/x.ts", "const now = new Date();"],
    ["the clock in milliseconds", "src/rules/x.ts", "const now = Date.now();"],
    ["the environment", "src/evidence/x.ts", 'const home = process.env["HOME"];'],
    ["a timer", "src/report/x.ts", "setTimeout(a, 1);"],
    ["a layer that nobody listed", "src/helpers/x.ts", ""],
  ] as const)("notices %s", ([, path, text]) => {
    expect(fault(path, text)).toBeGreaterThan(0);
  });

  test.for([
    ["an import from the left", "src/rules/x.ts", 'import { a } from "../pull/pull.ts";'],
    ["a date that was given", "src/rules/x.ts", "const at = new Date(time);"],
    ["the word in a comment", "src/rules/x.ts", "/** No process reads this, and nothing is async. */"],
    ["the word in a sentence", "src/rules/x.ts", 'const words = "the process ended";'],
    ["the package of that file", "src/report/structured.ts", 'import { stringify } from "yaml";'],
  ] as const)("lets pass %s", ([, path, text]) => {
    expect(fault(path, text)).toBe(0);
  });
});
