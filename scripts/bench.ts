import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { buildFloors, removeFloors } from "./bench/floors.ts";
import { root } from "./build.ts";
import { benchLong, benchMany } from "./many/bench.ts";

/** A command whose time is taken. */
interface Runner {
  readonly name: string;
  readonly words: readonly string[];
  /** The exit code that says it did its work. */
  readonly expected: number;
}

/** What one is held to: at most so many times the other's time, and its processor's. */
interface Bar {
  readonly runner: string;
  readonly against: string;
  readonly most?: number;
  readonly mostCpu?: number;
}

/** Milliseconds: of the clock, and of the processor in a process and its children. */
interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

const namespace = `bench-${process.pid}`;
const memoryBar = 90;
// What belongs to this shell's Node is nobody's default: npm and CI set some of it.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NODE|BUN)_/.test(name)));

const describe = "kubectl describe pod";
const getJson = "kubectl get pod -o json";
const version = "kubectl version --client";

const bars: readonly Bar[] = [
  { runner: "executable", against: describe, most: 0.7, mostCpu: 0.6 },
  { runner: "executable", against: getJson },
  { runner: "bare Bun", against: describe },
  { runner: "bare Go", against: describe },
  { runner: "npm bundle", against: describe, most: 1.25 },
  { runner: "npm bundle", against: getJson },
  { runner: "source", against: describe },
  { runner: "executable --version", against: version, most: 0.35 },
  { runner: "executable --help", against: version, most: 0.35 },
  { runner: "npm bundle --version", against: version },
  { runner: "npm bundle --help", against: version },
];

/** All that is there: an executable that was not packaged is left out. */
function runners(): readonly Runner[] {
  const pod = ["-n", namespace, "web"];
  const kubectl = (name: string, ...words: string[]): Runner => ({
    name,
    words: ["kubectl", ...words],
    expected: 0,
  });
  const ways: readonly (readonly [name: string, file: string, words: readonly string[]])[] = [
    ["executable", "dist/executable/linux_amd64/kubectl-why_pull", []],
    ["npm bundle", "dist/npm/main.cjs", [process.execPath, join(root, "bin/kubectl-why_pull.js")]],
    ["source", "src/main.ts", [process.execPath, join(root, "src/main.ts")]],
  ];
  const ours = ways
    .filter(([, file]) => existsSync(join(root, file)))
    .flatMap(([name, file, command]) => {
      const start = command.length === 0 ? [join(root, file)] : command;
      const run = (suffix: string, words: readonly string[], expected: number): Runner => ({
        name: name + suffix,
        words: [...start, ...words],
        expected,
      });
      const offline =
        name === "source" ? [] : [run(" --version", ["--version"], 0), run(" --help", ["--help"], 0)];
      return [run("", pod, 1), ...offline];
    });
  return [
    kubectl(describe, "describe", "pod", ...pod),
    kubectl(getJson, "get", "pod", "-o", "json", ...pod),
    kubectl(version, "version", "--client"),
    ...ours,
  ];
}

const timed = `TIMEFORMAT="%3R %3U %3S"; time "$@" </dev/null >/dev/null 2>&1`;

/** Times of one run, as the shell takes them: from before the process begins until it is gone. */
function time({ name, words, expected }: Runner): Taken {
  const shell = ["-c", timed, "bash", ...words];
  const { status, error, stderr } = spawnSync("bash", shell, { env, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== expected) throw new Error(`${name} ended with ${String(status)} instead of ${expected}`);
  const [real = 0, user = 0, system = 0] = stderr
    .trim()
    .split(" ")
    .map((seconds) => Number(seconds) * 1000);
  return { wall: real, cpu: user + system };
}

/** Runs everything once in every round, each round in another order, so that a slow moment of the machine hits all alike. */
function rounds(all: readonly Runner[], count: number): ReadonlyMap<string, readonly Taken[]> {
  const times = new Map<string, Taken[]>(all.map(({ name }) => [name, []]));
  const warmUps = 2;
  for (let round = -warmUps; round < count; round += 1)
    for (let place = 0; place < all.length; place += 1) {
      const forward = (place + Math.abs(round) * 3) % all.length;
      const runner = all[round % 2 === 0 ? forward : all.length - 1 - forward];
      if (runner === undefined) continue;
      const taken = time(runner);
      if (round >= 0) times.get(runner.name)?.push(taken);
    }
  return times;
}

/** Peak resident memory of one run in MiB: the kernel's own high-water mark, read until the process is gone. */
async function peakMemory({ words }: Runner): Promise<number> {
  const [command = "", ...rest] = words;
  const child = spawn(command, rest, { env, stdio: "ignore" });
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    try {
      const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(
        readFileSync(`/proc/${String(child.pid)}/status`, "utf8"),
      )?.[1];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
    } catch {
      // It ended between two looks.
    }
    await new Promise(setImmediate);
  }
  return peak;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const columns = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, place) => (place === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[place] ?? 0)))
    .join("  ");

