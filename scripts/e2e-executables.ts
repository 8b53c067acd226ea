/**
 * Looks at the packaged executables: each as the loader of its system reads it, and that of this machine at work where nothing but glibc is, and where a folder and the
 * environment are full of what Bun and Node obey. Needs `npm run package` before; Linux, root for the empty root folder.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { signatureFaults } from "../test/packaging/mach-o-reader.ts";
import { peFaults } from "../test/packaging/pe-reader.ts";
import { dist } from "./build.ts";
import type { Outcome } from "./e2e-krew.ts";
import { programName, type Target, targetName, targets } from "./packaging/targets.ts";

const fileOf = (target: Target): string =>
  join(dist, "executable", targetName(target), programName(target.os));

/** What the loader of the target's system would say against the file. */
function faultsOf(target: Target, file: Buffer): readonly string[] {
  switch (target.os) {
    case "darwin":
      // Bun's own name for what it signs.
      return signatureFaults(file, target.arch === "arm64" ? "a.out" : "kubectl-why_pull");
    case "windows":
      return peFaults(file);
    case "linux":
      return elfFaults(file, target.arch);
  }
}

/** The glibc of RHEL 7 and everything since. */
const oldestGlibc = 17;

function elfFaults(file: Buffer, arch: Target["arch"]): readonly string[] {
  if (file.readUInt32BE(0) !== 0x7f454c46) return ["no ELF file"];
  const machine = { amd64: 62, arm64: 183 }[arch];
  const text = file.toString("latin1");
  const newer = [...new Set([...text.matchAll(/\0GLIBC_2\.(\d+)(?=\0)/g)].map(([, minor]) => Number(minor)))];
  return [
    ...(file.readUInt16LE(18) === machine ? [] : [`not for ${arch}`]),
    ...newer.filter((minor) => minor > oldestGlibc).map((minor) => `needs glibc 2.${minor}`),
    ...(/\0lib(?:stdc\+\+|gcc_s|atomic)\.so/.test(text) ? ["needs more than glibc"] : []),
  ];
}

type Check = (sentence: string, held: boolean, detail?: string) => void;

/**
 * The emptiest container that there is: the program, glibc's libraries and /proc, which Bun needs to find the program in itself. No /etc, /dev, /tmp, no shell.
 */
