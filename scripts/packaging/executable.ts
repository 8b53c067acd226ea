import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Chunk, entryName } from "./bundle.ts";
import { withoutVariables } from "./bun-variables.ts";
import { signAdHoc } from "./mach-o.ts";
import { programName, type Target } from "./targets.ts";

export interface Parts {
  readonly chunks: readonly Chunk[];
  /** The target's own Bun. */
  readonly bun: string;
  /** The Bun that runs here. */
  readonly builder: string;
  /** For intermediate files; empty. */
  readonly folder: string;
}

/**
 * Flags of `bun build`. Bytecode, because reading JavaScript is most of what a short run does. Machine code is made only of what runs a thousand times as often as
 * Bun waits for by itself: a plain answer is over before it would pay, and src/runtime.ts lifts that for long work. What lies in the folder where somebody runs us
 * is not ours to load; of these files Bun would take two by itself, and the other two with a flag.
 */
export const bunFlags = [
  "--compile",
  "--bytecode",
  "--format=cjs",
  "--compile-jit-policy=1000",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-tsconfig",
  "--no-compile-autoload-package-json",
] as const;

/** Makes the single executable of a target: Bun with our program in it, in the state that the platform's loader wants. */
export function executable(target: Target, { chunks, bun, builder, folder }: Parts): Buffer {
  const at = (name: string): string => join(folder, name);
  const source = at("source");
  mkdirSync(source);
  for (const { name, code } of chunks) writeFileSync(join(source, name), code);
  writeFileSync(at("bun"), withoutVariables(readFileSync(bun)), { mode: 0o755 });
  const system = `--target=bun-${target.os}-${target.arch === "amd64" ? "x64" : target.arch}`;
  const files = [`--compile-executable-path=${at("bun")}`, `--outfile=${at(programName(target.os))}`];
  // Nothing of this machine's own Bun, nor of the folder that it is called in.
  const surroundings = { cwd: source, env: { HOME: folder, TMPDIR: folder }, stdio: "pipe" } as const;
  execFileSync(builder, ["build", ...bunFlags, system, ...files, `${entryName}.cjs`], surroundings);
  const program = readFileSync(at(programName(target.os)));
  // Bun signs what is for Apple Silicon, and leaves the signature of what is for Intel as it was before the program was added.
  const stale = target.os === "darwin" && target.arch === "amd64";
  return stale ? signAdHoc(program, "kubectl-why_pull") : program;
}
