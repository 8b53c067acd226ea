import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Chunk } from "./bundle.ts";
import { nodeOptions } from "./executable.ts";
import { withWarmCluster } from "./warm-cluster.ts";

/**
 * V8's code caches of the files that one ordinary answer needs, made by a run of the program on the target's own `node`, which must be able to run
 * here. They are left in `folder` under names that tell which code they are of: V8 itself compares no more than its length.
 */
export async function makeCodeCaches(chunks: readonly Chunk[], node: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "why-pull-cache-"));
  try {
    for (const { name, code } of chunks) writeFileSync(join(scratch, name), wrapped(code), "latin1");
    await warm(node, scratch);
    for (const chunk of chunks) {
      const made = join(scratch, `${chunk.name}.cache`);
      if (existsSync(made)) renameSync(made, join(folder, cacheName(chunk)));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * What an executable carries, as paths by asset name: each file of the bundle wrapped into a function, written to `folder`, and `NAME.cache` for
 * those that have a code cache of just this code in `caches`. Without caches, as for a target that cannot run here, a start takes longer.
 */
export function assets(
  chunks: readonly Chunk[],
  folder: string,
  caches: string,
): Readonly<Record<string, string>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const there = new Set(existsSync(caches) ? readdirSync(caches) : []);
  const found = chunks.flatMap((chunk) => {
    const file = join(folder, chunk.name);
    writeFileSync(file, wrapped(chunk.code), "latin1");
    const cache = cacheName(chunk);
    const own = [[chunk.name, file]];
    return there.has(cache) ? [...own, [`${chunk.name}.cache`, join(caches, cache)]] : own;
  });
  return Object.fromEntries(found) as Record<string, string>;
}

/** The function that CommonJS modules are run as. The parentheses make V8 compile it at once instead of twice. */
const wrapped = (code: string): string =>
  `(function (exports, require, module, __filename, __dirname) {${code}\n})`;

const cacheName = ({ name, code }: Chunk): string =>
  `${name}.${createHash("sha256").update(wrapped(code)).digest("hex").slice(0, 32)}.cache`;

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
