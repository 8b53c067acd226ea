import type { Terminal } from "./terminal.ts";

/** Long enough that a quick answer shows none. */
const patienceMs = 700;

/** A spinner on stderr while the work takes noticeably long, and only on a terminal. */
export async function withSpinner<T>(
  terminal: Terminal,
  text: string,
  work: (say: (text: string) => void) => Promise<T>,
): Promise<T> {
  if (!terminal.stderrIsTerminal || (terminal.env["CI"] ?? "") !== "" || terminal.env["TERM"] === "dumb")
    return work(() => undefined);
  let said = text;
  let tell = (): void => undefined;
  let stop = (): void => undefined;
  let over = false;
  const timer = setTimeout(() => {
    // A terminal that was told no size has 0 columns, and ora (9.4) counts the lines to clear by dividing by them.
    if (process.stderr.columns === 0) return;
    void import("ora").then(({ default: ora }) => {
      if (over) return;
      // ora's colours come from chalk, which does not know NO_COLOR.
      const color = (terminal.env["NO_COLOR"] ?? "") === "" ? "cyan" : false;
      const spinner = ora({ text: said, stream: process.stderr, color }).start();
      tell = () => void (spinner.text = said);
      stop = () => void spinner.stop();
    });
  }, patienceMs);
  try {
    return await work((newer) => {
      said = newer;
      tell();
    });
  } finally {
    over = true;
    clearTimeout(timer);
    stop();
  }
}
