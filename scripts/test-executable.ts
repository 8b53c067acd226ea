/**
 * Runs the tests against what is shipped by krew. What runs a command or reads a cluster is asked of the executable itself, everything else of the source on
 * the Bun that is in it. Linux; root, for the rows inside a Pod. Needs `npm run package -- --only linux_amd64` before.
 *
 *   npm run test:executable [-- FILTER...]
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { dist, root } from "./build.ts";
import { programOf } from "./packaging/bun-package.ts";
import { builderBun, programName, targetName, targets } from "./packaging/targets.ts";

/** Tests that go through the command line, most of them to a server. */
const ofProgram = [
  "test/cli/{completion,help,report,transcripts}.test.ts",
  "test/connection/configurations.test.ts",
  "test/{fleet,hostile,hostile-secrets,permissions,save-bundle}.test.ts",
  "test/properties/{faults,hostile-size,large-input,secrecy}.test.ts",
];
/** Tests of this checkout's tools, which never run on Bun. */
const ofTools = ["test/packaging/**", "test/{docs,layers,mutate}.test.ts"];

const bun = programOf(builderBun(), join(dist, "downloads"));
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const common = ["run", "--mode", "all", "--testTimeout", "120000", "--root", root];

function executable(): string {
  const target = targets.find(({ bun }) => bun.name === builderBun().name);
  const file = target && join(dist, "executable", targetName(target), programName(target.os));
  if (file === undefined || !existsSync(file))
    throw new Error("there is no executable: run `npm run package` first");
  return file;
}

function run(title: string, command: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  console.log(`\n${title}`);
  const [program = "", ...words] = command;
  const { status } = spawnSync(program, words, { stdio: "inherit", env: { ...process.env, ...env } });
  return status === 0;
}

/**
 * A file in a process of its own: of all together, nothing is printed before the last of them is over. Bun has no channel to a child process as vitest's
 * forks want it.
 */
function runOnBun(file: string): boolean {
  const words = ["--bun", vitest, ...common, "--pool=threads", file];
  const { status, stdout, stderr } = spawnSync(bun, words, { encoding: "utf8", maxBuffer: 2 ** 28 });
  const tests = /Tests .*/.exec(stripVTControlCharacters(stdout))?.[0] ?? "";
  console.log(`${status === 0 ? "held  " : "FAILED"} Bun: ${file}: ${tests}`);
  if (status !== 0) console.log(stdout + stderr);
  return status === 0;
}

const filters = process.argv.slice(2);
const chosen = (files: readonly string[]): readonly string[] =>
  files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
const commands = chosen(globSync(ofProgram, { cwd: root }));
const others = chosen(globSync("test/**/*.test.ts", { cwd: root, exclude: [...ofProgram, ...ofTools] }));
const program = executable();
const title = `${relative(root, program)}: ${commands.length} files`;
const words = [process.execPath, vitest, ...common, ...commands];
const runs = [
  ...(commands.length === 0 ? [] : [run(title, words, { WHY_PULL_PROGRAM: program })]),
  ...others.map((file) => runOnBun(file)),
];
const held = runs.filter(Boolean).length;
console.log(`${held} passed, ${runs.length - held} failed`);
if (held < runs.length) process.exitCode = 1;
