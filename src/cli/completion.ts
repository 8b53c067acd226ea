import type { Terminal } from "./terminal.ts";
export async function complete(_words: readonly string[], terminal: Terminal): Promise<number> {
  terminal.write(":4\n");
  return 0;
}
export async function completionCommand(_shell: string, _terminal: Terminal): Promise<number> {
  return 2;
}
