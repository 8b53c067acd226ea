import { pause, run, together } from "./command.ts";
import { lostOf, readKept } from "./kept.ts";
import { changedSpec } from "./kept-spec.ts";
import { type Look, type Stage, why } from "./look.ts";
import { type Pod, readPods, whatAils } from "./pods.ts";

/** How a play went on after its fix was executed. */
export interface Healing {
  readonly look: Look;
  readonly faults: readonly string[];
  /** Seconds from the first command to the running Pod. */
  readonly seconds?: number;
}

/** Seconds to wait for a healed Pod: an attempt may have begun before, and the back-off after it is up to five minutes. */
const patience = 600;

/** Executes what was printed for every play at once, waits until the Pods run, and asks the program again. */
export async function heal(stage: Stage, looks: readonly Look[]): Promise<readonly Healing[]> {
  const started = new Map<Look, number>();
  const executed = await together(looks, 3, async (look) => {
    started.set(look, Date.now());
    return { look, faults: await execute(stage, look) };
  });
  const ills = await waitFor(stage, looks);
  return together(executed, 3, async ({ look, faults }) => {
    const outcome = ills.get(look);
    const seconds = Math.round(((outcome?.at ?? 0) - (started.get(look) ?? 0)) / 1000);
    if (outcome?.ill !== undefined) return { look, faults: [...faults, `did not heal: ${outcome.ill}`] };
    return { look, faults: [...faults, ...(await askAgain(stage, look))], seconds };
  });
}

/** For every image that fails the first fix that has commands, or all fixes in their order, in a shell as they stand. */
async function execute({ lab }: Stage, { failing, play }: Look): Promise<readonly string[]> {
  const commands = failing.flatMap(({ fix }) => {
    const all = fix.flatMap(({ command }) => command ?? []);
    return play.copy === "all" ? all : all.slice(0, 1);
  });
  if (commands.length === 0) return ["no fix has a command"];
  const before = await readKept(lab, play.namespace);
  const cluster = play.case.byFlags === true ? { KUBECONFIG: "/dev/null" } : {};
  const env = { ...lab.env, ...cluster, REGISTRY_USERNAME: "robot", REGISTRY_PASSWORD: "lab-good-e2e" };
  const faults: string[] = [];
  for (const command of new Set(commands)) {
    const { code, stderr } = await run("sh", ["-c", command], { env });
    if (code !== 0) faults.push(`exit code ${code} of ${command}: ${stderr.trim()}`);
  }
  const lost = lostOf(before, await readKept(lab, play.namespace), failing);
  return [...faults, ...lost];
}

interface Outcome {
  readonly at: number;
  readonly ill?: string;
}

/** Says on standard error what heals and what is still waited for: the lines of the plays come only when all have ended. */
async function waitFor({ lab }: Stage, looks: readonly Look[]): Promise<ReadonlyMap<Look, Outcome>> {
  const outcomes = new Map<Look, Outcome>();
  const [start, end] = [Date.now(), Date.now() + patience * 1000];
  for (let said = start; ;) {
    const pods = await readPods(lab);
    for (const look of looks) {
      if (outcomes.get(look)?.ill === undefined && outcomes.has(look)) continue;
      const ill = ailmentOf(look, pods);
      outcomes.set(look, { at: Date.now(), ...(ill === undefined ? {} : { ill }) });
    }
    const ailing = [...outcomes].filter(([, { ill }]) => ill !== undefined);
    if (ailing.length === 0 || Date.now() > end) return outcomes;
    if (Date.now() - said > 60_000) {
      said = Date.now();
      const waited = Math.round((said - start) / 1000);
      const ills = ailing.map(([{ play }, { ill }]) => `  ${play.namespace}: ${ill}\n`).join("");
      process.stderr.write(`after ${waited} s ${ailing.length} of ${looks.length} do not run yet\n${ills}`);
    }
    await pause(4);
  }
}

/**
 * What still ails the Pod or what came after it. Pods that were beside it before do not count, unless the fix went back to
 * them.
 */
function ailmentOf({ play, pod, before }: Look, pods: readonly Pod[]): string | undefined {
  const here = pods.filter(({ metadata }) => metadata.namespace === play.namespace);
  const back = play.case.goesBack === true && !here.some(({ metadata }) => metadata.name === pod);
  const successors = back ? here : successorsOf(play.namespace, pod, before, pods);
  if (successors.length === 0) return "there is no Pod";
  return successors.flatMap((successor) => whatAils(successor, play.case.container) ?? [])[0];
}

function successorsOf(
  namespace: string,
  pod: string,
  before: readonly Pod[],
  pods: readonly Pod[],
): readonly Pod[] {
  const beside = new Set(
    before.filter(({ metadata }) => metadata.name !== pod).map(({ metadata }) => metadata.uid),
  );
  return pods.filter(
    ({ metadata }) =>
      metadata.namespace === namespace &&
      metadata.deletionTimestamp === undefined &&
      !beside.has(metadata.uid),
  );
}

/** The program has nothing to say of a Pod that was healed. */
async function askAgain(stage: Stage, { play, pod, before }: Look): Promise<readonly string[]> {
  const pods = await readPods(stage.lab, play.namespace);
  const successors = successorsOf(play.namespace, pod, before, pods);
  const names = (successors.length === 0 ? pods : successors).map(({ metadata }) => metadata.name);
  const asked = play.case.target === undefined ? names : [play.case.target];
  const words = [...asked, "-n", play.namespace, "-o", "name"];
  const { code, stdout, stderr } = await why(stage, stage.lab.kubeconfig, words);
  return [
    ...(code === 0 ? [] : [`healed, and the program says: ${(stdout + stderr).trim()} (${code})`]),
    ...changedSpec(
      before.find(({ metadata }) => metadata.name === pod),
      pods.find(({ metadata }) => metadata.name === pod),
    ),
  ];
}
