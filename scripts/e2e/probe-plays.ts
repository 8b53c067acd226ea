import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { mustRun, type Outcome, run } from "./command.ts";
import { type Lab, labFolder } from "./lab.ts";
import { apply, type Play, setUp, tearDown } from "./play.ts";
import { type ProbeCase, probeCases } from "./probe-cases.ts";

/** A request as a registry of the lab saw it. */
interface Request {
  readonly host: string;
  readonly repository: string;
  readonly login: boolean;
  readonly user: string;
  readonly password: string;
  readonly agent: string;
}

interface Item {
  readonly verdict: {
    readonly state: string;
    readonly cause: string | null;
    readonly alternatives: readonly string[];
  };
  readonly image: string;
  readonly probe?: { readonly wouldPull: string };
  readonly trial?: { readonly create: string; readonly explain: string; readonly remove: string };
}

/** More than a registry is asked about one image anywhere. */
const mostRequests = 12;

/**
 * Plays the cases at once, asks about each from inside the lab's network, and judges by the answer and by the registries' own log. `command` is
 * what runs the program: absolute paths, since it runs inside.
 */
export async function playProbeCases(
  lab: Lab,
  command: readonly string[],
  only: readonly string[] = [],
): Promise<{ readonly passed: number; readonly failed: readonly string[] }> {
  const token = Date.now().toString(36);
  const chosen = probeCases.filter(({ name }) => only.length === 0 || only.includes(name));
  const plays = chosen.map((one) => ({ one, play: playOf(one, `probe-${token}-${one.name}`) }));
  await setUp(
    lab,
    plays.map(({ play }) => play),
  );
  const failed: string[] = [];
  try {
    // One after the other: the log does not say whose request it is.
    for (const { one, play } of plays) {
      const faults = await ask(lab, command, one, play);
      if (faults.length > 0) failed.push(`${one.name}: ${faults.join("; ")}`);
    }
  } finally {
    await tearDown(
      lab,
      plays.map(({ play }) => play),
    );
  }
  return { passed: plays.length - failed.length, failed };
}

function playOf({ name, story, accept, steps, late = [] }: ProbeCase, namespace: string): Play {
  const [cause = ""] = accept;
  const facts = { name, story, cause, steps, late, given: null, healable: false };
  return { case: facts, namespace, copy: "only", otherNamespaces: [] };
}

async function ask(
  lab: Lab,
  command: readonly string[],
  one: ProbeCase,
  play: Play,
): Promise<readonly string[]> {
  await apply(lab, play, one.late ?? []);
  const before = statSync(lab.log).size;
  const target = one.target ?? "web";
  const said = await inside(lab, command, [
    target,
    "-n",
    play.namespace,
    "--probe",
    ...(one.flags ?? []),
    "-o",
    "json",
  ]);
  const requests = requestsSince(lab, before);
  const item = itemFor(said, one.image.replaceAll("NS", play.namespace));
  if (item === undefined) return [`no answer: exit ${said.code} ${said.stderr.trim().slice(0, 200)}`];
  return [
    ...answerFaults(one, item),
    ...requestFaults(one, requests),
    ...(/lab-(?:good|wrong|signed)/.test(said.stdout + said.stderr)
      ? ["a password or a signature was printed"]
      : []),
    ...(await trialFaults(lab, command, one, item)),
  ];
}

function inside(lab: Lab, command: readonly string[], words: readonly string[]): Promise<Outcome> {
  const env = { ...lab.env, LAB_DIR: dirname(lab.kubeconfig) };
  const player = join(labFolder() ?? "", "lab");
  return run(player, ["exec", ...command, ...words, "--kubeconfig", lab.kubeconfig], { env, seconds: 180 });
}

function itemFor({ stdout }: Outcome, image: string): Item | undefined {
  try {
    const { items } = JSON.parse(stdout) as { items: readonly Item[] };
    return items.find((item) => item.image === image);
  } catch {
    return undefined;
  }
}

function namedBy({ state, cause, alternatives }: Item["verdict"]): readonly string[] {
  if (state === "no-failure" || state === "waiting") return ["no-failure"];
  return cause === null ? [state] : [cause, ...alternatives];
}

function answerFaults(one: ProbeCase, { verdict, probe }: Item): readonly string[] {
  const named = namedBy(verdict);
  const faults: string[] = [];
  if (!one.accept.some((cause) => named.includes(cause)))
    faults.push(`says ${verdict.state} ${named.join(", ")}, not ${one.accept.join(" or ")}`);
  const missing = one.alternatives?.filter((cause) => !named.includes(cause)) ?? [];
  if (missing.length > 0) faults.push(`does not name ${missing.join(", ")}`);
  const isOpen = verdict.state === "ambiguous" && one.alternatives === undefined && one.pull === "no";
  if (isOpen) faults.push(`leaves ${named.join(", ")}, and the registry decides`);
  if (probe?.wouldPull !== one.pull)
    faults.push(`would pull: ${probe?.wouldPull ?? "not asked"}, not ${one.pull}`);
  return faults;
}

function requestFaults(one: ProbeCase, requests: readonly Request[]): readonly string[] {
  const strayed = requests.filter(({ login, host }) => login && one.noLoginAt?.includes(host) === true);
  const tries = new Map<string, number>();
  for (const { login, password, host, user, repository } of requests) {
    if (!login || password.startsWith("lab-good")) continue;
    const key = `${user} at ${host}, ${repository === "" ? "alone" : "for the repository"}`;
    tries.set(key, (tries.get(key) ?? 0) + 1);
  }
  const most = one.requests ?? mostRequests;
  return [
    ...strayed.map(({ host }) => `took a login to ${host}`),
    ...[...tries].filter(([, times]) => times > 1).map(([key, times]) => `tried ${key} ${times} times`),
    ...(requests.length > most ? [`${requests.length} requests, not ${most}`] : []),
  ];
}

/** Pastes the Pod that the report prints, asks about it, and removes it. */
async function trialFaults(
  lab: Lab,
  command: readonly string[],
  one: ProbeCase,
  { trial }: Item,
): Promise<readonly string[]> {
  if ((trial !== undefined) !== (one.trial === true))
    return [trial === undefined ? "prints no Pod to try" : "prints a Pod to try that tells nothing more"];
  if (trial === undefined) return [];
  await mustRun("sh", ["-c", trial.create], { env: lab.env });
  const words = trial.explain.split(" ").slice(2);
  const said = await inside(lab, command, [...words, "-o", "json"]);
  await mustRun("sh", ["-c", trial.remove], { env: lab.env });
  const { items } = JSON.parse(said.stdout) as { items: readonly Item[] };
  const named = items.flatMap(({ verdict }) => namedBy(verdict));
  const isSame = one.accept.some((cause) => named.includes(cause));
  return isSame ? [] : [`the Pod to try says ${named.join(", ")}`];
}

function requestsSince(lab: Lab, place: number): readonly Request[] {
  const file = openSync(lab.log, "r");
  const added = Buffer.alloc(fstatSync(file).size - place);
  readSync(file, added, 0, added.length, place);
  closeSync(file);
  return added
    .toString("utf8")
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as Request)
    .filter(({ agent }) => agent.startsWith("kubectl-why-pull/"));
}
