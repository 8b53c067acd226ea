import { run } from "../src/cli.ts";
import type { Terminal } from "../src/cli/terminal.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as through a pipe, and keeps what it wrote. */
export async function runCommand(
  words: readonly string[],
  scene: {
    readonly input?: string | Buffer;
    readonly env?: Readonly<Record<string, string>>;
    readonly columns?: number;
  } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    env: scene.env ?? {},
    write: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    readInput: () =>
      Promise.resolve(
        typeof scene.input === "string" ? Buffer.from(scene.input) : (scene.input ?? Buffer.alloc(0)),
      ),
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
