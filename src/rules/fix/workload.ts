import type { WorkloadFacts } from "../../evidence/workload.ts";
import { templatePath } from "../../evidence/workload.ts";
import type { FailedPull } from "../rule.ts";
import { json, kubectl, quote } from "./command.ts";

/** Kinds whose controller makes new Pods by itself once the template changes or `rollout restart` touches it. */
const rolling = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
/** Kinds whose controller replaces a Pod that is gone, and leaves running ones as they are. */
const replacing = new Set(["ReplicaSet", "ReplicationController", "Job"]);

/** The workload that makes the Pod anew: the outermost one with a template that can change. */
export function managingWorkload(failed: FailedPull): WorkloadFacts | undefined {
  const known = failed.evidence.workloads.flatMap((workload) =>
    workload.state === "found" ? workload.value : [],
  );
  return known.findLast((workload) => rolling.has(workload.kind)) ?? known.at(-1);
}

export function rolls(workload: WorkloadFacts | undefined): workload is WorkloadFacts {
  return workload !== undefined && rolling.has(workload.kind);
}

export function nameOf(workload: WorkloadFacts): string {
  return `${workload.kind.toLowerCase()}/${workload.name}`;
}

/**
 * The command that has the Pod made anew from what it is made from now: by its workload where there is one, else from
 * its own spec. `list` sets the imagePullSecrets of a Pod without a workload; null leaves them to admission.
 */
export function remake(failed: FailedPull, list: readonly string[] | null | undefined): string | undefined {
  const { pod } = failed.evidence;
  if (pod.mirrorUid !== undefined) return undefined;
  const workload = managingWorkload(failed);
  if (rolls(workload)) return kubectl(failed, "rollout", "restart", nameOf(workload));
  if (pod.owner !== undefined) return kubectl(failed, "delete", "pod", pod.name);
  if (pod.images.some((image) => image.type === "ephemeralContainer")) return undefined;
  return replacePod(failed, list);
}

/** Reads the Pod, changes it on this side, deletes it and creates it: nothing else of its spec changes. */
function replacePod(failed: FailedPull, list: readonly string[] | null | undefined): string {
  const get = kubectl(failed, "get", "pod", failed.evidence.pod.name, "-o", "yaml");
  const replace = ["kubectl", "replace", "--force", "-f", "-", ...failed.kubectlFlags].map(quote).join(" ");
  if (list === undefined) return `${get} | ${replace}`;
  const spec = { spec: { imagePullSecrets: list === null ? null : list.map((name) => ({ name })) } };
  return `${get} | kubectl patch --local -f - --type merge -p ${quote(json(spec))} -o yaml | ${replace}`;
}

/** How a summary names what `remake` does. */
export function remakeWords(failed: FailedPull): string {
  const workload = managingWorkload(failed);
  if (rolls(workload)) return `restart ${nameOf(workload)}`;
  const { pod } = failed.evidence;
  if (pod.owner !== undefined) return `delete the Pod; ${pod.owner.kind} ${pod.owner.name} makes it anew`;
  return "replace the Pod by itself";
}

/**
 * Sets the imagePullSecrets of the template, or of the Pod itself where it has none, and has the Pod made anew.
 * Undefined where the template cannot change (Job) or nobody can (static Pods).
 */
export function setOwnList(failed: FailedPull, list: readonly string[]): string | undefined {
  const { pod } = failed.evidence;
  if (pod.mirrorUid !== undefined) return undefined;
  const workload = managingWorkload(failed);
  if (workload === undefined) return pod.owner === undefined ? remake(failed, list) : undefined;
  if (workload.kind === "Job" || workload.kind === "CronJob") return undefined;
  const patch = templatePatch(workload, { imagePullSecrets: list.map((name) => ({ name })) });
  const command = kubectl(failed, "patch", nameOf(workload), "--type", "merge", "-p", json(patch));
  return replacing.has(workload.kind) ? `${command}\n${kubectl(failed, "delete", "pod", pod.name)}` : command;
}

function templatePatch(workload: WorkloadFacts, spec: object): object {
  return (templatePath(workload.kind) ?? [])
    .toReversed()
    .reduce<object>((inner, field) => ({ [field]: inner }), {
      spec,
    });
}
