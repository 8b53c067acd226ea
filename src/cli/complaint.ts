import { printable } from "../text/printable.ts";
import { UserError } from "../user-error.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Says an error that the reader can do something about, in kubectl's manner: one sentence, and what to try. Returns its
 * exit code, or undefined for any other error, which is a bug of ours and not said here.
 */
export function complainOf(error: unknown, terminal: Terminal): number | undefined {
  if (!(error instanceof UserError)) return undefined;
  complain(error.sentence, error.hint, terminal);
  return error.exitCode;
}

export function complain(message: string, hint: string | undefined, terminal: Terminal): void {
  terminal.complain(printable(`${message}\n${hint === undefined ? "" : `${hint}\n`}`));
}
