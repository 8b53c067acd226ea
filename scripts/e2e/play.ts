import type { Case, KubeObject, Step } from "./case.ts";
import { mustRun, pause, together } from "./command.ts";
import type { Lab } from "./lab.ts";
import { type Pod, readPods } from "./pods.ts";

/** One case in one namespace. Cases that commands can heal are played twice: for the first fix, and for all of them. */
export interface Play {
  readonly case: Case;
  readonly namespace: string;
  readonly copy: "first" | "all" | "only";
  readonly otherNamespaces: readonly string[];
}

/** Seconds between two steps, and after the last, as the recorder of the cases has them. */
const between = 12;
const settle = 50;
const width = 4;

/**
 * The plays of the cases, in namespaces that sort before those of every earlier run, cases of an image on the node first: a
 * node publishes five names of one digest at most, in their order, and all images of the lab have the same digest.
 */
export function playsOf(cases: readonly Case[]): readonly Play[] {
  const token = (36 ** 6 - Math.floor(Date.now() / 1000)).toString(36);
  return cases.flatMap((one) => {
    const copies = one.healable ? (["first", "all"] as const) : (["only"] as const);
    return copies.map((copy) => {
      const early = one.cause === "image-not-authorized" ? "0-" : "";
      const namespace = `e2e-${token}-${early}${one.name}${copy === "all" ? "-2" : ""}`;
      const otherNamespaces = (one.namespaces ?? []).map((other) => `${namespace}-${other}`);
      return { case: one, namespace, copy, otherNamespaces };
    });
  });
}

/** Applies all steps of all plays at once and waits until the kubelet has tried. */
export async function setUp(lab: Lab, plays: readonly Play[]): Promise<void> {
  const names = plays.flatMap((play) => [play.namespace, ...play.otherNamespaces]);
  const namespaces = names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  await mustRun("kubectl", ["create", "-f", "-"], { env: lab.env, input: listOf(namespaces) });
  await accountsOf(lab, names);
  const steps = Math.max(...plays.map((play) => play.case.steps.length));
  for (let step = 0; step < steps; step += 1) {
    await together(plays, width, (play) => apply(lab, play, play.case.steps[step] ?? []));
    if (step + 1 < steps) await pause(between);
  }
  await pause(settle);
  await tried(lab, plays);
}

/** On a busy machine sandboxes take their time. Pods that never come to a pull are not waited for long. */
async function tried(lab: Lab, plays: readonly Play[]): Promise<void> {
  const own = new Set(plays.map(({ namespace }) => namespace));
  const end = Date.now() + 90_000;
  while (Date.now() < end) {
    const pods = (await readPods(lab)).filter(({ metadata }) => own.has(metadata.namespace));
    if (!pods.some(isStarting)) return;
    await pause(5);
  }
}

function isStarting({ status }: Pod): boolean {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return all.length > 0 && all.every(({ state }) => state?.waiting?.reason === "ContainerCreating");
}

/** ServiceAccounts come from a controller, a moment after their namespace. */
async function accountsOf(lab: Lab, namespaces: readonly string[]): Promise<void> {
  for (;;) {
    const words = ["get", "serviceaccounts", "-A", "-o", "jsonpath={.items[*].metadata.namespace}"];
    const present = new Set((await mustRun("kubectl", words, { env: lab.env })).split(" "));
    if (namespaces.every((name) => present.has(name))) return;
    await pause(0.5);
  }
}

export async function apply(lab: Lab, play: Play, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const [words, input] = commandOf(step, play);
    await mustRun("kubectl", words, { env: lab.env, ...(input === undefined ? {} : { input }) });
  }
}

function commandOf(step: Step, play: Play): readonly [readonly string[], string?] {
  const there = ["-n", play.namespace];
  const inPlace = (words: readonly string[]): readonly string[] =>
    words.map((word) => word.replaceAll("NS", play.namespace));
  if ("patch" in step) return [["patch", ...inPlace(step.patch), ...there]];
  if ("delete" in step) return [["delete", ...step.delete, "--wait=true", ...there]];
  if ("kubectl" in step) return [[...inPlace(step.kubectl), ...there]];
  if ("apply" in step) return [["apply", "-f", "-"], objectOf(step.apply, play)];
  // A namespace's ServiceAccount `default` is there already.
  return [[step.kind === "ServiceAccount" ? "apply" : "create", "-f", "-"], objectOf(step, play)];
}

function objectOf(step: KubeObject, play: Play): string {
  const object = JSON.parse(JSON.stringify(step).replaceAll("NS", play.namespace)) as KubeObject;
  const own = object.metadata.namespace;
  const other = (play.case.namespaces ?? []).findIndex((name) => name === own);
  const namespace = play.otherNamespaces[other] ?? own ?? play.namespace;
  return JSON.stringify({ ...object, metadata: { ...object.metadata, namespace } });
}

function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

export async function tearDown(lab: Lab, plays: readonly Play[]): Promise<void> {
  const names = plays.flatMap((play) => [play.namespace, ...play.otherNamespaces]);
  await mustRun("kubectl", ["delete", "namespace", "--wait=false", ...names], { env: lab.env });
}
