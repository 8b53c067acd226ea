import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { build, dist, facts, root } from "./build.ts";
import type { Chunk } from "./packaging/bundle.ts";
import { programOf } from "./packaging/bun-package.ts";
import { executable } from "./packaging/executable.ts";
import { filledIn } from "./packaging/krew.ts";
import { tarGz } from "./packaging/tar.ts";
import { builderBun, programName, type Target, targetName, targets } from "./packaging/targets.ts";

const krew = join(dist, "krew");
const downloads = join(dist, "downloads");

/** The limit that a krew archive is held to; krew reads all of it into memory. Bun's for Windows takes 57 MB. */
const archiveLimit = 62_000_000;

/** Makes one platform's archive in dist/krew and returns its digest. The executable itself stays beside it, unpacked, for tests. */
function packageFor(target: Target, chunks: readonly Chunk[]): string {
  const name = targetName(target);
  const folder = join(dist, "executable", name);
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "why-pull-package-"));
  let program: Buffer;
  try {
    const [bun, builder] = [target.bun, builderBun()].map((one) => programOf(one, downloads));
    program = executable(target, { chunks, bun: bun ?? "", builder: builder ?? "", folder: scratch });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  writeFileSync(join(folder, programName(target.os)), program, { mode: 0o755 });
  const archive = tarGz([
    { name: programName(target.os), mode: 0o755, bytes: program },
    { name: "LICENSE", mode: 0o644, bytes: readFileSync(join(root, "LICENSE")) },
    { name: "THIRD_PARTY_NOTICES", mode: 0o644, bytes: executableNotices(target.bun.version) },
  ]);
  if (archive.length > archiveLimit)
    throw new Error(`${name}: ${archive.length} bytes are too many for an archive`);
  writeFileSync(join(krew, archiveName(target)), archive);
  const megabytes = (archive.length / 1e6).toFixed(1);
  console.log(`${archiveName(target)}  ${megabytes} MB  Bun ${target.bun.version}`);
  return createHash("sha256").update(archive).digest("hex");
}

const archiveName = (target: Target): string => `kubectl-why_pull_${targetName(target)}.tar.gz`;

/** The notices of the bundle, and those of Bun and all that is in it. */
function executableNotices(version: string): Buffer {
  const rule = "-".repeat(80);
  const bundled = readFileSync(join(dist, "npm/THIRD_PARTY_NOTICES"), "utf8");
  const bun = readFileSync(join(import.meta.dirname, "packaging/bun-notices.txt"), "utf8");
  return Buffer.from(`${bundled}\n${rule}\nBun ${version}\n\n${bun}`);
}

/**
 * Makes the krew archives of all platforms, their checksums and the filled-in manifest, in dist/krew. `--only linux_amd64` makes one archive and
 * no manifest.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const wanted = targets.filter((target) => values.only === undefined || targetName(target) === values.only);
  if (wanted.length === 0) throw new Error(`no such platform: ${String(values.only)}`);
  const chunks = await build();
  rmSync(krew, { recursive: true, force: true });
  mkdirSync(krew, { recursive: true });
  const archives: { os: string; arch: string; sha256: string }[] = [];
  for (const target of wanted)
    archives.push({ os: target.os, arch: target.arch, sha256: packageFor(target, chunks) });
  const sums = wanted.map((target, place) => `${archives[place]?.sha256 ?? ""}  ${archiveName(target)}\n`);
  writeFileSync(join(krew, "checksums.txt"), sums.join(""));
  if (values.only !== undefined) return;
  const template = readFileSync(join(root, "krew-manifest.yaml"), "utf8");
  writeFileSync(join(krew, "why-pull.yaml"), filledIn(template, facts().version, archives));
}

await main();
