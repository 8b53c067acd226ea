import { spawn } from "node:child_process";
import type { Terminal } from "./terminal.ts";

/**
 * Writes a text; on a terminal, one that is longer than the screen goes through $KUBECTL_PAGER, $PAGER or less. `cat` or
 * nothing in the variable means no pager. Where a pager cannot be started the text is written as it is.
 */
export async function writeLong(
  text: string,
  terminal: Terminal,
  rows: number | undefined = process.stdout.rows,
): Promise<void> {
  const pager = pagerOf(terminal);
  const long = rows !== undefined && text.split("\n").length > rows;
  if (pager === undefined || !long || !(await page(pager, text, terminal))) terminal.write(text);
}

function pagerOf({ env, stdoutIsTerminal }: Terminal): string | undefined {
  if (!stdoutIsTerminal || env["TERM"] === "dumb") return undefined;
  const named = (env["KUBECTL_PAGER"] ?? env["PAGER"])?.trim();
  if (named === "" || named === "cat") return undefined;
  return named ?? (process.platform === "win32" ? undefined : "less");
}

/** Whether the pager ran. Its words are the shell's, as $PAGER may hold flags; 126 and 127 are the shell's own failures. */
function page(pager: string, text: string, { env }: Terminal): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(pager, {
      shell: true,
      stdio: ["pipe", "inherit", "inherit"],
      // Colours as they are, no full screen for what fits, and the text stays when less ends.
      env: { ...process.env, LESS: env["LESS"] ?? "FRX", LV: env["LV"] ?? "-c" },
    });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code !== 126 && code !== 127));
    // Whoever has read enough quits before the end.
    child.stdin.on("error", () => undefined);
    child.stdin.end(text);
  });
}
