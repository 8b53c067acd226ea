import { fstatSync, statSync, writeSync } from "node:fs";
import { devNull } from "node:os";
import { isatty } from "node:tty";

/** What surrounds the program, gathered in one place so that tests can set the scene. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Standard input as it comes. */
  readonly input: () => AsyncIterable<Buffer>;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns of standard output, where it is a terminal that was told its size. */
  readonly columns: number | undefined;
  /** What standard output can show: 0 no colours, 1 sixteen, 2 and 3 more. */
  readonly colorLevel: () => 0 | 1 | 2 | 3;
  /** Aborted by Ctrl-C. Until somebody asks for it, Ctrl-C ends the program at once, whatever it is busy with. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function processTerminal(): Terminal {
  const { env } = process;
  const stdoutIsTerminal = isTerminal(1);
  let interrupt: AbortSignal | undefined;
  return {
    env,
    write: stdoutIsTerminal ? (text) => void output().write(text) : writeAtOnce,
    complain: (text) => void errors().write(text),
    input: () => process.stdin,
    stdoutIsTerminal,
    get stderrIsTerminal() {
      return isTerminal(2);
    },
    columns: stdoutIsTerminal && process.stdout.columns > 0 ? process.stdout.columns : undefined,
    colorLevel: () => levelOf(process.stdout.getColorDepth()),
    get signal() {
      return (interrupt ??= onInterrupt());
    },
    now: Date.now,
  };
}

/** Bits of colour as node:tty counts them, from the terminal's name and what the environment says of colours. */
function levelOf(depth: number): 0 | 1 | 2 | 3 {
  if (depth < 4) return 0;
  return depth < 8 ? 1 : depth < 24 ? 2 : 3;
}

function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    controller.abort();
    // A second one ends a process that does not heed the first.
    process.once("SIGINT", () => process.exit(130));
  });
  return controller.signal;
}

/** A file, a pipe and the null device are none. That is seen sooner than node:tty is loaded. */
function isTerminal(descriptor: number): boolean {
  try {
    const file = fstatSync(descriptor);
    return file.isCharacterDevice() && file.rdev !== nullDevice() && isatty(descriptor);
  } catch {
    return isatty(descriptor);
  }
}

function nullDevice(): number | undefined {
  try {
    return statSync(devNull).rdev;
  } catch {
    return undefined;
  }
}

/** Where a stream is needed after all, what follows goes the same way. */
let streaming = false;

/** Into a file or a pipe, without a stream: to make one takes a millisecond. A pipe that is full may take a part, and leave the rest for a stream to wait with. */
function writeAtOnce(text: string): void {
  if (streaming) return void output().write(text);
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code !== "EAGAIN") return notWritten(failure);
    streaming = true;
    output().write(bytes.subarray(written));
  }
}

let listening = false;

/** Node makes a stream of standard output when it is first asked for. */
function output(): NodeJS.WriteStream {
  if (!listening) {
    listening = true;
    process.stdout.on("error", notWritten);
  }
  return process.stdout;
}

function notWritten(error: NodeJS.ErrnoException): void {
  // `| head` closes the pipe early; that is no fault of anybody, and what was found stays found.
  if (error.code === "EPIPE" || error.code === "EOF") return;
  errors().write(`error: standard output cannot be written (${error.code ?? error.message})\n`);
  process.once("exit", () => (process.exitCode = 3));
}

let complaining = false;

/** Where nobody reads the complaints there is nobody to complain to. */
function errors(): NodeJS.WriteStream {
  if (!complaining) {
    complaining = true;
    process.stderr.on("error", () => undefined);
  }
  return process.stderr;
}
