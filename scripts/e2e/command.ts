import { spawn } from "node:child_process";

/** What a command printed, and how it ended: 124 when it was stopped for taking too long. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. Rejects only where it cannot be started. */
export function run(
  command: string,
  words: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly input?: string; readonly seconds?: number },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that what a shell started is stopped with it.
    const child = spawn(command, words, { env: options.env, stdio: "pipe", detached: true });
    let [stdout, stderr, late] = ["", "", false];
    const limit = setTimeout(
      () => {
        late = true;
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      },
      (options.seconds ?? 150) * 1000,
    );
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(limit);
      resolve({ code: late ? 124 : (code ?? 1), stdout, stderr });
    });
    // A command that does not read its input may have ended before it was written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** As run, for what cannot fail unless the cluster itself is broken. */
export async function mustRun(...call: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(...call);
  if (code !== 0) throw new Error(`${call[0]} ${call[1].join(" ")}: ${stderr.trim()}`);
  return stdout;
}

export const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });

/** Calls `each` for all items, at most `width` at a time; the results are in the order of the items. */
export async function together<T, R>(
  items: readonly T[],
  width: number,
  each: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await each(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return results;
}