const spread = (values: readonly number[], digits: number): string[] =>
  [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));

function printTimes(times: ReadonlyMap<string, readonly Taken[]>): void {
  const widths = [26, 7, 7, 7, 7];
  console.log(columns(["milliseconds", "median", "min", "max", "CPU"], widths));
  for (const [name, taken] of times) {
    const cpu = median(taken.map((one) => one.cpu)).toFixed(1);
    const walls = taken.map(({ wall }) => wall);
    console.log(columns([name, ...spread(walls, 1), cpu], widths));
  }
}

/** Ratios of the runs of the same round. */
function printRatios(times: ReadonlyMap<string, readonly Taken[]>): boolean {
  const widths = [52, 7, 7, 7, 6, 0];
  let held = true;
  console.log(`\n${columns(["ratio, pair by pair", "median", "min", "max", "bar"], widths)}`);
  for (const { runner, against, most, mostCpu } of bars) {
    const own = times.get(runner);
    const other = times.get(against);
    if (own === undefined || other === undefined) continue;
    const kinds = [
      { kind: "wall", suffix: "", bar: most },
      { kind: "cpu", suffix: ", CPU", bar: mostCpu },
    ] as const;
    for (const { kind, suffix, bar } of kinds) {
      const ratios = own.map((taken, place) => taken[kind] / (other[place]?.[kind] ?? Number.NaN));
      const missed = bar !== undefined && median(ratios) > bar;
      held &&= !missed;
      const cells = [bar?.toFixed(2) ?? "", missed ? "missed" : ""];
      const name = `${runner} / ${against}${suffix}`;
      console.log(columns([name, ...spread(ratios, 2), ...cells], widths).trimEnd());
    }
  }
  return held;
}

async function printMemory(all: readonly Runner[]): Promise<boolean> {
  const widths = [26, 7, 7, 7, 6, 0];
  let held = true;
  console.log(`\n${columns(["peak memory, MiB", "median", "min", "max", "bar"], widths)}`);
  for (const runner of all.filter(({ name }) => !name.includes(" --"))) {
    const peaks: number[] = [];
    for (let n = 0; n < 5; n += 1) peaks.push(await peakMemory(runner));
    const ours = runner.name === "executable" || runner.name === "npm bundle";
    const missed = ours && Math.max(...peaks) > memoryBar;
    held &&= !missed;
    const bar = [ours ? String(memoryBar) : "", missed ? "missed" : ""];
    console.log(columns([runner.name, ...spread(peaks, 0), ...bar], widths).trimEnd());
  }
  return held;
}

const kubectl = (words: readonly string[], input?: string): string =>
  execFileSync("kubectl", [...words], { encoding: "utf8", env, ...(input === undefined ? {} : { input }) });

/** A Pod with a pull secret for another registry, which is what most answers are about. */
const pod = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace },
  spec: {
    imagePullSecrets: [{ name: "regcred" }],
    containers: [{ name: "app", image: "bench.acme.test/team/web:1.4.2" }],
  },
});

async function withFailingPod(work: () => Promise<boolean>): Promise<boolean> {
  kubectl(["create", "namespace", namespace]);
  try {
    const login = ["--docker-server=docker.io", "--docker-username=bench", "--docker-password=bench"];
    kubectl(["-n", namespace, "create", "secret", "docker-registry", "regcred", ...login]);
    kubectl(["-n", namespace, "wait", "--for=create", "serviceaccount/default", "--timeout=30s"]);
    kubectl(["apply", "-f", "-"], pod);
    const waiting = "{.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff";
    kubectl(["-n", namespace, "wait", `--for=jsonpath=${waiting}`, "pod/web", "--timeout=90s"]);
    return await work();
  } finally {
    kubectl(["delete", "namespace", namespace, "--wait=false"]);
  }
}

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "41" },
    check: { type: "boolean" },
    many: { type: "boolean" },
    "only-cluster": { type: "boolean", default: false },
    floors: { type: "boolean" },
    counts: { type: "string", default: "60,600,6000" },
  },
});
const one = (): Promise<boolean> =>
  withFailingPod(async () => {
    const ours = runners();
    const own = ours.find(({ expected }) => expected === 1);
    const floors = values.floors === true && own !== undefined ? buildFloors(own.words, env) : [];
    try {
      const all = [...ours, ...floors.map((floor) => ({ ...floor, expected: 0 }))];
      console.log(`${values.runs} rounds on Node ${process.version}, variables of Node and Bun removed\n`);
      const times = rounds(all, Number(values.runs));
      printTimes(times);
      return [printRatios(times), await printMemory(all), await benchLong(5)].every(Boolean);
    } finally {
      removeFloors();
    }
  });
const held =
  values.many === true
    ? await benchMany(Number(values.runs), values.counts.split(",").map(Number), values["only-cluster"])
    : await one();
if (values.check === true && !held) process.exitCode = 1;
