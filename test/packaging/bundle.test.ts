import { spawnSync } from "node:child_process";
import { builtinModules } from "node:module";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import { writeNpmProgram } from "../../scripts/build.ts";
import { type Bundle, bundle, entryName } from "../../scripts/packaging/bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bundle-"));
const entry = `${entryName}.cjs`;
let made: Bundle;

beforeAll(async () => {
  made = await bundle(root, { version: "9.8.7", commit: "abc123", date: "2026-01-02" });
  mkdirSync(join(folder, "whole"));
  mkdirSync(join(folder, "entry"));
  for (const { name, code } of made.chunks) writeFileSync(join(folder, "whole", name), code);
  writeFileSync(join(folder, "entry", entry), made.chunks[0]?.code ?? "");
  mkdirSync(join(folder, "npm"));
  await writeNpmProgram(made.chunks, join(folder, "npm"));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the bundle from a folder where nothing else of the project can be found. */
function run(
  which: "whole" | "entry",
  ...words: string[]
): { code: number | null; out: string; complaint: string } {
  const env = { PATH: process.env["PATH"], HOME: folder };
  const ran = spawnSync(process.execPath, [join(folder, which, entry), ...words], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  return { code: ran.status, out: ran.stdout, complaint: ran.stderr };
}

test("the first file of the bundle is where the program starts", () => {
  expect(made.chunks[0]?.name).toBe(entry);
});

test.each([["--version"], ["--help"]])("%s needs no other file of the bundle", (word) => {
  const { code, out, complaint } = run("entry", word);
  expect({ code, complaint }).toEqual({ code: 0, complaint: "" });
  expect(out).toContain("why-pull");
});

test("the version is that of the build", () => {
  const { out } = run("entry", "--version");
  for (const fact of ["9.8.7", "abc123", "2026-01-02"]) expect(out).toContain(fact);
});

test("the pages of the causes are in the bundle, whole", () => {
  const page = readFileSync(join(root, "docs/rules/pull-secret-missing.md"), "utf8");
  const { code, out } = run("whole", "explain", "pull-secret-missing");
  expect(code).toBe(0);
  expect(out).toContain(page.split("\n")[0]?.replace(/^# /, ""));
  const modules = made.chunks.map(({ code }) => code).join("\n");
  expect(modules).not.toContain("docs/rules/");
});

test("the bundle asks for Node's own modules and its own files, and for no package", () => {
  const names = new Set(made.chunks.map(({ name }) => `./${name}`));
  const asked = made.chunks.flatMap(({ code }) =>
    [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id]) => id ?? ""),
  );
  const foreign = asked.filter(
    (id) => !names.has(id) && !id.startsWith("node:") && !builtinModules.includes(id),
  );
  expect(foreign).toEqual([]);
});

// vm.Script, which runs the bundle in the executable, has no `import()`; CommonJS has no `import.meta`.
test("nothing of ES modules is left in the bundle", () => {
  for (const { name, code } of made.chunks) expect(code, name).not.toMatch(/\bimport\(|\bimport\.meta\b/);
});

test("the bundle is ASCII, as the executable reads it", () => {
  for (const { name, code } of made.chunks) expect(code, name).not.toMatch(/[^\0-\x7f]/);
});

test("no path of the machine that built it is in the bundle", () => {
  for (const { name, code } of made.chunks) expect(code.includes(root), name).toBe(false);
});

test("the npm package's program answers, and leaves nothing behind for its next run", () => {
  const home = join(folder, "home");
  mkdirSync(home);
  const env = { PATH: process.env["PATH"], HOME: home, XDG_CACHE_HOME: home };
  for (const [words, code] of [
    [["explain", "pull-secret-missing"], 0],
    [["--no-such-flag"], 2],
  ] as const) {
    const ran = spawnSync(process.execPath, [join(folder, "npm/main.cjs"), ...words], {
      env,
      encoding: "utf8",
    });
    expect(ran.status, ran.stderr).toBe(code);
  }
  expect(readdirSync(home)).toEqual([]);
});
