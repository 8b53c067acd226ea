import type { Lab } from "./lab.ts";
import { run } from "./command.ts";
import { type Pod, readPods, whatAils } from "./pods.ts";
import { apply, type Play } from "./play.ts";
import { type Item, itemsOf, type Plugin } from "./program.ts";
import { type RegistryLog, sentOf } from "./registry-log.ts";
import { type Access, openDoor } from "./rounds.ts";
import { faultsOf, itemFor, leaksOf, readerFaultsOf, trafficFaultsOf } from "./truth.ts";

/** What the program said of a play, and what was wrong with that. */
export interface Look {
  readonly play: Play;
  /** The Pod that was asked about. */
  readonly pod: string;
  /** All Pods of the namespace at that time. */
  readonly before: readonly Pod[];
  readonly item: Item | undefined;
  /** That item, and those of the Pod's other images that fail: what is to be healed. */
  readonly failing: readonly Item[];
  readonly faults: readonly string[];
  readonly said: string;
}

export interface Stage {
  readonly lab: Lab;
  readonly plugin: Plugin;
  readonly access: Access;
  readonly log: RegistryLog;
}

/** Runs the program on a play, through kubectl: as administrator, counting what it asks, and as the reader. */
export async function look(stage: Stage, play: Play): Promise<Look> {
  const { lab } = stage;
  const before = await readPods(lab, play.namespace);
  // Of a workload that is asked about, its own: a namespace may have others that fail.
  const own = play.case.target === undefined ? "" : `${play.case.target.split("/").at(-1) ?? ""}-`;
  const present = before.filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined && metadata.name.startsWith(own),
  );
  const ill = present.find((one) => whatAils(one) !== undefined) ?? present[0];
  const pod = play.case.pod ?? ill?.metadata.name;
  if (pod === undefined)
    return { play, pod: "", before, item: undefined, failing: [], faults: ["there is no Pod"], said: "" };
  await apply(lab, play, play.case.late ?? []);
  const door = await openDoor(stage.access);
  const asked = await why(stage, door.kubeconfig, [pod, "-n", play.namespace, "-o", "json"]);
  door.close();
  const items = itemsOf(asked.stdout) ?? [];
  const item = itemFor(items, play.case);
  if (item === undefined)
    return {
      play,
      pod,
      before,
      item,
      failing: [],
      faults: [`no report: ${asked.stderr.trim()} (${asked.code})`],
      said: "",
    };
  const failing = failingOf([item]).length > 0;
  const faults = [
    ...faultsOf(item, play, sentOf(stage.log, play)),
    ...trafficFaultsOf(door.traffic),
    ...leaksOf(asked.stdout + asked.stderr, play),
    ...(asked.code === (failing ? 1 : 0) ? [] : [`exit code ${asked.code}`]),
    ...(await asReader(stage, play, pod)),
    ...(await byWorkload(stage, play, item)),
  ];
  const { state, cause, confidence } = item.verdict;
  const { requests, rounds } = door.traffic;
  const said = `${state === "cause" ? "" : `${state} `}${cause ?? ""} ${confidence ?? ""}`.trim();
  return {
    play,
    pod,
    before,
    item,
    failing: failingOf(play.case.byFlags === true ? await byFlags(stage, play, pod) : items),
    faults,
    said: `${said}, ${requests.length} requests in ${rounds} rounds`,
  };
}

function failingOf(items: readonly Item[]): readonly Item[] {
  return items.filter(({ verdict }) => !["no-failure", "waiting"].includes(verdict.state));
}

/** Asked with the cluster given by flags, which the fixes have to repeat. */
async function byFlags(stage: Stage, play: Play, pod: string): Promise<readonly Item[]> {
  const flags = ["--kubeconfig", stage.lab.kubeconfig, "--context", "lab", "--namespace", play.namespace];
  const { stdout } = await why(stage, "/dev/null", [pod, ...flags, "-o", "json"]);
  return itemsOf(stdout) ?? [];
}

export function why(
  { lab, plugin }: Pick<Stage, "lab" | "plugin">,
  kubeconfig: string,
  words: readonly string[],
): ReturnType<typeof run> {
  const env = { ...lab.env, KUBECONFIG: kubeconfig, PATH: `${plugin.folder}:${lab.env["PATH"] ?? ""}` };
  return run("kubectl", ["why-pull", ...words], { env, seconds: 60 });
}

/** The reader may see Pods and Events and no more. The requests are counted by the program's own log here. */
async function asReader(stage: Stage, play: Play, pod: string): Promise<readonly string[]> {
  const words = [pod, "-n", play.namespace, "-o", "json", "-v", "6"];
  const { stdout, stderr, code } = await why(stage, stage.lab.reader, words);
  const item = itemFor(itemsOf(stdout) ?? [], play.case);
  if (item === undefined) return [`as reader: no report (${code}): ${stderr.trim().split("\n").at(-1)}`];
  const requests = [...stderr.matchAll(/^([A-Z]+) https:\/\/[^/ ]+(\S+)/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const logged = requests.length === 0 ? ["-v 6 shows no request"] : [];
  return [
    ...((await healedMeanwhile(stage, play, pod, item)) ? [] : readerFaultsOf(item, play)),
    ...[...logged, ...trafficFaultsOf({ requests, rounds: 0 })].map((fault) => `as reader: ${fault}`),
    ...leaksOf(stdout + stderr, play),
  ];
}

/** Where the cause is gone already, the kubelet's next attempt may come between two looks; then the administrator sees it too. */
async function healedMeanwhile(stage: Stage, play: Play, pod: string, { verdict }: Item): Promise<boolean> {
  if (verdict.state !== "no-failure" || play.case.cause === "no-failure") return false;
  const { stdout } = await why(stage, stage.lab.kubeconfig, [pod, "-n", play.namespace, "-o", "json"]);
  return itemFor(itemsOf(stdout) ?? [], play.case)?.verdict.state === "no-failure";
}

/** Asked by its workload, a Pod has the same verdict. */
async function byWorkload(stage: Stage, play: Play, { verdict }: Item): Promise<readonly string[]> {
  const { target } = play.case;
  if (target === undefined) return [];
  const words = [target, "-n", play.namespace, "-o", "json"];
  const { stdout, stderr } = await why(stage, stage.lab.kubeconfig, words);
  const item = itemFor(itemsOf(stdout) ?? [], play.case);
  if (item === undefined) return [`${target}: no report: ${stderr.trim()}`];
  return item.verdict.cause === verdict.cause
    ? []
    : [`${target}: ${item.verdict.cause}, the Pod: ${verdict.cause}`];
}
