import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { dist } from "../build.ts";
import { programOf } from "../packaging/bun-package.ts";
import { bunFlags } from "../packaging/executable.ts";
import { builderBun } from "../packaging/targets.ts";

/** A bare program, and the words that run it. */
interface Floor {
  readonly name: string;
  readonly words: readonly string[];
}

const folder = join(dist, "floors");

/**
 * Programs that do no more than send the requests that an answer takes, in the same rounds: no start and no connection can be quicker in Bun and in Go.
 * `ours` runs this program for the Pod that is asked about. Where Go is missing, a sentence says so. The credentials of the kubeconfig lie in dist/floors until
 * `removeFloors`.
 */
export function buildFloors(ours: readonly string[], env: NodeJS.ProcessEnv): readonly Floor[] {
  mkdirSync(folder, { recursive: true });
  const plan = join(folder, "plan.json");
  writeFileSync(plan, JSON.stringify(planOf(ours, env)), { mode: 0o600 });
  return [bareBun(), bareGo()].flatMap((floor) =>
    floor === undefined ? [] : [{ name: floor.name, words: [...floor.words, plan] }],
  );
}

export function removeFloors(): void {
  rmSync(folder, { recursive: true, force: true });
}

function bareBun(): Floor {
  const bun = programOf(builderBun(), join(dist, "downloads"));
  const program = join(folder, "bun");
  const script = join(import.meta.dirname, "floor.cjs");
  execFileSync(bun, ["build", ...bunFlags, `--outfile=${program}`, script], { stdio: "pipe" });
  return { name: "bare Bun", words: [program] };
}

function bareGo(): Floor | undefined {
  const program = join(folder, "go");
  const { error } = spawnSync("go", ["build", "-o", program, join(import.meta.dirname, "floor.go")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (error === undefined) return { name: "bare Go", words: [program] };
  console.log("There is no Go on this machine, and so no floor in Go.");
  return undefined;
}

/** The requests as the program itself lists them: the Pod first, then all that the Pod names. */
function planOf([command = "", ...words]: readonly string[], env: NodeJS.ProcessEnv): object {
  const { stderr } = spawnSync(command, [...words, "-v", "6"], { encoding: "utf8", env });
  const asked = [...stderr.matchAll(/^GET (https:\/\/[^/]+)(\/\S+)/gm)];
  const [, server] = asked[0] ?? [];
  const [first, ...rest] = asked.map(([, , path]) => path);
  const config = JSON.parse(
    execFileSync("kubectl", ["config", "view", "--raw", "--minify", "--flatten", "-o", "json"], {
      encoding: "utf8",
      env,
    }),
  ) as {
    readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
    readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
  };
  const pem = (text = ""): string => Buffer.from(text, "base64").toString();
  return {
    server,
    rounds: [[first], rest],
    ca: pem(config.clusters[0]?.cluster["certificate-authority-data"]),
    cert: pem(config.users[0]?.user["client-certificate-data"]),
    key: pem(config.users[0]?.user["client-key-data"]),
  };
}
