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
  readonly colorLevel: () => 0 | 1 | 2 | 3;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
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
    colorLevel: () => levelOf(process.stdout.getColorDepth()),
    signal: controller.signal,
    now: Date.now,
  };
}

/** Bits of colour as node:tty counts them, from the terminal's name and what the environment says of colours. */
function levelOf(depth: number): 0 | 1 | 2 | 3 {
  if (depth < 4) return 0;
  return depth < 8 ? 1 : depth < 24 ? 2 : 3;
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