function checkEmptyRoot(program: string, check: Check): void {
  const folder = mkdtempSync(join(tmpdir(), "why-pull-root-"));
  try {
    const libraries = execFileSync("ldd", [program], { encoding: "utf8" }).match(/\/\S+(?= \(0x)/g) ?? [];
    for (const library of libraries) {
      mkdirSync(join(folder, dirname(library)), { recursive: true });
      copyFileSync(library, join(folder, library));
    }
    copyFileSync(program, join(folder, "kubectl-why_pull"));
    const page = ["explain", "pull-secret-missing"];
    mkdirSync(join(folder, "proc"));
    const inside = `mount --bind /proc "${folder}/proc" && exec chroot "${folder}" /kubectl-why_pull ${page.join(" ")}`;
    const words = ["-m", "sh", "-c", inside];
    const { status, stdout, stderr } = spawnSync("unshare", words, { encoding: "utf8" });
    check("it runs where nothing but glibc is", status === 0 && stdout.includes("imagePullSecrets"), stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const evil = "console.log('somebody else ran');\n";

/** Everything that Bun or Node would load from a folder. */
const planted: Readonly<Record<string, string>> = {
  "evil.js": evil,
  ".env": "BUN_OPTIONS=--preload=./evil.js\nKUBECONFIG=/somebody/else\nWHY_PULL_DEBUG=1\n",
  ".env.local": "KUBECONFIG=/somebody/else\n",
  ".env.production": "KUBECONFIG=/somebody/else\n",
  "bunfig.toml": 'preload = ["./evil.js"]\n[run]\npreload = ["./evil.js"]\n',
  ".bunfig.toml": 'preload = ["./evil.js"]\n',
  "package.json": '{"type":"module","imports":{"node:fs":"./evil.js"},"bun":{"preload":["./evil.js"]}}',
  "tsconfig.json": '{"compilerOptions":{"paths":{"node:*":["./evil.js"],"*":["./evil.js"]}}}',
  "node_modules/chalk/index.js": evil,
  "node_modules/commander/index.js": evil,
  "node_modules/yaml/index.js": evil,
};

/** Variables that are for the Bun or the Node of a project. */
const variables: Readonly<Record<string, string>> = {
  NODE_OPTIONS: "--require ./evil.js",
  NODE_PATH: "./node_modules",
  NODE_EXTRA_CA_CERTS: "/nowhere.pem",
  NODE_TLS_REJECT_UNAUTHORIZED: "0",
  NODE_USE_SYSTEM_CA: "1",
  NODE_COMPILE_CACHE: "./cache",
  NODE_ENV: "development",
  NODE_DEBUG: "*",
  NODE_REDIRECT_WARNINGS: "./warnings",
  BUN_OPTIONS: "--preload=./evil.js",
  BUN_BE_BUN: "1",
  BUN_INSPECT: "ws://127.0.0.1:1/x?wait=1",
  BUN_INSPECT_CONNECT_TO: "ws://127.0.0.1:1/x",
  BUN_INSPECT_PRELOAD: "./evil.js",
  BUN_BYTECODE_ORDER_OUT: "./order",
  BUN_BYTECODE_ORDER_NAMES_OUT: "./names",
  BUN_BYTECODE_DIGEST_OUT: "./digest",
  BUN_CONFIG_PRELOAD: "./evil.js",
  BUN_CONFIG_VERBOSE_FETCH: "curl",
  BUN_RUNTIME_TRANSPILER_CACHE_PATH: "./cache",
  BUN_TRACE: "./trace",
  BUN_GARBAGE_COLLECTOR_LEVEL: "2",
};

function checkTraps(program: string, check: Check): void {
  const folder = mkdtempSync(join(tmpdir(), "why-pull-traps-"));
  try {
    for (const [name, text] of Object.entries(planted)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const run = (env: Readonly<Record<string, string>>, words: readonly string[], cwd: string): string => {
      const ran = spawnSync(program, words, { cwd, env, encoding: "utf8", timeout: 20_000 });
      return `${String(ran.status)}\n${ran.stdout}${ran.stderr}`;
    };
    const lines: readonly (readonly string[])[] = [
      ["--version"],
      ["explain", "dns-failure"],
      ["web", "-n", "x"],
    ];
    for (const words of lines) {
      const calm = run({}, words, "/");
      check(`a hostile folder changes nothing of ${words.join(" ")}`, run({}, words, folder) === calm);
      for (const [name, value] of Object.entries({ HOME: folder, XDG_CONFIG_HOME: folder, ...variables })) {
        const said = run({ [name]: value }, words, folder);
        check(`${name} changes nothing of ${words.join(" ")}`, said === calm, said.slice(0, 300));
      }
    }
    const left = ["cache", "order", "names", "digest", "trace", "warnings"].filter((name) =>
      existsSync(join(folder, name)),
    );
    check("nothing was written beside them", left.length === 0, left.join("\n"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function e2eExecutables(): Outcome {
  const failed: string[] = [];
  let passed = 0;
  const check: Check = (sentence, held, detail = "") => {
    if (held) passed += 1;
    else failed.push(detail === "" ? sentence : `${sentence}\n${detail.trim()}`);
  };
  for (const target of targets) {
    const file = fileOf(target);
    const faults = existsSync(file) ? faultsOf(target, readFileSync(file)) : ["not packaged"];
    check(`${targetName(target)} is what its system loads`, faults.length === 0, faults.join("\n"));
  }
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const own = targets.find((target) => target.os === process.platform && target.arch === arch);
  const program = own && fileOf(own);
  if (program === undefined || !existsSync(program)) return { passed, failed };
  if (process.geteuid?.() === 0) checkEmptyRoot(program, check);
  checkTraps(program, check);
  return { passed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = e2eExecutables();
  console.log(`${passed} passed, ${failed.length} failed`);
  for (const sentence of failed) console.log(`\n${sentence}`);
  if (failed.length > 0) process.exitCode = 1;
}
