import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { type Seen, startApiServer } from "./api-server.ts";
import { type Ran, runCommand, runProcess, shippedProgram } from "./command.ts";
import { namespace, type Routes } from "./shop.ts";

export const token = "planted-token-7";
const folder = mkdtempSync(join(tmpdir(), "why-pull-hostile-"));

let files = 0;

/** A kubeconfig in a file, for one server and one user. */
export function writeKubeconfig(server: string, user: object = { token }, cluster: object = {}): string {
  files += 1;
  const file = join(folder, `config-${files}.yaml`);
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server, ...cluster } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u", namespace } }],
      "current-context": "c",
    }),
  );
  return file;
}

export interface Outcome extends Ran {
  /** What the connection wrote to standard error by itself, as -v asks for it. */
  readonly log: string;
  /** What the server was asked, in order. */
  readonly asked: readonly Seen[];
}

/** One server for all runs of a file: it serves what it is told to at the time. */
export interface Stage {
  /** Runs a command line in this process against routes that are served while it runs. */
  readonly ask: (routes: Routes, words: readonly string[]) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const options: { certificate: string; routes: Routes } = { certificate: "none", routes: {} };
  const server = await startApiServer(options);
  const kubeconfig = writeKubeconfig(server.url);
  return {
    ask: async (routes, words) => {
      options.routes = routes;
      const before = server.seen.length;
      const log: string[] = [];
      const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
        log.push(String(text));
        return true;
      });
      try {
        const ran = await runCommand([...words, "--kubeconfig", kubeconfig]);
        // A process of its own writes both to one standard error.
        const said = shippedProgram.length === 0 ? log.join("") : ran.stderr;
        return { ...ran, log: said, asked: server.seen.slice(before) };
      } finally {
        spy.mockRestore();
      }
    },
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Program extends Ran {
  /** The most memory that the process ever had, in MiB. */
  readonly mebibytes: number;
}

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Runs the program as people do, as a process of its own: the source, or what is shipped. */
export async function runProgram(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const command = shippedProgram.length === 0 ? [process.execPath, main] : shippedProgram;
  let memory: ReturnType<typeof watchMemory> | undefined;
  const ran = await runProcess([...command, ...words], {
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env },
    started: (pid) => (memory = watchMemory(pid)),
  });
  return { ...ran, mebibytes: memory?.stop() ?? 0 };
}

/** The kernel's own high-water mark of a process, looked at until it is stopped: a runtime of its own cannot be asked for it. */
function watchMemory(pid: number): { readonly stop: () => number } {
  let kibibytes = 0;
  const look = (): void => {
    try {
      const status = readFileSync(`/proc/${String(pid)}/status`, "latin1");
      kibibytes = Math.max(kibibytes, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return kibibytes / 1024;
    },
  };
}

export interface Item {
  readonly verdict: {
    readonly state: string;
    readonly cause: string | null;
    readonly confidence: string | null;
    readonly alternatives: readonly string[];
    readonly summary: string;
  };
  readonly image: string;
  readonly failure: { readonly message: string } | null;
  readonly path: readonly { readonly secret?: string; readonly outcome: string; readonly reason: string }[];
  readonly unknowns: readonly { readonly text: string; readonly help: string }[];
  readonly findings: readonly { readonly claims: readonly { readonly text: string }[] }[];
  readonly fix: readonly { readonly summary: string; readonly command?: string }[];
}

export function itemsOf(stdout: string): readonly Item[] {
  return (JSON.parse(stdout) as { items: readonly Item[] }).items;
}

/** A confident wrong answer is worse than none. */
export function isConfidentlyWrong(item: Item | undefined, accepted: readonly string[]): boolean {
  if (item === undefined) return true;
  const { state, confidence, cause } = item.verdict;
  if (state === "no-failure" || state === "waiting") return true;
  return state === "cause" && confidence !== "possible" && !accepted.includes(cause ?? "");
}
