import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Chunk, entryName } from "./bundle.ts";
import { nodeOptions } from "./executable.ts";
import { placesOf, type Script, scriptsOf } from "./script.ts";
import { withWarmCluster } from "./warm-cluster.ts";

const answerFile = "answer.json";

/**
 * V8's code caches of the scripts that one ordinary answer needs, made by runs of the program on the target's own `node`, which must be able to run here. They are
 * left in `folder` under names that tell which code they are of, V8 itself compares no more than its length, beside the names of the files that the answer took.
 */
export async function makeCodeCaches(chunks: readonly Chunk[], node: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "why-pull-cache-"));
  try {
    const asked = async (answer: readonly string[]): Promise<readonly Script[]> => {
      const scripts = scriptsOf(chunks, answer);
      writeScripts(scripts, scratch);
      await warm(node, scratch);
      return scripts;
    };
    await asked([]);
    const used = JSON.parse(readFileSync(join(scratch, "used.json"), "utf8")) as readonly string[];
    const answer = used.filter((name) => name !== `${entryName}.cjs`);
    for (const script of await asked(answer)) {
      const made = join(scratch, `${script.name}.cache`);
      if (existsSync(made)) renameSync(made, join(folder, cacheName(script)));
    }
    writeFileSync(join(folder, answerFile), JSON.stringify(answer));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * What an executable carries, as paths by asset name, written to `folder`: the scripts, `NAME.cache` for those that have a code cache of just this code in
 * `caches`, and `places.json`. Without caches, as for a target that cannot run here, a start takes longer.
 */
export function assets(
  chunks: readonly Chunk[],
  folder: string,
  caches: string,
): Readonly<Record<string, string>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const list = join(caches, answerFile);
  const answer = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as readonly string[]) : [];
  const scripts = scriptsOf(chunks, answer);
  const names = writeScripts(scripts, folder);
  for (const script of scripts) {
    const cache = join(caches, cacheName(script));
    if (!existsSync(cache)) continue;
    copyFileSync(cache, join(folder, `${script.name}.cache`));
    names.push(`${script.name}.cache`);
  }
  return Object.fromEntries(names.map((name) => [name, join(folder, name)]));
}

/** The scripts as files, and `places.json`: the script of each of the bundle's files. Returns their names. */
function writeScripts(scripts: readonly Script[], folder: string): string[] {
  for (const { name, code } of scripts) writeFileSync(join(folder, name), code, "latin1");
  writeFileSync(join(folder, "places.json"), JSON.stringify(placesOf(scripts)));
  return ["places.json", ...scripts.map(({ name }) => name)];
}

const cacheName = ({ name, code }: Script): string =>
  `${name}.${createHash("sha256").update(code).digest("hex").slice(0, 32)}.cache`;

/** Runs the program once against a cluster of canned answers; code-cache-run.cjs keeps what V8 compiled on the way. */
async function warm(node: string, folder: string): Promise<void> {
  const run = join(import.meta.dirname, "code-cache-run.cjs");
  await withWarmCluster(folder, async (kubeconfig) => {
    const words = [...nodeOptions, run, folder, "web", "--kubeconfig", kubeconfig];
    const env = { ...withoutNode(process.env), HOME: folder };
    const child = spawn(node, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
    // 1 says that a pull fails, which is the canned story.
    if (code !== 1 || !said.includes("regcred"))
      throw new Error(`the run for the code cache ended with ${String(code)}:\n${said}`);
  });
}

/** The environment without what changes how Node itself works. */
export const withoutNode = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("NODE_")));
