import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { withoutSections } from "./elf.ts";
import { signAdHoc } from "./mach-o.ts";
import { withChecksum, withoutCertificates } from "./pe.ts";
import type { Target } from "./targets.ts";

/**
 * Options that the executable starts Node with. The larger young generation spares the two collections that a run of 50 ms would have. `--use-openssl-ca` would spare
 * the thread that reads Node's own roots, 5 ms of another core, but Node refuses it beside NODE_USE_SYSTEM_CA, which a user may have set.
 */
export const nodeOptions = ["--min-semi-space-size=8"] as const;

export interface Parts {
  /** The target's own Node binary. */
  readonly node: string;
  /** A Node of the same version that runs here. */
  readonly builder: string;
  /** Path of sea-main.cjs, bundled. */
  readonly main: string;
  /** Path of each asset by its name. */
  readonly assets: Readonly<Record<string, string>>;
  /** For intermediate files. */
  readonly folder: string;
  /** The command line of postject, which puts the program into a binary of Node 24. */
  readonly postject: string;
}

/** Makes the single executable of a target: Node with our program in it, in the state that the platform's loader wants. */
export function executable(target: Target, parts: Parts): Buffer {
  switch (target.os) {
    case "linux":
      return injected(withoutSections(readFileSync(parts.node)), parts);
    case "windows":
      return withChecksum(injected(withoutCertificates(readFileSync(parts.node)), parts));
    case "darwin":
      return signAdHoc(builtByNode(parts), "kubectl-why_pull");
  }
}

/** The configuration of a single executable, Node 24 and 26, "Single executable applications". */
function configuration({ assets, main }: Parts, more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    main,
    disableExperimentalSEAWarning: true,
    useCodeCache: false,
    useSnapshot: false,
    execArgv: nodeOptions,
    // NODE_OPTIONS and --node-options are for Node's users, not for ours.
    execArgvExtension: "none",
    assets,
    ...more,
  });
}

/** Node 24: a blob that postject adds to the binary. */
function injected(program: Buffer, parts: Parts): Buffer {
  const at = (name: string): string => join(parts.folder, name);
  writeFileSync(at("sea.json"), configuration(parts, { output: at("sea.blob") }));
  writeFileSync(at("program"), program, { mode: 0o755 });
  execFileSync(parts.builder, ["--experimental-sea-config", at("sea.json")], { stdio: "pipe" });
  // The sentinel is Node's own, the same in all releases.
  const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
  const words = [at("program"), "NODE_SEA_BLOB", at("sea.blob"), "--sentinel-fuse", fuse];
  execFileSync(process.execPath, [parts.postject, ...words], { stdio: "pipe" });
  return readFileSync(at("program"));
}

/** Node 26 does it all, and drops the signature of Apple's binaries on the way. */
function builtByNode(parts: Parts): Buffer {
  const at = (name: string): string => join(parts.folder, name);
  writeFileSync(at("sea.json"), configuration(parts, { executable: parts.node, output: at("program") }));
  execFileSync(parts.builder, ["--build-sea", at("sea.json")], { stdio: "pipe" });
  return readFileSync(at("program"));
}
