import type { Terminal } from "./terminal.ts";

/** Long enough that a quick answer shows none. */
const patienceMs = 700;

/** A spinner on stderr while the work takes noticeably long, and only on a terminal. */
export async function withSpinner<T>(terminal: Terminal, text: string, work: () => Promise<T>): Promise<T> {
  if (!terminal.stderrIsTerminal || (terminal.env["CI"] ?? "") !== "" || terminal.env["TERM"] === "dumb")
    return work();
  let stop = (): void => undefined;
  let over = false;
  const timer = setTimeout(() => {
    void import("ora").then(({ default: ora }) => {
      if (over) return;
      const spinner = ora({ text, stream: process.stderr }).start();
      stop = () => void spinner.stop();
    });
  }, patienceMs);
  try {
    return await work();
  } finally {
    over = true;
    clearTimeout(timer);
    stop();
  }
}
