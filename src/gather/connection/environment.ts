import { isatty } from "node:tty";
import { bytesOf } from "../bytes.ts";

/** What surrounds the program. Handed in, so that nothing below reads the process and every test can set the scene. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of flags and of $KUBECONFIG start here. */
  readonly cwd: string;
  /** As client-go's homedir: $HOME; empty when unset, and `.kube/config` is then looked for in `cwd`. */
  readonly home: string;
  readonly platform: string;
  /** A credential plugin may ask its questions only when this is true. */
  readonly stdinIsTerminal: boolean;
  /** The program's version, for the User-Agent. */
  readonly version: string;
  /** Takes one line for standard error. Only called when `verbosity` asks for it. */
  readonly log: (line: string) => void;
  /** Ends every request and wait when it fires (Ctrl-C). */
  readonly signal?: AbortSignal;
  /** Reads a file whole; a relative path starts at `cwd`. Throws as node:fs does. */
  readonly readFile: (path: string) => Buffer;
}

/** The real surroundings. The only place below gather/ that looks at the process. */
export function processEnvironment(version: string, signal?: AbortSignal): Environment {
  const { env, platform } = process;
  return {
    env,
    cwd: workingFolder(),
    home: env.HOME ?? (platform === "win32" ? (env.USERPROFILE ?? "") : ""),
    platform,
    // Asked by credential plugins only; process.stdin would make a stream of it at once.
    get stdinIsTerminal() {
      return isatty(0);
    },
    version,
    log: (line) => void process.stderr.write(`${line}\n`),
    readFile: (path) => Buffer.concat([...bytesOf(path, largest)]),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Kubeconfigs, certificates and tokens are small; a device in their place has no end. */
const largest = 16 * 1024 * 1024;

/** The folder may have been deleted since the shell went there; what is named from its root can be read all the same. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return process.env["PWD"] ?? "/";
  }
}
