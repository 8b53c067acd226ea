import { known } from "../evidence/observed.ts";
import { type Diagnosis, isFailing } from "../diagnose.ts";
import { type Subject, subjectOf } from "./subject.ts";
import { fullTitle } from "./title.ts";

/** Failing pulls that share what is broken, and so one explanation and one fix. */
export interface Group {
  readonly subject: Subject;
  /** The surest first: it is the one that is explained. */
  readonly diagnoses: readonly [Diagnosis, ...Diagnosis[]];
  readonly pods: number;
  /** Titles of their workloads, with namespace, each once. */
  readonly workloads: readonly string[];
  /** When the first of them began to fail, as far as events tell, else when its Pod was made. RFC 3339. */
  readonly since?: string;
}

/** This many workloads of one registry or node are an outage of it. */
const outage = 3;

/** Worst first: an outage that no other cause outdoes in workloads, then by Pods, then in the order in which they were asked about. */
export function groupDiagnoses(diagnoses: readonly Diagnosis[]): readonly Group[] {
  const groups = new Map<string, { subject: Subject; members: [Diagnosis, ...Diagnosis[]] }>();
  for (const diagnosis of diagnoses.filter(isFailing)) {
    const subject = subjectOf(diagnosis);
    const key = JSON.stringify([...causeOf(diagnosis), subject.kind, subject.key]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { subject, members: [diagnosis] });
    else group.members.push(diagnosis);
  }
  const all = [...groups.values()].map(({ subject, members }) => groupOf(subject, members));
  const most = Math.max(...all.map(({ workloads }) => workloads.length));
  const leads = (group: Group): number => Number(isOutage(group) && group.workloads.length === most);
  return all.toSorted((a, b) => leads(b) - leads(a) || b.pods - a.pods);
}

export function isOutage({ subject, workloads }: Group): boolean {
  return (subject.kind === "registry" || subject.kind === "node") && workloads.length >= outage;
}

function groupOf(subject: Subject, members: readonly [Diagnosis, ...Diagnosis[]]): Group {
  const [first, ...others] = members;
  const surest = others.reduce((best, one) => (sureness(one) < sureness(best) ? one : best), first);
  const since = members.flatMap((one) => failingSince(one) ?? []).toSorted()[0];
  return {
    subject,
    diagnoses: [surest, ...members.filter((one) => one !== surest)],
    pods: new Set(members.map(podOf)).size,
    workloads: [...new Set(members.map(({ evidence }) => fullTitle(evidence)))],
    ...(since === undefined ? {} : { since }),
  };
}

/** Two answers that allow other causes are two answers. */
function causeOf({ verdict, pull }: Diagnosis): readonly string[] {
  if (!("leading" in verdict)) return [verdict.state, pull.attempt.failure?.reading.kind ?? ""];
  const alternatives = verdict.state === "ambiguous" ? verdict.alternatives.toSorted() : [];
  return [verdict.leading.id, ...alternatives];
}

const order = ["certain", "likely", "possible"];

function sureness({ verdict }: Diagnosis): number {
  return "leading" in verdict ? order.indexOf(verdict.leading.finding.confidence) : 0;
}

/** Equal for diagnoses of one Pod. */
export function podOf({ evidence }: Diagnosis): string {
  return `${evidence.context ?? ""}/${evidence.pod.namespace}/${evidence.pod.name}`;
}

/** The oldest failure that events still tell of. They are kept as long as they are repeated. */
function failingSince({ evidence, pull }: Diagnosis): string | undefined {
  const events = known(evidence.events) ?? [];
  const own = `{${pull.image.container}}`;
  const failed = events.filter(
    ({ type, fieldPath }) => type !== "Normal" && fieldPath?.endsWith(own) === true,
  );
  return failed.flatMap(({ first }) => first ?? []).toSorted()[0] ?? evidence.pod.createdAt;
}
