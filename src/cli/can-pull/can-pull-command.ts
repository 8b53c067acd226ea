import type { Json } from "../../evidence/field.ts";
import { indexObjects } from "../../evidence/objects.ts";
import { podsToBe } from "../../evidence/pod-to-be.ts";
import { readWanted } from "./wanted.ts";
import { processEnvironment } from "../../gather/connection/environment.ts";
import { checkPulls } from "../../pull-check.ts";
import { UserError } from "../../user-error.ts";
import { build } from "../../version.ts";
import type { CanPullFlags } from "../flags.ts";
import { widthOf } from "../output.ts";
import { createProbing, type Probing } from "../probing.ts";
import type { Terminal } from "../terminal.ts";

/** Says of each image whether Pods to come could pull it. Returns the exit code: 0 all can, 1 one cannot, 3 one is not known. */
export async function canPullCommand(
  words: readonly string[],
  flags: CanPullFlags,
  terminal: Terminal,
): Promise<number> {
  const format = flags.output;
  if (!["text", "json", "yaml"].includes(format))
    throw new UserError(`can-pull prints text, json or yaml, not ${format}`, undefined, 2);
  if (flags.platform !== undefined && !/^[a-z0-9]+\/[a-z0-9]+$/.test(flags.platform))
    throw new UserError("--platform takes OS/ARCHITECTURE, such as linux/arm64", undefined, 2);
  const environment = processEnvironment(build.version, terminal.signal);
  const probing = createProbing(flags, environment);
  const read = await gathered(words, flags, terminal, probing);
  const probes = flags.probe === false ? [] : await probing.ask(...targets(read));
  const checks = checkPulls(indexObjects([...read, ...probes]), flags.platform);
  const { toCheckList, toCheckText } = await import("../../report/check-list.ts");
  if (format === "text") terminal.write(toCheckText(checks, widthOf(terminal, 120)));
  else {
    const { toJson, toYaml } = await import("../../report/structured.ts");
    terminal.write((format === "json" ? toJson : toYaml)(toCheckList(checks)));
  }
  if (checks.some(({ answer }) => answer === "no")) return 1;
  return checks.every(({ answer }) => answer === "yes") ? 0 : 3;
}

function targets(documents: readonly Json[]): [readonly Json[], true] {
  const objects = indexObjects(documents);
  return [
    [...documents.filter(({ kind }) => kind !== "Pod"), ...podsToBe(objects).map(({ pod }) => pod)],
    true,
  ];
}

async function gathered(
  words: readonly string[],
  flags: CanPullFlags,
  terminal: Terminal,
  probing: Probing,
): Promise<readonly Json[]> {
  if (flags.filename !== undefined) {
    if (words.length > 0) throw new UserError("can-pull takes images or -f, not both", undefined, 2);
    const { readFiles } = await import("../../gather/files/files.ts");
    return readFiles(flags.filename, terminal.input, probing.gate);
  }
  if (words.length === 0)
    throw new UserError(
      "can-pull needs an image, a workload or -f",
      "See 'kubectl why-pull can-pull --help'.",
      2,
    );
  return readWanted(words, flags, terminal, probing);
}
