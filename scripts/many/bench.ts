import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../build.ts";
import { serveMany } from "./server.ts";

/**
 * Many Pods. With a cluster (the lab, whose script fills namespaces): 60, 600 and 6,000 failing Pods of one namespace
 * beside `kubectl get pods -o json`, and what they cost the API server. Without one, the same on a server of ours, and
 * 10,000 Pods of which 300 fail; `onlyCluster` leaves that out.
 */
export async function benchMany(
  rounds: number,
  counts: readonly number[],
  onlyCluster: boolean,
): Promise<boolean> {
  const held = onlyCluster
    ? []
    : [
        await spread(rounds, { pods: 10_000, failing: 300, namespaces: 30 }),
        await spread(rounds, { pods: 600, failing: 600, namespaces: 1 }),
      ];
  const filler = join(root, "../shared/lab/many");
  if ((process.env["KUBECONFIG"] ?? "") !== "" && existsSync(filler))
    for (const count of counts)
      held.push(await crowd(filler, count, count > 1000 ? Math.min(rounds, 3) : rounds));
  return held.every(Boolean);
}

/** 5,000 Pods, 150 failing, of a server of ours and of a file: the executable is not slower than the same program on Node. */
export async function benchLong(rounds: number): Promise<boolean> {
  const [executable, node] = ours();
  if (executable?.[0] !== "executable" || node?.[0] !== "npm bundle") return true;
  return served({ pods: 5000, failing: 150, namespaces: 15 }, async ({ url, kubeconfig, folder }) => {
    const file = join(folder, "pods.json");
    writeFileSync(file, await (await fetch(`${url}/api/v1/pods`)).text());
    console.log("\n5,000 Pods, 150 failing: seconds and CPU, executable / npm bundle");
    const questions = [
      { name: "-A", flags: ["--kubeconfig", kubeconfig, "-A"] },
      { name: "-f", flags: ["-f", file] },
    ];
    const held = questions.map(({ name, flags }) => {
      const pairs = Array.from({ length: rounds }, () =>
        [executable, node].map(([, words]) => cost([...words, ...flags])),
      );
      const ratio = (of: (run: Cost) => number): string =>
        median(pairs.map(([own, other]) => (own && other ? of(own) / of(other) : Number.NaN))).toFixed(2);
      const [own, other] = [0, 1].map((at) => median(pairs.map((pair) => pair[at]?.seconds ?? 0)).toFixed(2));
      const wall = ratio(({ seconds }) => seconds);
      const missed = Number(wall) > 1;
      console.log(
        `  ${name}: ${own} s / ${other} s, wall ${wall}, CPU ${ratio(({ cpu }) => cpu)}; at most 1.00${missed ? "  missed" : ""}`,
      );
      return !missed;
    });
    return held.every(Boolean);
  });
}

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly peakMiB: number;
}

/** One run to its end, through a pipe. CPU is user and system time of the process and its children, as bash counts it. */
function cost(words: readonly string[]): Cost {
  const line = words.map((word) => `'${word}'`).join(" ");
  const script = `TIMEFORMAT='%R %U %S'; time { ${line} >/dev/null 2>/dev/null; }`;
  const { stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  const [real = 0, user = 0, system = 0] = stderr.trim().split(" ").map(Number);
  return { seconds: real, cpu: user + system, peakMiB: 0 };
}

async function peak(words: readonly string[]): Promise<number> {
  const [command = "", ...rest] = words;
  const child = spawn(command, rest, { stdio: "ignore" });
  let most = 0;
  while (child.exitCode === null && child.signalCode === null) {
    try {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
      most = Math.max(most, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It ended between two looks.
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return most;
}

function ours(): readonly (readonly [string, readonly string[]])[] {
  const executable = join(root, "dist/executable/linux_amd64/kubectl-why_pull");
  const bundle = join(root, "dist/npm/main.cjs");
  return [
    ...(existsSync(executable) ? [["executable", [executable]] as const] : []),
    ...(existsSync(bundle)
      ? [["npm bundle", [process.execPath, join(root, "bin/kubectl-why_pull.js")]] as const]
      : []),
    ["source", [process.execPath, join(root, "src/main.ts")]],
  ];
}

interface Load {
  readonly pods: number;
  readonly failing: number;
  readonly namespaces: number;
}

interface Served {
  readonly url: string;
  readonly kubeconfig: string;
  readonly folder: string;
}

/** In a process of its own, so that what it takes is nobody's. */
async function served(
  { pods, failing, namespaces }: Load,
  work: (served: Served) => Promise<boolean>,
): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [import.meta.filename, "serve", ...[pods, failing, namespaces].map(String)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const url = await new Promise<string>((resolve) =>
    child.stdout.once("data", (text: Buffer) => resolve(text.toString().trim())),
  );
  const folder = mkdtempSync(join(tmpdir(), "why-pull-many-"));
  const kubeconfig = join(folder, "kubeconfig");
  const context = { name: "c", context: { cluster: "c", user: "" } };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: url } }],
      contexts: [context],
      "current-context": "c",
    }),
  );
  try {
    return await work({ url, kubeconfig, folder });
  } finally {
    child.kill();
    rmSync(folder, { recursive: true });
  }
}

