import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { run } from "../src/cli.ts";
import type { Terminal } from "../src/cli/terminal.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Scene {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/**
 * What is shipped, as WHY_PULL_PROGRAM names it: the executable, or a program and its first words. What a test says of the source must hold for it, too.
 * Empty: the source.
 */
export const shippedProgram: readonly string[] = (process.env["WHY_PULL_PROGRAM"] ?? "")
  .split(" ")
  .filter((word) => word !== "");

/** Runs a command line as through a pipe, and keeps what it wrote: in this process, or with the shipped program. */
export function runCommand(words: readonly string[], scene: Scene = {}): Promise<Ran> {
  return shippedProgram.length === 0 ? runHere(words, scene) : runShipped(words, scene);
}

async function runHere(words: readonly string[], scene: Scene): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    env: scene.env ?? {},
    write: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    input: async function* () {
      yield typeof scene.input === "string" ? Buffer.from(scene.input) : (scene.input ?? Buffer.alloc(0));
    },
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: scene.columns,
    colorLevel: () => 0,
    signal: new AbortController().signal,
    now: () => Date.parse("2026-11-22T06:00:00Z"),
  };
  const code = await run(words, terminal);
  return { code, stdout: out.join(""), stderr: err.join("") };
}

/** With the folder and, of the environment, only what a user's shell has anyway. */
function runShipped(words: readonly string[], { input = "", env = {} }: Scene): Promise<Ran> {
  const { PATH = "", HOME = "", KUBECONFIG } = process.env;
  return runProcess([...shippedProgram, ...words], {
    env: { PATH, HOME, ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }), ...env },
    input,
  });
}

/** Runs a program to its end. Not spawnSync: the cluster that is asked lives in this process. */
export function runProcess(
  command: readonly string[],
  scene: {
    readonly env: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly input?: string | Buffer;
    readonly started?: (pid: number) => void;
  },
): Promise<Ran> {
  const [program = "", ...words] = command;
  const { cwd, env, input = "", started } = scene;
  const child = spawn(program, words, { env, ...(cwd === undefined ? {} : { cwd }) });
  if (child.pid !== undefined) started?.(child.pid);
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? -1));
  });
  return Promise.all([ended, textOf(child.stdout), textOf(child.stderr)]).then(([code, stdout, stderr]) => ({
    code,
    stdout,
    stderr,
  }));
}

export async function textOf(stream: Readable | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
