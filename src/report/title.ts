import type { Evidence } from "../evidence/evidence.ts";
import { deploymentNameOf } from "../evidence/evidence.ts";
import { templatePath } from "../evidence/workload.ts";
import { quote } from "../text/shell-word.ts";

/** A workload as people name it: what they wrote, not what its controllers made of it. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** A CronJob names its Jobs after itself and the minute since 1970 (pkg/controller/cronjob/utils.go getJobName). */
const minute = /-\d{8}$/;

/** From the Pod upwards, as far as objects and the names that controllers give tell. */
function owners({ pod, workloads }: Evidence): readonly Owner[] {
  const above = workloads.flatMap((workload) =>
    workload.state === "found"
      ? [workload.value, ...(workload.value.owner === undefined ? [] : [workload.value.owner])]
      : [],
  );
  const deployment = deploymentNameOf(pod);
  const job = pod.owner?.kind === "Job" && above.length === 0 ? pod.owner.name : undefined;
  return [
    ...(pod.owner === undefined ? [] : [pod.owner]),
    ...(deployment === undefined ? [] : [{ kind: "Deployment", name: deployment }]),
    ...(job !== undefined && minute.test(job) ? [{ kind: "CronJob", name: job.replace(minute, "") }] : []),
    ...above,
  ];
}

/** The workload that made the Pod; undefined for a Pod that somebody wrote, and for a static one. */
export function ownerOf(evidence: Evidence): Owner | undefined {
  if (evidence.pod.mirrorUid !== undefined) return undefined;
  const top = owners(evidence).at(-1);
  return top === undefined ? undefined : { kind: top.kind, name: top.name };
}

/** `deployment/web`, or `pod/web` for one without a workload that can be asked about: pasted back, it is understood. */
export function titleOf(evidence: Evidence): string {
  const { pod } = evidence;
  const made = pod.mirrorUid === undefined ? owners(evidence) : [];
  const top = made.findLast(({ kind }) => templatePath(kind) !== undefined);
  return top === undefined ? `pod/${pod.name}` : `${top.kind.toLowerCase()}/${top.name}`;
}

/** What has to follow the title, and follows it in kubectl too. */
export function placeOf({ pod, context }: Evidence): string {
  return `-n ${quote(pod.namespace)}${context === undefined ? "" : ` --context ${quote(context)}`}`;
}

/** Two titles of different clusters or namespaces are different. */
export function fullTitle(evidence: Evidence): string {
  return `${titleOf(evidence)} ${placeOf(evidence)}`;
}