async function spread(rounds: number, load: Load): Promise<boolean> {
  const { pods, failing, namespaces } = load;
  return served(load, async ({ kubeconfig, folder }) => {
    console.log(`\n${pods} Pods, ${failing} failing, in ${namespaces} namespaces of a server of ours`);
    const kubectl = [
      "kubectl",
      "--kubeconfig",
      kubeconfig,
      "--cache-dir",
      folder,
      "get",
      "pods",
      "-A",
      "-o",
      "json",
    ];
    const theirs = Array.from({ length: rounds }, () => cost(kubectl));
    const other = median(theirs.map((run) => run.cpu));
    const wall = median(theirs.map((run) => run.seconds));
    console.log(
      `  kubectl get pods -A -o json: CPU ${other.toFixed(2)} s, peak ${(await peak(kubectl)).toFixed(0)} MiB`,
    );
    const held: boolean[] = [];
    for (const [name, command] of ours()) {
      const words = [...command, "--kubeconfig", kubeconfig, "-A"];
      const runs = Array.from({ length: rounds }, () => cost(words));
      const cpu = median(runs.map((run) => run.cpu));
      const most = await peak(words);
      const seconds = median(runs.map((run) => run.seconds));
      const isFew = failing < pods;
      if (name !== "source")
        held.push(isFew ? cpu <= 0.3 * other && most <= 150 : pods > 1000 || seconds <= 2.5 * wall);
      const bar = isFew
        ? "at most 0.30 of its CPU and 150 MiB"
        : pods > 1000
          ? "no bar"
          : "at most 2.50 times its time";
      console.log(
        `  ${name}: CPU ${cpu.toFixed(2)} s (${(cpu / other).toFixed(2)}), ${seconds.toFixed(2)} s (${(seconds / wall).toFixed(2)}), peak ${most.toFixed(0)} MiB; ${bar}`,
      );
    }
    return held.every(Boolean);
  });
}

async function crowd(filler: string, count: number, rounds: number): Promise<boolean> {
  const namespace = `many-${count}`;
  spawnSync(filler, [String(count), namespace], { stdio: "inherit" });
  try {
    console.log(`\n${count} failing Pods of one namespace`);
    const kubectl = ["kubectl", "get", "pods", "-n", namespace, "-o", "json"];
    const held: boolean[] = [];
    for (const [name, command] of ours()) {
      const words = [...command, "-n", namespace];
      const ratios: number[] = [];
      const seconds: number[] = [];
      const server: number[] = [];
      cost(words);
      for (let round = 0; round < rounds; round += 1) {
        const before = serverSeconds();
        const own = cost(words);
        server.push(serverSeconds() - before);
        const other = cost(kubectl);
        ratios.push(own.seconds / other.seconds);
        seconds.push(own.seconds);
      }
      if (name !== "source" && count === 600) held.push(median(ratios) <= 2.5);
      const lines = spawnSync(command[0] ?? "", [...command.slice(1), "-n", namespace], {
        encoding: "utf8",
        maxBuffer: 1e9,
      });
      console.log(
        `  ${name}: ${median(seconds).toFixed(2)} s, ${median(ratios).toFixed(2)} times kubectl get pods -o json (at most 2.50 for 600), API server ${median(server).toFixed(2)} s of CPU, peak ${(await peak(words)).toFixed(0)} MiB, ${lines.stdout.split("\n").length - 1} lines, requests ${requestsOf(command, namespace)}`,
      );
    }
    return held.every(Boolean);
  } finally {
    spawnSync("kubectl", ["delete", "namespace", namespace, "--wait=false"]);
  }
}

function requestsOf(command: readonly string[], namespace: string): string {
  const { stderr } = spawnSync(command[0] ?? "", [...command.slice(1), "-n", namespace, "-v", "6"], {
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  const counts = new Map<string, number>();
  for (const [, path] of stderr.matchAll(/https?:\/\/[^/\s"]+(\/apis?\/[^\s"?]*)/g)) {
    const kind =
      path
        ?.split("/")
        .findLast((word) => /^(pods|events|secrets|serviceaccounts|nodes|deployments|proxy)$/.test(word)) ??
      "others";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, number]) => `${kind} ${number}`).join(", ");
}

/** CPU seconds of the lab's API server; others of this machine are none of ours. */
function serverSeconds(): number {
  const lab = dirname(process.env["KUBECONFIG"] ?? "");
  const ticks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const isServer = command.startsWith(`${lab}/`) && command.includes("kube-apiserver");
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        return isServer ? [Number(fields[11]) + Number(fields[12])] : [];
      } catch {
        return [];
      }
    });
  return ticks.reduce((total, own) => total + own, 0) / 100;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

if (process.argv[1] === import.meta.filename && process.argv[2] === "serve") {
  const [pods = 0, failing = 0, namespaces = 1] = process.argv.slice(3).map(Number);
  const { url } = await serveMany(pods, failing, namespaces);
  process.stdout.write(`${url}\n`);
}
