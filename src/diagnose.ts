import { type Evidence, evidenceReader } from "./evidence/evidence.ts";
import { defined, type Json, text } from "./evidence/field.ts";
import type { Objects } from "./evidence/objects.ts";
import { type Pull, readPulls } from "./pull/pull.ts";
import { listedAlongside } from "./rules/alongside.ts";
import { walkChain } from "./rules/facts/chain.ts";
import type { Chain } from "./rules/facts/place.ts";
import { noOtherPods, otherPods, type Walked } from "./rules/facts/other-pods.ts";
import { rules as allRules } from "./rules/index.ts";
import type { FailedPull, Fix, Listing, Rule } from "./rules/rule.ts";
import { type TrialPod, trialPodOf } from "./trial-pod.ts";
import { type Unknown, unknownsOf } from "./unknowns.ts";
import { decide, leadingOf, type Verdict, withoutFailure } from "./verdict.ts";

/** One image of one Pod, and what is to be said of it. */
export interface Diagnosis {
  readonly evidence: Evidence;
  readonly pull: Pull;
  readonly verdict: Verdict;
  /** What could not be read and bears on the verdict. */
  readonly unknowns: readonly Unknown[];
  /** Where only the node can tell what is the case now. */
  readonly trial?: TrialPod;
}

/** Which of the objects' Pods are asked about; without names, all. */
export interface Question {
  readonly namespace?: string;
  /** Names, or namespace/name. */
  readonly pods?: readonly string[];
  readonly container?: string;
  readonly kubectlFlags?: readonly string[];
  /** The kubeconfig's context, where several clusters were asked. */
  readonly context?: string;
}

/** The whole of the program's reasoning: objects in, diagnoses out. Pure, without clock and environment. */
export function diagnose(
  objects: Objects,
  question: Question = {},
  rules: readonly Rule[] = allRules,
): readonly Diagnosis[] {
  const kubectlFlags = question.kubectlFlags ?? objects.header?.kubectlFlags ?? [];
  const readEvidence = evidenceReader(objects, question.context);
  const asked = question.pods === undefined ? undefined : new Set(question.pods);
  const walk = once((pod: Json): readonly Walked[] => {
    const evidence = readEvidence(pod);
    return readPulls(evidence).map((pull) => ({ evidence, pull, chain: chainOf(evidence, pull) }));
  });
  const othersOf = otherPods(() => objects.pods.flatMap(walk));
  const judge = (walked: Walked, alongside: Listing): Diagnosis => {
    const { evidence, pull } = walked;
    const verdict = verdictOf(walked, { kubectlFlags, alongside, others: othersOf(walked) }, rules);
    const unknowns = unknownsOf(evidence, pull, verdict, kubectlFlags);
    const trial = trialPodOf(evidence, pull, verdict, kubectlFlags);
    return { evidence, pull, verdict, unknowns, ...defined({ trial }) };
  };
  const alone = objects.pods
    .filter((pod) => isAsked(pod, question.namespace, asked, objects.neighbours))
    .flatMap((pod) =>
      walk(pod).map((walked) => ({ walked, diagnosis: judge(walked, { pod: [], account: [] }) })),
    );
  const alongsideOf = listedAlongside(alone.map(({ diagnosis }) => printed(diagnosis)));
  return alone
    .filter(
      ({ walked: { pull } }) =>
        question.container === undefined || pull.image.container === question.container,
    )
    .map(({ walked, diagnosis }) => {
      const alongside = alongsideOf(printed(diagnosis));
      return alongside === undefined ? diagnosis : judge(walked, alongside);
    });
}

function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** What is to be said of one pull by itself. */
export function judgePull(evidence: Evidence, pull: Pull, kubectlFlags: readonly string[]): Verdict {
  const walked = { evidence, pull, chain: chainOf(evidence, pull) };
  return verdictOf(
    walked,
    { kubectlFlags, alongside: { pod: [], account: [] }, others: noOtherPods },
    allRules,
  );
}

function chainOf(evidence: Evidence, pull: Pull): Chain | undefined {
  const { progress, failure } = pull.attempt;
  return progress !== "failed" || failure === undefined ? undefined : walkChain({ evidence, pull, failure });
}

function printed({ evidence, verdict }: Diagnosis): { evidence: Evidence; fixes: readonly Fix[] } {
  return { evidence, fixes: leadingOf(verdict)?.finding.fixes ?? [] };
}

function isAsked(
  pod: Json,
  wanted: string | undefined,
  names: ReadonlySet<string> | undefined,
  neighbours: ReadonlySet<string>,
): boolean {
  const namespace = text(pod, "metadata", "namespace") ?? "default";
  if (wanted !== undefined && namespace !== wanted) return false;
  const name = text(pod, "metadata", "name") ?? "";
  const place = `${namespace}/${name}`;
  return names === undefined ? !neighbours.has(place) : names.has(name) || names.has(place);
}

function verdictOf(
  { evidence, pull, chain }: Walked,
  asked: Pick<FailedPull, "kubectlFlags" | "alongside" | "others">,
  rules: readonly Rule[],
): Verdict {
  const { failure } = pull.attempt;
  if (chain === undefined || failure === undefined) return withoutFailure(evidence, pull);
  return decide({ ...asked, evidence, pull, failure, chain }, rules);
}

export function isFailing(diagnosis: Diagnosis): boolean {
  return diagnosis.verdict.state !== "no-failure" && diagnosis.verdict.state !== "waiting";
}
