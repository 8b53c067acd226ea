import { spawn } from "node:child_process";

const mark = "E2E_OWN_NETWORK";

export function inOwnNetwork(): boolean {
  return process.env[mark] === "yes";
}

/**
 * Runs this very command again in a network namespace of its own and returns its exit code: the lab's API server listens
 * at a fixed port, so a lab that somebody else uses is neither met nor ended. Signals are handed on.
 */
export function againInOwnNetwork(): Promise<number> {
  const inside = 'ip link set lo up && exec "$@"';
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn("unshare", ["--net", "sh", "-c", inside, "sh", ...command], {
    stdio: "inherit",
    env: { ...process.env, [mark]: "yes" },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
