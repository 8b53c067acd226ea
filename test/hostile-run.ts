import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { type ApiServerOptions, type FakeApiServer, startApiServer } from "./api-server.ts";
import { type Ran, runCommand } from "./command.ts";
import { namespace, type Routes } from "./shop.ts";

export const token = "planted-token-7";
export const folder = mkdtempSync(join(tmpdir(), "why-pull-hostile-"));
export const removeFolder = (): void => rmSync(folder, { recursive: true });

/** A kubeconfig in a file, for one server and one user. */
export function writeKubeconfig(server: string, user: object = { token }, cluster: object = {}): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.yaml`);
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
  readonly server: FakeApiServer;
}

/** Runs a command line in this process against routes that are served while it runs. */
export async function ask(
  routes: Routes,
  words: readonly string[],
  options: ApiServerOptions = {},
): Promise<Outcome> {
  const server = await startApiServer({ certificate: "none", ...options, routes });
  const log: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    log.push(String(text));
    return true;
  });
  try {
    const ran = await runCommand([...words, "--kubeconfig", writeKubeconfig(server.url)]);
    return { ...ran, log: log.join(""), server };
  } finally {
    spy.mockRestore();
    await server.close();
  }
}

export interface Program extends Ran {
  /** The most memory that the process ever had, in MiB. */
  readonly mebibytes: number;
}

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
/** Written to its fourth file at the end, in KiB. */
const reportMemory = `import { writeSync } from "node:fs";
process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));`;

/** Runs the program as people do, as a process of its own. */
export async function runProgram(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const child = spawn(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(reportMemory)}`, main, ...words],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env },
    },
  );
  const [stdout, stderr, memory, code] = await Promise.all([
    textOf(child.stdio[1]),
    textOf(child.stdio[2]),
    textOf(child.stdio[3] as Readable),
    new Promise<number>((resolve) => child.on("close", (exit) => resolve(exit ?? -1))),
  ]);
  return { code, stdout, stderr, mebibytes: Number(memory) / 1024 };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
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
  readonly fix: readonly { readonly summary: string; readonly command?: string }[];
}

export function itemsOf(stdout: string): readonly Item[] {
  return (JSON.parse(stdout) as { items: readonly Item[] }).items;
}

/** A confident wrong answer is worse than none. */
export function isConfidentlyWrong(item: Item | undefined, accepted: readonly string[]): boolean {
  if (item === undefined) return true;
  const { state, confidence, cause } = item.verdict;
  if (state === "no-failure") return true;
  return state === "cause" && confidence !== "possible" && !accepted.includes(cause ?? "");
}
