import type { WorkloadFacts } from "../../evidence/workload.ts";
import { templatePath } from "../../evidence/workload.ts";
import type { FailedPull } from "../rule.ts";
import { json, kubectl, lines, quote } from "./command.ts";

/** Kinds whose controller makes new Pods by itself once the template changes or `rollout restart` touches it. */
const rolling = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
/**
 * Kinds that leave a Pod as it is when their template changes. A StatefulSet waits for an unready Pod before it goes on,
 * also where that Pod is what its new revision heals (pkg/controller/statefulset/stateful_set_control.go, 1.26-1.36).
 */
const leaving = new Set(["StatefulSet", "ReplicaSet", "ReplicationController"]);

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
  if (rolls(workload)) {
    const restart = kubectl(failed, "rollout", "restart", nameOf(workload));
    return leaving.has(workload.kind) ? lines(restart, deletePod(failed)) : restart;
  }
  if (pod.owner?.kind === "Job") return replaceJob(failed, pod.owner.name, undefined);
  if (pod.owner !== undefined) return deletePod(failed);
  if (pod.images.some((image) => image.type === "ephemeralContainer")) return undefined;
  return replacePod(failed, list);
}

function deletePod(failed: FailedPull): string {
  return kubectl(failed, "delete", "pod", failed.evidence.pod.name, "--ignore-not-found");
}

/** What the API server writes into a Job, and refuses in a new one (pkg/registry/batch/job/strategy.go). */
const jobLabels = Object.fromEntries(
  ["controller-uid", "job-name"].flatMap((name) => [
    [name, null],
    [`batch.kubernetes.io/${name}`, null],
  ]),
);

/**
 * Makes a Job anew under its name: its template cannot change, and a Pod that is deleted counts as a failed attempt,
 * which ends a Job with backoffLimit 0. A `list` of undefined leaves the template's imagePullSecrets as they are.
 */
function replaceJob(failed: FailedPull, name: string, list: readonly string[] | undefined): string {
  const own = list === undefined ? {} : { spec: secretList(list) };
  const metadata = { labels: jobLabels };
  const change = { metadata, spec: { selector: null, template: { metadata, ...own } } };
  const get = kubectl(failed, "get", "job", name, "-o", "json");
  return `${get} | kubectl patch --local -f - --type merge -p ${quote(json(change))} -o json | ${replaceFrom(failed)}`;
}

function replaceFrom(failed: FailedPull): string {
  return ["kubectl", "replace", "--force", "-f", "-", ...failed.kubectlFlags].map(quote).join(" ");
}

function secretList(list: readonly string[]): object {
  return { imagePullSecrets: list.map((name) => ({ name })) };
}

/** Reads the Pod, changes it on this side, deletes it and creates it: nothing else of its spec changes. */
function replacePod(failed: FailedPull, list: readonly string[] | null | undefined): string {
  const get = kubectl(failed, "get", "pod", failed.evidence.pod.name, "-o", "yaml");
  const replace = replaceFrom(failed);
  if (list === undefined) return `${get} | ${replace}`;
  const spec = { spec: list === null ? { imagePullSecrets: null } : secretList(list) };
  return `${get} | kubectl patch --local -f - --type merge -p ${quote(json(spec))} -o yaml | ${replace}`;
}

/** How a summary names what `remake` does. */
export function remakeWords(failed: FailedPull): string {
  const workload = managingWorkload(failed);
  if (rolls(workload))
    return `restart ${nameOf(workload)}${leaving.has(workload.kind) ? " and delete the Pod, which it would wait for" : ""}`;
  const { pod } = failed.evidence;
  if (pod.owner?.kind === "Job") return `make job/${pod.owner.name} anew`;
  if (pod.owner !== undefined) return `delete the Pod; ${pod.owner.kind} ${pod.owner.name} makes it anew`;
  return "replace the Pod by itself";
}

/**
 * Sets the imagePullSecrets of the template, or of the Pod itself where it has none, and has the Pod made anew.
 * Undefined where nobody can: for static Pods, and for owners that are not known or have no template.
 */
export function setOwnList(failed: FailedPull, list: readonly string[]): string | undefined {
  const { pod } = failed.evidence;
  if (pod.mirrorUid !== undefined) return undefined;
  if (pod.owner === undefined) return remake(failed, list);
  const workload = managingWorkload(failed);
  const patch =
    workload === undefined || workload.kind === "Job"
      ? undefined
      : patchTemplate(failed, workload, secretList(list));
  if (pod.owner.kind === "Job") return lines(patch, replaceJob(failed, pod.owner.name, list));
  if (workload === undefined) return undefined;
  return leaving.has(workload.kind) ? lines(patch, deletePod(failed)) : patch;
}

/** How a summary names where `setOwnList` writes. */
export function ownListWords(failed: FailedPull): string {
  const { owner } = failed.evidence.pod;
  if (owner === undefined) return "this Pod only, and replace it by itself";
  const workload = managingWorkload(failed);
  const template = workload === undefined ? "the workload's template" : `the template of ${nameOf(workload)}`;
  if (owner.kind !== "Job") return template;
  const job = `job/${owner.name}`;
  return workload?.kind === "CronJob" ? `${template}, and make ${job} anew` : `${job}, and make it anew`;
}

function patchTemplate(failed: FailedPull, workload: WorkloadFacts, spec: object): string {
  const patch = (templatePath(workload.kind) ?? [])
    .toReversed()
    .reduce<object>((inner, field) => ({ [field]: inner }), { spec });
  return kubectl(failed, "patch", nameOf(workload), "--type", "merge", "-p", json(patch));
}
