import { dirname, join } from "node:path";
import { run } from "./command.ts";
import { type Lab, labFolder } from "./lab.ts";

/**
 * Plays the lab's cases that only the registry itself can decide, and judges --probe by the registries' own log: causes, requests, and where
 * logins went.
 */
export async function playProbe(
  lab: Lab,
): Promise<{ readonly passed: number; readonly failed: readonly string[] }> {
  const folder = labFolder();
  if (folder === undefined) return { passed: 0, failed: ["the lab is not there"] };
  const program = join(import.meta.dirname, "../../src/main.ts");
  // The lab keeps its kubeconfig in its own folder, and that is how its players find it.
  const env = { ...lab.env, LAB_DIR: dirname(lab.kubeconfig) };
  const { stdout, stderr } = await run(join(folder, "play-probe"), [process.execPath, program], {
    env,
    seconds: 600,
  });
  const lines = stdout.trim().split("\n");
  const [, passed] = /^(\d+) of \d+ /.exec(lines.at(-1) ?? "") ?? [];
  if (passed === undefined) return { passed: 0, failed: [stderr.trim().slice(0, 300) || "it did not end"] };
  return { passed: Number(passed), failed: lines.slice(0, -1) };
}
