import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";

import type { BunPackage } from "./targets.ts";

/**
 * Fetches a Bun through npm into `folder`, where it is found again the next time, and returns the path of its program, unpacked. They are no devDependencies: npm
 * would install none but this machine's. Throws when the package is not the one whose integrity is pinned, also when it was there already.
 */
export function programOf(wanted: BunPackage, folder: string): string {
  const spec = `${wanted.name}@${wanted.version}`;
  const unpacked = join(folder, `${basename(wanted.name)}-${wanted.version}`);
  const archive = `${unpacked}.tgz`;
  mkdirSync(unpacked, { recursive: true });
  if (!existsSync(archive)) {
    const words = ["pack", spec, "--silent", "--prefer-offline", "--pack-destination", unpacked];
    const name = execFileSync("npm", words, { encoding: "utf8" }).trim().split("\n").at(-1) ?? "";
    renameSync(join(unpacked, name), archive);
  }
  const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (integrity !== wanted.integrity)
    throw new Error(`${spec} is not what was pinned: ${integrity} instead of ${wanted.integrity}`);
  const words = ["-xzf", archive, "-C", unpacked, "--strip-components=1", `package/${wanted.program}`];
  execFileSync("tar", words);
  return join(unpacked, wanted.program);
}
