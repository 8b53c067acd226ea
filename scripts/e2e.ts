/**
 * Plays failing Pods on the lab's clusters, asks the program about each through kubectl, executes the fixes that it prints, and
 * waits until the Pods run. Root, Linux on amd64.
 *
 *   npm run e2e [-- --only 1.36|1.31|crio] [--cases NAME,...] [--quick] [--keep-lab] [--no-heal] [--skip]
 *                [--besides NAME,...]
 *
 * Beside the plays, checks of their own kind run on the first cluster: --skip leaves them out, --besides runs these only.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareWithKubectl } from "./compare-kubectl.ts";
import { e2eExecutables } from "./e2e-executables.ts";
import { e2eKrew, type Outcome } from "./e2e-krew.ts";
import { type Case } from "./e2e/case.ts";
import { mustRun, together } from "./e2e/command.ts";
import { heal } from "./e2e/heal.ts";
import { type Lab, labFolder, runningLab, startLab, type Variant, variants } from "./e2e/lab.ts";
import { look, type Look } from "./e2e/look.ts";
import { ownCases } from "./e2e/own-cases.ts";
import { againInOwnNetwork, inOwnNetwork } from "./e2e/own-network.ts";
import { playsOf, setUp, tearDown } from "./e2e/play.ts";
import { installPlugin, type Plugin } from "./e2e/program.ts";
import { quickCases } from "./e2e/quick-cases.ts";
import { readRegistryLog } from "./e2e/registry-log.ts";
import { accessOf } from "./e2e/rounds.ts";
import { sharedCases } from "./e2e/shared-cases.ts";
import { playCanPull } from "./e2e/can-pull.ts";
import { compareProbe } from "./e2e/probe-comparison.ts";
import { playProbeCases } from "./e2e/probe-plays.ts";
import { playProbe } from "./e2e/probe.ts";
import { playRotatedPassword } from "./e2e/rotated-password.ts";
import { playTranscripts } from "./e2e/transcripts.ts";

/** What is asked with from inside the lab's network. */
const program = join(import.meta.dirname, "../src/main.ts");

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    cases: { type: "string" },
    quick: { type: "boolean", default: false },
    "keep-lab": { type: "boolean", default: false },
    "no-heal": { type: "boolean", default: false },
    skip: { type: "boolean", default: false },
    besides: { type: "string" },
  },
});

