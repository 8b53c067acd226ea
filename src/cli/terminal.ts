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
  const { stdout, stderr, stdin, env } = process;
  const controller = new AbortController();
  process.once("SIGINT", () => {
    controller.abort();
    // A second one ends a process that does not heed the first.
    process.once("SIGINT", () => process.exit(130));
  });
  // `| head` closes the pipe early; that is no fault of anybody.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    env,
    write: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    stdoutIsTerminal: stdout.isTTY === true,
    stderrIsTerminal: stderr.isTTY === true,
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    colorLevel: async () => {
      const { supportsColor } = await import("chalk");
      return supportsColor === false ? 0 : supportsColor.level;
    },
    signal: controller.signal,
  };
}
