import { execFileSync } from "node:child_process";
import type { Case } from "./case.ts";

const program = `
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from cases import CASES
print(json.dumps(CASES))`;

/** The cases that the lab's own recorder plays. */
export function sharedCases(labFolder: string): readonly Case[] {
  const json = execFileSync("python3", ["-c", program, labFolder], { encoding: "utf8" });
  return JSON.parse(json) as readonly Case[];
}
