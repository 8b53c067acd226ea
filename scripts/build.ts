import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { bundle, bundleMain, type BuildFacts, type Chunk } from "./packaging/bundle.ts";
import { notices } from "./packaging/notices.ts";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const dist = join(root, "dist");

/**
 * Writes what the npm package consists of, to dist/npm: the files of the bundle, and THIRD_PARTY_NOTICES for what is in it. `dist/krew` and the caches
 * of `npm run package` are left alone. Returns the files of the bundle.
 */
export async function build(): Promise<readonly Chunk[]> {
  const { chunks, modules } = await bundle(root, facts());
  rmSync(join(dist, "npm"), { recursive: true, force: true });
  mkdirSync(join(dist, "npm"), { recursive: true });
  await writeNpmProgram(chunks, join(dist, "npm"));
  writeFileSync(join(dist, "npm/THIRD_PARTY_NOTICES"), notices(modules));
  return chunks;
}

/** The files that npm-main.cjs runs the program from. */
export async function writeNpmProgram(chunks: readonly Chunk[], folder: string): Promise<void> {
  for (const { name, code } of chunks) writeFileSync(join(folder, name), code, "latin1");
  writeFileSync(
    join(folder, "main.cjs"),
    await bundleMain(join(import.meta.dirname, "packaging/npm-main.cjs")),
  );
}

/** Version, commit and the commit's day; the same checkout gives the same bytes. */
export function facts(): BuildFacts {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const git = (...words: string[]): string => {
    try {
      return execFileSync("git", words, {
        cwd: root,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    } catch {
      return "";
    }
  };
  const changed = git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "-modified";
  const commit = git("rev-parse", "--short=12", "HEAD");
  return {
    version,
    commit: commit === "" ? "unknown" : commit + changed,
    date: git("show", "--no-patch", "--format=%cs", "HEAD") || "unknown",
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const chunks = await build();
  for (const { name, code } of chunks) console.log(`${String(code.length).padStart(9)}  ${name}`);
}