interface Count {
  passed: number;
  failed: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function stop(sentence: string): never {
  process.stderr.write(`e2e: ${sentence}\n`);
  process.exit(2);
}

function chosen(folder: string): readonly Case[] {
  const all = [...sharedCases(folder), ...ownCases];
  const names = flags.cases?.split(",") ?? (flags.quick ? quickCases : undefined);
  const unknown = names?.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) stop(`there is no case ${unknown}`);
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

/** Cases of a feature that the cluster does not have yet are left out. */
async function playable(lab: Lab, cases: readonly Case[]): Promise<readonly Case[]> {
  const json = await mustRun("kubectl", ["version", "-o", "json"], { env: lab.env });
  const minor = Number((JSON.parse(json) as { serverVersion: { minor: string } }).serverVersion.minor);
  return cases.filter(({ since }) => Number((since ?? "1.0").split(".")[1]) <= minor);
}

async function playOn(lab: Lab, name: string, plugin: Plugin, cases: readonly Case[]): Promise<Count> {
  const plays = playsOf(await playable(lab, cases));
  say(`${name}: ${plays.length} plays`);
  const count: Count = { passed: 0, failed: 0 };
  try {
    await setUp(lab, plays);
    const stage = { lab, plugin, access: await accessOf(lab), log: readRegistryLog(lab.log) };
    const looks = await together(plays, 3, (play) => look(stage, play));
    const heals = ({ play, item }: Look): boolean =>
      play.case.healable && item !== undefined && !flags["no-heal"];
    for (const done of looks.filter((one) => !heals(one))) line(name, count, done, done.faults);
    const healings = await heal(stage, looks.filter(heals));
    for (const { look: done, faults, seconds } of healings)
      line(name, count, done, [...done.faults, ...faults], seconds);
    const healed = healings.filter(({ faults }) => faults.length === 0).length;
    const healable = plays.filter((play) => play.case.healable).length;
    say(`${name}: ${healed} of ${healable} healable plays healed, and the program says that nothing fails`);
  } finally {
    if (flags["keep-lab"]) await tearDown(lab, plays);
  }
  return count;
}

/** One line for a play, and one for each fault. */
function line(variant: string, count: Count, done: Look, faults: readonly string[], seconds?: number): void {
  const { play, said } = done;
  const which = { first: " (first fix)", all: " (all fixes)", only: "" }[play.copy];
  const healed = seconds === undefined ? "" : `; runs after ${seconds} s`;
  count[faults.length === 0 ? "passed" : "failed"] += 1;
  say(`${faults.length === 0 ? "ok    " : "FAILED"} ${variant} ${play.case.name}${which}: ${said}${healed}`);
  for (const fault of faults) say(`         ${fault}`);
}

/** Checks that stand in files of their own and want the same kubectl and cluster. */
const besides: Readonly<Record<string, (lab: Lab, plugin: Plugin) => Outcome | Promise<Outcome>>> = {
  "compare-kubectl": async () => {
    const { rows, different } = await compareWithKubectl();
    return { passed: rows - different.length, failed: different };
  },
  krew: () => e2eKrew(),
  executables: () => e2eExecutables(),
  transcripts: () => playTranscripts(),
  "rotated-password": (_, plugin) => playRotatedPassword(plugin),
  probe: (lab) => playProbe(lab),
  "probe-cases": (lab) => playProbeCases(lab, [process.execPath, program]),
  "probe-comparison": async (lab) =>
    compareProbe(lab, [process.execPath, program], await playable(lab, chosen(labFolder() ?? ""))),
  "can-pull": (lab) => playCanPull(lab),
};

async function playBesides(lab: Lab, plugin: Plugin, names: readonly string[]): Promise<Count> {
  Object.assign(process.env, { KUBECONFIG: lab.kubeconfig, PATH: lab.env["PATH"] });
  const count: Count = { passed: 0, failed: 0 };
  for (const name of names) {
    const outcome = await besides[name]?.(lab, plugin);
    if (outcome === undefined) continue;
    const { passed, failed, notes = [] } = outcome;
    count.passed += passed;
    count.failed += failed.length;
    say(`${failed.length === 0 ? "ok    " : "FAILED"} ${name}: ${passed} held, ${failed.length} did not`);
    for (const line of [...failed, ...notes]) say(`         ${line}`);
  }
  return count;
}

/** One cluster from its start to its end, which also comes when something throws or a signal arrives. */
async function runVariant(folder: string, variant: Variant, first: boolean): Promise<Count> {
  const lab = flags["keep-lab"] ? runningLab(folder) : startLab(folder, variant);
  const plugin = installPlugin();
  const end = (): void => {
    plugin.remove();
    lab.down();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const interrupted = (): never => {
    end();
    process.exit(130);
  };
  // Not once: a terminal's Ctrl-C arrives twice, directly and handed on, and the second must not end the ending.
  for (const signal of signals) process.on(signal, interrupted);
  try {
    const names = flags.besides?.split(",") ?? Object.keys(besides);
    const beside = first && !flags.skip ? await playBesides(lab, plugin, names) : { passed: 0, failed: 0 };
    if (flags.besides !== undefined) return beside;
    const played = await playOn(lab, variant.name, plugin, chosen(folder));
    return { passed: beside.passed + played.passed, failed: beside.failed + played.failed };
  } finally {
    for (const signal of signals) process.removeListener(signal, interrupted);
    end();
  }
}

async function main(): Promise<number> {
  const folder = labFolder() ?? stop("../shared/lab is not there; the lab is what this plays on");
  if (process.geteuid?.() !== 0) stop("needs root: the lab mounts file systems and runs containers");
  const unknown = flags.besides?.split(",").find((name) => !Object.hasOwn(besides, name));
  if (unknown !== undefined)
    stop(`there is no check ${unknown}; there are ${Object.keys(besides).join(", ")}`);
  const isPart = flags.quick || flags.besides !== undefined || flags["keep-lab"];
  const wanted = flags.only ?? (isPart ? "1.36" : undefined);
  const asked = variants.filter(({ name }) => wanted === undefined || name === wanted);
  if (asked.length === 0)
    stop(`there is no variant ${wanted}; there are ${variants.map((v) => v.name).join(", ")}`);
  if (!flags["keep-lab"] && !inOwnNetwork()) return againInOwnNetwork();
  const total: Count = { passed: 0, failed: 0 };
  for (const [index, variant] of asked.entries()) {
    const { passed, failed } = await runVariant(folder, variant, index === 0);
    total.passed += passed;
    total.failed += failed;
  }
  say(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
