import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { mustRun, pause, run, together } from "./command.ts";
import type { KubeObject } from "./case.ts";
import { type Lab, labFolder } from "./lab.ts";
import { readPods } from "./pods.ts";
import { type CanPullCase, cases } from "./can-pull-cases.ts";

/** What a question was answered, and what became of the Pods when the file was deployed. */
interface Played {
  readonly name: string;
  readonly faults: readonly string[];
}

interface Item {
  readonly image: string;
  readonly answer: string;
  readonly cause: string | null;
  readonly alternatives: readonly string[];
}

const main = resolve(import.meta.dirname, "../../src/main.ts");
const order = ["no", "unknown", "yes"];

/**
 * Asks can-pull about every case from inside the lab's network, then deploys the files: what was a yes has to run on a
 * node that has not the image, and what was a no must not.
 */
export async function playCanPull(
  lab: Lab,
): Promise<{ readonly passed: number; readonly failed: readonly string[] }> {
  const played = await play(lab, join(labFolder() ?? "", "lab"));
  const failed = played.filter(({ faults }) => faults.length > 0);
  return {
    passed: played.length - failed.length,
    failed: failed.map(({ name, faults }) => `${name}: ${faults.join("; ")}`),
  };
}

async function play(lab: Lab, labCommand: string): Promise<readonly Played[]> {
  const folder = mkdtempSync(join(tmpdir(), "can-pull-"));
  try {
    const asked = await together(cases, 2, (one) => ask(lab, labCommand, folder, one));
    const deployed = cases.filter(
      ({ file, texts, deployable }) => (file ?? texts) !== undefined && deployable !== false,
    );
    await together(deployed, 3, (one) => deploy(lab, folder, one));
    await pause(45);
    const pods = await readPods(lab);
    return asked.map((played) => {
      const one = deployed.find(({ name }) => name === played.name);
      if (one === undefined) return played;
      const own = pods.filter(({ metadata }) => metadata.namespace === namespaceOf(one));
      const runs = own.length > 0 && own.every(({ status }) => status.phase === "Running");
      const faults =
        runs === (one.answer === "yes")
          ? []
          : [`${one.answer} was expected, and when deployed it ${runs ? "runs" : "does not run"}`];
      return { ...played, faults: [...played.faults, ...faults] };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await mustRun(
      "kubectl",
      ["delete", "namespace", "--wait=false", "--ignore-not-found", ...cases.map(namespaceOf)],
      { env: lab.env },
    );
    const policies = cases.flatMap(({ objects = [] }) =>
      objects.filter(({ kind }) => kind.includes("AdmissionPolicy")),
    );
    for (const { kind, metadata } of policies)
      await mustRun("kubectl", ["delete", "--ignore-not-found", kind, metadata.name], { env: lab.env });
  }
}

const namespaceOf = ({ name }: CanPullCase): string => `cp-${name}`;
const inNamespace = (one: CanPullCase, text: string): string =>
  text.replaceAll(/(?<=[/"])NS(?=[/"\\])/g, namespaceOf(one));
const named = (one: CanPullCase, objects: unknown): string => inNamespace(one, JSON.stringify(objects));

async function ask(lab: Lab, labCommand: string, folder: string, one: CanPullCase): Promise<Played> {
  const { env } = lab;
  await mustRun("kubectl", ["create", "namespace", namespaceOf(one)], { env });
  await serviceAccount(lab, one);
  await apply(lab, one, one.objects ?? []);
  if (one.objects?.some(({ kind }) => kind === "Deployment") === true) await running(lab, one);
  await apply(lab, one, one.late ?? []);
  // The API server hears of a policy a moment after it is made.
  if (one.objects?.some(({ kind }) => kind.endsWith("PolicyBinding")) === true) await pause(5);
  const file = await writeManifests(lab, folder, one);
  const words = (one.words ?? []).map((word) => word.replace("/NS/", `/${namespaceOf(one)}/`));
  const asking = [
    ...words,
    ...(file === undefined ? [] : ["-f", file]),
    "-n",
    namespaceOf(one),
    "-o",
    "json",
  ];
  const answered = await run(labCommand, ["exec", process.execPath, main, "can-pull", ...asking], {
    env: { ...env, LAB_DIR: dirname(lab.kubeconfig) },
  });
  const items = itemsOf(answered.stdout);
  const worst = items.toSorted((a, b) => order.indexOf(a.answer) - order.indexOf(b.answer))[0];
  const expectedCode = { yes: 0, no: 1, unknown: 3, refused: 3 }[one.answer];
  const found = [worst?.cause, ...(worst?.alternatives ?? [])];
  const faults = [
    ...((worst?.answer ?? "refused") === one.answer
      ? []
      : [
          `${one.answer} was expected: ${worst?.answer ?? "nothing"} ${worst?.cause ?? ""} ${answered.stderr.trim().slice(0, 200)}`,
        ]),
    ...(answered.code === expectedCode ? [] : [`exit code ${answered.code}, not ${expectedCode}`]),
    ...(one.causes === undefined || one.causes.some((cause) => found.includes(cause))
      ? []
      : [`cause ${found.join(", ")}, not ${one.causes.join(" or ")}`]),
    ...(/lab-(?:good|wrong)/.test(answered.stdout + answered.stderr) ? ["a password was printed"] : []),
  ];
  return { name: one.name, faults };
}

/** The file or folder that is asked about; undefined where the words say it all. */
async function writeManifests(lab: Lab, folder: string, one: CanPullCase): Promise<string | undefined> {
  const { file, texts, built } = one;
  const list = join(folder, `${one.name}.json`);
  if (file !== undefined) {
    writeFileSync(list, named(one, { apiVersion: "v1", kind: "List", items: file }));
    return list;
  }
  if (texts === undefined) return undefined;
  const place = join(folder, one.name);
  mkdirSync(place);
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(place, name), inNamespace(one, text));
  if (built !== true) {
    const [only, ...others] = Object.keys(texts);
    return only === undefined || others.length > 0 ? place : join(place, only);
  }
  writeFileSync(list, await mustRun("kubectl", ["kustomize", place], { env: lab.env }));
  return list;
}

async function deploy(lab: Lab, folder: string, one: CanPullCase): Promise<void> {
  if (one.file !== undefined) return apply(lab, one, one.file);
  const place = join(folder, one.built === true ? `${one.name}.json` : one.name);
  await mustRun("kubectl", ["apply", "-f", place, "-n", namespaceOf(one)], { env: lab.env });
}

function itemsOf(stdout: string): readonly Item[] {
  try {
    return (JSON.parse(stdout) as { items: readonly Item[] }).items;
  } catch {
    return [];
  }
}

async function apply(lab: Lab, one: CanPullCase, objects: readonly KubeObject[]): Promise<void> {
  if (objects.length === 0) return;
  const input = named(one, { apiVersion: "v1", kind: "List", items: objects });
  await mustRun("kubectl", ["apply", "--server-side", "--force-conflicts", "-f", "-"], {
    env: { ...lab.env },
    input: withNamespace(input, namespaceOf(one)),
  });
}

function withNamespace(list: string, namespace: string): string {
  const parsed = JSON.parse(list) as {
    items: { kind: string; metadata: { namespace?: string } }[];
  };
  // What decides for the whole cluster lies in no namespace.
  for (const { kind, metadata } of parsed.items)
    if (!/^Namespace$|AdmissionPolicy(?:Binding)?$/.test(kind)) metadata.namespace ??= namespace;
  return JSON.stringify(parsed);
}

/** Admission refuses Pods until the namespace has its ServiceAccount. */
async function serviceAccount(lab: Lab, one: CanPullCase): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    const { code } = await run("kubectl", ["get", "serviceaccount", "default", "-n", namespaceOf(one)], {
      env: lab.env,
    });
    if (code === 0) return;
    await pause(1);
  }
}

async function running(lab: Lab, one: CanPullCase): Promise<void> {
  await mustRun("kubectl", ["rollout", "status", "deployment/web", "--timeout=60s", "-n", namespaceOf(one)], {
    env: lab.env,
  });
}
