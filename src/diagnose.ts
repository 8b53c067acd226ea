import { type Evidence, evidenceReader } from "./evidence/evidence.ts";
import { type Json, text } from "./evidence/field.ts";
import type { Objects } from "./evidence/objects.ts";
import { type Pull, readPulls } from "./pull/pull.ts";
import { listedAlongside } from "./rules/alongside.ts";
import { rules as allRules } from "./rules/index.ts";
import type { FailedPull, Fix, Listing, Rule } from "./rules/rule.ts";
import { type Unknown, unknownsOf } from "./unknowns.ts";
import { decide, type Verdict } from "./verdict.ts";

/** One image of one Pod, and what is to be said of it. */
export interface Diagnosis {
  readonly evidence: Evidence;
  readonly pull: Pull;
  readonly verdict: Verdict;
  /** What could not be read and bears on the verdict. */
  readonly unknowns: readonly Unknown[];
}

/** Which of the objects' Pods are asked about; without names, all. */
export interface Question {
  readonly namespace?: string;
  /** Names, or namespace/name. */
  readonly pods?: readonly string[];
  readonly container?: string;
  readonly kubectlFlags?: readonly string[];
}

/** The whole of the program's reasoning: objects in, diagnoses out. Pure, without clock and environment. */
export function diagnose(
  objects: Objects,
  question: Question = {},
  rules: readonly Rule[] = allRules,
): readonly Diagnosis[] {
  const kubectlFlags = question.kubectlFlags ?? objects.header?.kubectlFlags ?? [];
  const readEvidence = evidenceReader(objects);
  const asked = question.pods === undefined ? undefined : new Set(question.pods);
  const judge = (evidence: Evidence, pull: Pull, alongside: Listing): Diagnosis => {
    const verdict = verdictOf({ pull, evidence, kubectlFlags, alongside }, rules);
    return { evidence, pull, verdict, unknowns: unknownsOf(evidence, pull, verdict, kubectlFlags) };
  };
  const alone = objects.pods
    .filter((pod) => isAsked(pod, question.namespace, asked))
    .flatMap((pod) => {
      const evidence = readEvidence(pod);
      return readPulls(evidence).map((pull) => judge(evidence, pull, { pod: [], account: [] }));
    });
  const alongsideOf = listedAlongside(alone.map(printed));
  return alone
    .filter(({ pull }) => question.container === undefined || pull.image.container === question.container)
    .map((diagnosis) => {
      const alongside = alongsideOf(printed(diagnosis));
      return alongside === undefined ? diagnosis : judge(diagnosis.evidence, diagnosis.pull, alongside);
    });
}

function printed({ evidence, verdict }: Diagnosis): { evidence: Evidence; fixes: readonly Fix[] } {
  return { evidence, fixes: "leading" in verdict ? verdict.leading.finding.fixes : [] };
}

function isAsked(pod: Json, wanted: string | undefined, names: ReadonlySet<string> | undefined): boolean {
  const namespace = text(pod, "metadata", "namespace") ?? "default";
  if (wanted !== undefined && namespace !== wanted) return false;
  const name = text(pod, "metadata", "name") ?? "";
  return names === undefined || names.has(name) || names.has(`${namespace}/${name}`);
}

function verdictOf(asked: Omit<FailedPull, "failure">, rules: readonly Rule[]): Verdict {
  const { progress, failure } = asked.pull.attempt;
  if (progress !== "failed" || failure === undefined) return { state: "no-failure" };
  return decide({ ...asked, failure }, rules);
}

export function isFailing(diagnosis: Diagnosis): boolean {
  return diagnosis.verdict.state !== "no-failure";
}
