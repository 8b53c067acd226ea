import type { Diagnosis } from "../diagnose.ts";
import { summaryOf } from "./summary.ts";

/** Diagnoses that say the same of the same image: Pods of one workload, mostly. */
export interface Group {
  readonly diagnoses: readonly [Diagnosis, ...Diagnosis[]];
}

/** In the order of their first members. */
export function groupDiagnoses(diagnoses: readonly Diagnosis[]): readonly Group[] {
  const groups = new Map<string, [Diagnosis, ...Diagnosis[]]>();
  for (const diagnosis of diagnoses) {
    const { evidence, pull, verdict } = diagnosis;
    const cause =
      verdict.state === "cause" || verdict.state === "ambiguous" ? verdict.leading.id : verdict.state;
    const kind = pull.attempt.failure?.reading.kind;
    const owner =
      evidence.pod.owner === undefined
        ? evidence.pod.name
        : `${evidence.pod.owner.kind}/${evidence.pod.owner.name}`;
    const key = JSON.stringify([
      evidence.pod.namespace,
      owner,
      pull.image.container,
      pull.image.image,
      cause,
      kind,
      summaryOf(diagnosis),
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [diagnosis]);
    else group.push(diagnosis);
  }
  return [...groups.values()].map((members) => ({ diagnoses: members }));
}
