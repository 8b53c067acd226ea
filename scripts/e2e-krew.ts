import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { dist, root } from "./build.ts";
import { programName, targetName, targets } from "./packaging/targets.ts";

/** What was tried, and what of it did not hold. */
export interface Outcome {
  readonly passed: number;
  readonly failed: readonly string[];
  /** What was seen that is neither. */
  readonly notes?: readonly string[];
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

const manifest = join(dist, "krew/why-pull.yaml");
const archiveOf = (name: string): string => join(dist, "krew", `kubectl-why_pull_${name}.tar.gz`);

/** A folder of its own with krew, the validator and kubectl, and nothing else: no Node can be found. */
interface Place {
  readonly folder: string;
  readonly bin: string;
  readonly krewRoot: string;
  readonly run: (command: string, words: readonly string[], more?: NodeJS.ProcessEnv) => Ran;
}

/**
 * Installs the packaged archives with the real krew, asks the real kubectl for the plugin and takes it away again. Needs `npm run package` before,
 * `kubectl` on PATH, and krew with its manifest validator: in $KREW_PROGRAMS as programs or as .xz files, else beside this checkout in ../shared/krew.
 */
export async function e2eKrew(): Promise<Outcome> {
  const failed: string[] = [];
  let passed = 0;
  const check = (sentence: string, held: boolean, detail = ""): void => {
    if (held) passed += 1;
    else failed.push(detail === "" ? sentence : `${sentence}\n${detail.trim()}`);
  };
  if (!existsSync(manifest))
    return { passed, failed: ["there is no dist/krew/why-pull.yaml: run `npm run package` first"] };
  const place = prepare();
  try {
    const valid = place.run("validate-krew-manifest", ["-manifest", manifest, "-skip-install"]);
    check("krew-index accepts the manifest", valid.code === 0, valid.out);
    checkInstalled(place, check);
    checkPlatforms(place, check);
  } finally {
    rmSync(place.folder, { recursive: true, force: true });
  }
  return { passed, failed };
}

type Check = (sentence: string, held: boolean, detail?: string) => void;

function prepare(): Place {
  const folder = mkdtempSync(join(tmpdir(), "why-pull-krew-"));
  const bin = join(folder, "programs");
  const krewRoot = join(folder, "krew");
  mkdirSync(bin);
  mkdirSync(join(folder, "home"));
  // What `krew update` leaves, without the plugins of the world: without an index krew uninstalls nothing.
  for (const part of [".git", "plugins"])
    mkdirSync(join(krewRoot, "index/default", part), { recursive: true });
  const source = process.env["KREW_PROGRAMS"] ?? join(root, "../shared/krew");
  for (const name of ["krew", "validate-krew-manifest"]) {
    const there = join(source, name);
    if (!existsSync(there) && !existsSync(`${there}.xz`))
      throw new Error(`${name} is not in ${source}: set KREW_PROGRAMS`);
    if (existsSync(there)) symlinkSync(there, join(bin, name));
    else {
      writeFileSync(join(bin, name), execFileSync("xz", ["-dc", `${there}.xz`], { maxBuffer: 1 << 28 }));
      chmodSync(join(bin, name), 0o755);
    }
  }
  symlinkSync(
    execFileSync("sh", ["-c", "command -v kubectl"], { encoding: "utf8" }).trim(),
    join(bin, "kubectl"),
  );
  const base = {
    PATH: `${join(krewRoot, "bin")}:${bin}`,
    HOME: join(folder, "home"),
    KREW_ROOT: krewRoot,
    KUBECONFIG: process.env["KUBECONFIG"] ?? "",
    KREW_NO_UPGRADE_CHECK: "1",
  };
  return {
    folder,
    bin,
    krewRoot,
    run: (command, words, more = {}) => {
      const env = { ...base, ...more };
      const { status, stdout, stderr, error } = spawnSync(findIn(env.PATH, command), [...words], {
        env,
        encoding: "utf8",
      });
      return { code: status, out: error === undefined ? `${stdout}${stderr}` : error.message };
    },
  };
}

const findIn = (path: string, command: string): string =>
  path
    .split(":")
    .map((folder) => join(folder, command))
    .find((file) => existsSync(file)) ?? command;

function checkInstalled(place: Place, check: Check): void {
  const { run, krewRoot } = place;
  const installed = run("krew", ["install", "--manifest", manifest, "--archive", archiveOf("linux_amd64")]);
  check("krew installs the linux archive", installed.code === 0, installed.out);
  const listed = run("kubectl", ["plugin", "list"]);
  check("kubectl lists the plugin", listed.out.includes(join(krewRoot, "bin/kubectl-why_pull")), listed.out);
  const help = run("kubectl", ["why-pull", "--help"]);
  check(
    "kubectl why-pull --help runs without Node on PATH",
    help.code === 0 && help.out.includes("why-pull"),
    help.out,
  );
  const told = run("kubectl", ["why-pull", "--version"]);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  check(
    "kubectl why-pull --version says the packaged version",
    told.code === 0 && told.out.includes(version),
    told.out,
  );
  const hostile = {
    NODE_OPTIONS: "--require /nowhere.js",
    HOME: "/nonexistent",
    NODE_EXTRA_CA_CERTS: "/nowhere.pem",
    NODE_USE_SYSTEM_CA: "1",
    BUN_OPTIONS: "--preload /nowhere.js",
    BUN_BE_BUN: "1",
  };
  const calm = run("kubectl", ["why-pull", "--help"], hostile);
  check(
    "settings for Node and Bun and a missing home change nothing",
    calm.code === 0 && calm.out === help.out,
    calm.out,
  );
  const store = join(krewRoot, "store/why-pull", `v${version}`);
  const files = existsSync(store) ? readdirSync(store).toSorted() : [];
  const wanted = ["LICENSE", "THIRD_PARTY_NOTICES", "kubectl-why_pull"];
  check("the licences are installed with it", files.join() === wanted.join(), files.join("\n"));
  const removed = run("krew", ["uninstall", "why-pull"]);
  check("krew uninstalls it", removed.code === 0, removed.out);
  const left = readdirSync(krewRoot, { recursive: true, encoding: "utf8" })
    .filter((file) => /why.?pull/i.test(file))
    .join("\n");
  check("nothing is left after uninstalling", left === "", left);
}

/** The archives for other machines are installed as krew would there, without being run. */
function checkPlatforms(place: Place, check: Check): void {
  for (const target of targets) {
    const name = targetName(target);
    const krewRoot = join(place.folder, name);
    const more = { KREW_ROOT: krewRoot, KREW_OS: target.os, KREW_ARCH: target.arch };
    const installed = place.run(
      "krew",
      ["install", "--manifest", manifest, "--archive", archiveOf(name)],
      more,
    );
    const link = join(krewRoot, "bin", programName(target.os));
    check(`krew installs the archive for ${name}`, installed.code === 0 && existsSync(link), installed.out);
    const entries = tarEntries(archiveOf(name));
    const wanted = [`${programName(target.os)} 0 755`, "LICENSE 0 644", "THIRD_PARTY_NOTICES 0 644"];
    check(
      `the archive for ${name} holds the program and its licences`,
      entries.join() === wanted.join(),
      entries.join("\n"),
    );
  }
}

/** Name, type and mode of everything in an archive. */
function tarEntries(archive: string): string[] {
  const bytes = gunzipSync(readFileSync(archive));
  const found: string[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const field = (from: number, to: number): string =>
      bytes.toString("latin1", at + from, at + to).replace(/\0.*$/s, "");
    found.push(`${field(0, 100)} ${field(156, 157)} ${Number.parseInt(field(100, 108), 8).toString(8)}`);
    at += 512 + Math.ceil(Number.parseInt(field(124, 136), 8) / 512) * 512;
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await e2eKrew();
  console.log(`${passed} passed, ${failed.length} failed`);
  for (const sentence of failed) console.log(`\n${sentence}`);
  if (failed.length > 0) process.exitCode = 1;
}
