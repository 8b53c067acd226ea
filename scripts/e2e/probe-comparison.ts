import { dirname, join } from "node:path";
import { acceptedOf, type Case } from "./case.ts";
import { run, together } from "./command.ts";
import { type Lab, labFolder } from "./lab.ts";
import { apply, type Play, playsOf, setUp, tearDown } from "./play.ts";
import { readPods, whatAils } from "./pods.ts";
import { type Item, itemsOf } from "./program.ts";
import { itemFor, leaksOf } from "./truth.ts";

interface Compared {
  readonly name: string;
  readonly plain: Answer;
  readonly probed: Answer;
  readonly faults: readonly string[];
}

/** What was answered, as far as two answers can be held against each other. */
interface Answer {
  /** certain, likely, possible; else the state. */
  readonly word: string;
  readonly named: readonly string[];
  /** What a possible cause says that it rests on. */
  readonly assumed: string;
}

/** Every program on the machine takes part of its two processors. */
const width = 2;

/**
 * Asks about every case twice, without and with --probe, from inside the lab's network. A case fails whose truth the probe takes out of the answer. The
 * notes say what the probe changed, and what it left open.
 */
export async function compareProbe(
  lab: Lab,
  command: readonly string[],
  cases: readonly Case[],
): Promise<{
  readonly passed: number;
  readonly failed: readonly string[];
  readonly notes: readonly string[];
}> {
  // What heals is played twice elsewhere; here nothing is healed.
  const plays = playsOf(cases.map((one) => ({ ...one, healable: false })));
  await setUp(lab, plays);
  try {
    const compared = await together(plays, width, (play) => compare(lab, command, play));
    const failed = compared.filter(({ faults }) => faults.length > 0);
    return {
      passed: compared.length - failed.length,
      failed: failed.map((one) => `${lineOf(one)}: ${one.faults.join("; ")}`),
      notes: notesOf(compared),
    };
  } finally {
    await tearDown(lab, plays);
  }
}

async function compare(lab: Lab, command: readonly string[], play: Play): Promise<Compared> {
  const { name } = play.case;
  const pods = await readPods(lab, play.namespace);
  const ill = pods.find((pod) => whatAils(pod) !== undefined) ?? pods[0];
  const target = play.case.target ?? play.case.pod ?? ill?.metadata.name ?? "web";
  await apply(lab, play, play.case.late ?? []);
  const ask = (words: readonly string[]): Promise<Item | string> =>
    answer(lab, command, play, [target, ...words]);
  const plain = await ask([]);
  const probed = await ask(["--probe"]);
  // Where the cause is gone already, the kubelet's next attempt may come between two looks.
  const again = typeof probed !== "string" && answerOf(probed).word === "no-failure" ? await ask([]) : plain;
  if (typeof again === "string" || typeof probed === "string") {
    const nothing = { word: "no report", named: [], assumed: "" };
    return {
      name,
      plain: nothing,
      probed: nothing,
      faults: [again, probed].filter((one) => typeof one === "string"),
    };
  }
  const both = { plain: answerOf(again), probed: answerOf(probed) };
  return { name, ...both, faults: faultsOf(play.case, both.plain, both.probed) };
}

async function answer(
  lab: Lab,
  command: readonly string[],
  play: Play,
  words: readonly string[],
): Promise<Item | string> {
  const env = { ...lab.env, LAB_DIR: dirname(lab.kubeconfig) };
  const more = ["-n", play.namespace, "-o", "json", "--kubeconfig", lab.kubeconfig];
  const player = join(labFolder() ?? "", "lab");
  const said = await run(player, ["exec", ...command, ...words, ...more], { env, seconds: 180 });
  const leaks = leaksOf(said.stdout + said.stderr, play);
  const item = itemFor(itemsOf(said.stdout) ?? [], play.case);
  return leaks[0] ?? item ?? `no report: exit ${said.code} ${said.stderr.trim().slice(0, 200)}`;
}

function answerOf({ verdict, findings }: Item): Answer {
  const { state, cause, confidence, alternatives } = verdict;
  const assumed = (findings[0]?.assuming ?? []).map(({ text }) => text).join(" ");
  if (state === "no-failure" || state === "waiting")
    return { word: "no-failure", named: ["no-failure"], assumed };
  const word = state === "cause" ? (confidence ?? state) : state;
  return { word, named: cause === null ? [] : [cause, ...alternatives], assumed };
}

/** The truth has to be named, and where the plain answer named the very cause, the probe does not take it away unsaid. */
function faultsOf(one: Case, plain: Answer, probed: Answer): readonly string[] {
  const names = ({ named }: Answer, causes: readonly string[]): boolean =>
    causes.some((cause) => named.includes(cause));
  if (!names(probed, acceptedOf(one))) return [`it is ${acceptedOf(one).join(" or ")}`];
  const isKept = names(probed, [one.cause]) || probed.assumed.includes(one.cause);
  return names(plain, [one.cause]) && !isKept ? [`the probe takes ${one.cause} away, and it is that`] : [];
}

function lineOf({ name, plain, probed }: Compared): string {
  const words = ({ word, named }: Answer): string => `${word} ${named.join(", ")}`;
  return `${name}: ${words(plain)} → ${words(probed)}`;
}

function notesOf(compared: readonly Compared[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { plain, probed } of compared) {
    const key = `${plain.word} → ${probed.word}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const changed = ({ plain, probed }: Compared): boolean =>
    plain.word !== probed.word || plain.named.join() !== probed.named.join();
  return [
    ...[...counts].toSorted((a, b) => b[1] - a[1]).map(([key, count]) => `${count} ${key}`),
    ...compared.filter((one) => changed(one) || isOpen(one)).map(lineOf),
  ];
}

function isOpen({ probed }: Compared): boolean {
  return probed.word !== "certain" && probed.word !== "no-failure";
}
