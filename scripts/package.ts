import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { build, dist, facts, root } from "./build.ts";
import { bundleMain, type Chunk } from "./packaging/bundle.ts";
import { assets, makeCodeCaches } from "./packaging/code-cache.ts";
import { executable } from "./packaging/executable.ts";
import { filledIn } from "./packaging/krew.ts";
import { filesOfNode } from "./packaging/node-binary.ts";
import { tarGz } from "./packaging/tar.ts";
import { builders, programName, type Target, targetName, targets } from "./packaging/targets.ts";

const krew = join(dist, "krew");
const downloads = join(dist, "downloads");

/** The limit that a krew archive is held to; krew reads all of it into memory. */
const archiveLimit = 50_000_000;

/** Makes one platform's archive in dist/krew and returns its digest. The executable itself stays beside it, unpacked, for tests. */
async function packageFor(target: Target, chunks: readonly Chunk[]): Promise<string> {
  const name = targetName(target);
  const folder = join(dist, "executable", name);
  mkdirSync(folder, { recursive: true });
  const builder = builders.find(({ version }) => version === target.node.version);
  if (builder === undefined) throw new Error(`no Node ${target.node.version} to build with`);
  const [node = ""] = filesOfNode(target.node, downloads, [target.node.program]);
  // Not every package has Node's licence in it; that of the same version for Linux has.
  const [tool = "", license = ""] = filesOfNode(builder, downloads, [builder.program, "LICENSE"]);
  const caches = cachesOf(target);
  if (runsHere(target)) await makeCodeCaches(chunks, node, caches);
  const main = join(folder, "main.cjs");
  writeFileSync(main, await bundleMain(join(root, "scripts/packaging/sea-main.cjs")));
  const parts = {
    node,
    builder: tool,
    main,
    assets: assets(chunks, join(folder, "assets"), caches),
    folder,
    postject: join(root, "node_modules/postject/dist/cli.js"),
  };
  const program = executable(target, parts);
  writeFileSync(join(folder, programName(target.os)), program, { mode: 0o755 });
  for (const left of ["program", "main.cjs", "sea.blob", "sea.json"])
    rmSync(join(folder, left), { force: true });
  const archive = tarGz([
    { name: programName(target.os), mode: 0o755, bytes: program },
    { name: "LICENSE", mode: 0o644, bytes: readFileSync(join(root, "LICENSE")) },
    { name: "THIRD_PARTY_NOTICES", mode: 0o644, bytes: executableNotices(license, target.node.version) },
  ]);
  if (archive.length > archiveLimit)
    throw new Error(`${name}: ${archive.length} bytes are too many for an archive`);
  writeFileSync(join(krew, archiveName(target)), archive);
  console.log(`${archiveName(target)}  ${(archive.length / 1e6).toFixed(1)} MB  Node ${target.node.version}`);
  return createHash("sha256").update(archive).digest("hex");
}

const archiveName = (target: Target): string => `kubectl-why_pull_${targetName(target)}.tar.gz`;

/** Where a machine of the target's kind leaves its code caches. Those of other machines are taken from there where they fit. */
const cachesOf = (target: Target): string => join(dist, "caches", targetName(target));

const runsHere = ({ os, arch }: Target): boolean =>
  os === (process.platform === "win32" ? "windows" : process.platform) &&
  arch === (process.arch === "x64" ? "amd64" : process.arch);

/** The notices of the bundle, and Node's own licence, which names all that is in Node. */
function executableNotices(nodeLicense: string, version: string): Buffer {
  const rule = "-".repeat(80);
  const bundled = readFileSync(join(dist, "npm/THIRD_PARTY_NOTICES"), "utf8");
  return Buffer.from(`${bundled}\n${rule}\nNode.js ${version}\n\n${readFileSync(nodeLicense, "utf8")}`);
}

/** `--caches`: only the code caches, on a machine whose platform is one of the targets. */
async function cachesForHere(): Promise<void> {
  const target = targets.find(runsHere);
  if (target === undefined) throw new Error(`nothing is packaged for ${process.platform} on ${process.arch}`);
  const [node = ""] = filesOfNode(target.node, downloads, [target.node.program]);
  await makeCodeCaches(await build(), node, cachesOf(target));
  console.log(`dist/caches/${targetName(target)}`);
}

/**
 * Makes the krew archives of all platforms, their checksums and the filled-in manifest, in dist/krew. `--only linux_amd64` makes one archive and
 * no manifest.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" }, caches: { type: "boolean" } } });
  if (values.caches === true) return cachesForHere();
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error("archives are made on Linux, amd64: that is where the pinned Node of each release runs");
  const wanted = targets.filter((target) => values.only === undefined || targetName(target) === values.only);
  if (wanted.length === 0) throw new Error(`no such platform: ${String(values.only)}`);
  const chunks = await build();
  rmSync(krew, { recursive: true, force: true });
  mkdirSync(krew, { recursive: true });
  const archives: { os: string; arch: string; sha256: string }[] = [];
  for (const target of wanted)
    archives.push({ os: target.os, arch: target.arch, sha256: await packageFor(target, chunks) });
  const sums = wanted.map((target, place) => `${archives[place]?.sha256 ?? ""}  ${archiveName(target)}\n`);
  writeFileSync(join(krew, "checksums.txt"), sums.join(""));
  if (values.only !== undefined) return;
  const template = readFileSync(join(root, "krew-manifest.yaml"), "utf8");
  writeFileSync(join(krew, "why-pull.yaml"), filledIn(template, facts().version, archives));
}

await main();
