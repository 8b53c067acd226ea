import { isatty } from "node:tty";

/** What surrounds the program, gathered in one place so that tests can set the scene. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly readInput: () => Promise<Buffer>;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns of standard output, where it is a terminal. */
  readonly columns: number | undefined;
  /** chalk's level that standard output can show. */
  readonly colorLevel: () => Promise<0 | 1 | 2 | 3>;
  readonly signal: AbortSignal;
}

export function processTerminal(): Terminal {
  const { env } = process;
  const controller = new AbortController();
  process.once("SIGINT", () => {
    controller.abort();
    // A second one ends a process that does not heed the first.
    process.once("SIGINT", () => process.exit(130));
  });
  return {
    env,
    write: (text) => void output().write(text),
    complain: (text) => void process.stderr.write(text),
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    stdoutIsTerminal: isatty(1),
    stderrIsTerminal: isatty(2),
    columns: isatty(1) ? process.stdout.columns : undefined,
    colorLevel: async () => {
      const { supportsColor } = await import("chalk");
      return supportsColor === false ? 0 : supportsColor.level;
    },
    signal: controller.signal,
  };
}

let listening = false;

/** Node makes a stream of standard output when it is first asked for; that costs a millisecond each. */
function output(): NodeJS.WriteStream {
  if (!listening) {
    listening = true;
    // `| head` closes the pipe early; that is no fault of anybody.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
  return process.stdout;
}
