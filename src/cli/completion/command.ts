import { UserError } from "../../user-error.ts";
import { shells } from "../flag-table.ts";
import type { Terminal } from "../terminal.ts";

/** Prints a shell's script, or makes kubectl find completion. */
export async function completionCommand(
  word: string | undefined,
  folder: string | undefined,
  terminal: Terminal,
): Promise<number> {
  if (word === "install") {
    const { installCompletion } = await import("./install.ts");
    terminal.write(installCompletion(folder, terminal.env, process.platform));
    return 0;
  }
  if (folder !== undefined) throw new UserError("--dir belongs to completion install", undefined, 2);
  const shell = shells.find((known) => known === word);
  const hint = `Give ${shells.join(", ")} or install; see 'kubectl why-pull completion --help'.`;
  if (word === undefined) throw new UserError("completion for which shell?", hint, 2);
  if (shell === undefined) throw new UserError(`there is no completion for "${word}"`, hint, 2);
  const { completionScript } = await import("./scripts.ts");
  terminal.write(completionScript(shell));
  return 0;
}
