import type { WorkloadFacts } from "../../evidence/workload.ts";
import { templatePath } from "../../evidence/workload.ts";
import type { FailedPull } from "../rule.ts";
import { overtakenBy } from "../facts/last-attempt.ts";
import { json, kubectl, lines } from "./command.ts";
import { quote } from "../../text/shell-word.ts";

/** Kinds whose controller makes new Pods by itself once the template changes or `rollout restart` touches it. */
const rolling = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
/**
 * Kinds that may leave a Pod as it is when their template changes. A StatefulSet waits for an unready Pod before it goes
 * on, also where that Pod is what its new revision heals (pkg/controller/statefulset/stateful_set_control.go, 1.26-1.36);
 * it and a DaemonSet may have the update strategy OnDelete.
 */
const leaving = new Set(["StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"]);

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

/** A change of a Pod's spec, by kubectl patch: `merge` replaces a list, `strategic` finds its entries by name. */
export interface SpecChange {
  readonly type: "merge" | "strategic";
  readonly spec: object;
}

/** Sets the list of pull secrets. */
export function listChange(list: readonly string[]): SpecChange {
  return { type: "merge", spec: { imagePullSecrets: list.map((name) => ({ name })) } };
}

/** Leaves the list to admission, which copies the ServiceAccount's. */
const noList: SpecChange = { type: "merge", spec: { imagePullSecrets: null } };

/**
 * The command that has the Pod made anew from what it is made from now: by its workload where there is one, else from
 * its own spec, where `emptied` leaves its imagePullSecrets to admission.
 */
export function remake(failed: FailedPull, emptied: boolean): string | undefined {
  const { pod } = failed.evidence;
  if (pod.mirrorUid !== undefined) return undefined;
  const workload = managingWorkload(failed);
  if (rolls(workload) && !workload.paused) {
    const held = freePlace(failed, workload);
    if (held !== undefined) return held;
    const restart = kubectl(failed, "rollout", "restart", nameOf(workload));
    return lines(
      restart,
      leaving.has(workload.kind) ? deletePod(failed) : undefined,
      makeRoom(failed, workload),
    );
  }
  if (pod.owner?.kind === "Job") return replaceJob(failed, pod.owner.name, undefined);
  if (pod.owner !== undefined) return deletePod(failed);
  return replacePod(failed, emptied ? noList : undefined);
}

/**
 * A Deployment starts its new Pods beside the old ones (maxSurge), which a full quota or a held host port does not let
 * start; and it may not end the old ones first where none is unavailable (pkg/controller/deployment/rolling.go
 * cleanupUnhealthyReplicas, 1.26-1.36). Where nothing shows that, the command would only be in the way; so it would where
 * quotas may not be read, since who may not read them mostly may not scale either.
 */
function makeRoom(failed: FailedPull, workload: WorkloadFacts): string | undefined {
  const { pod, quotas } = failed.evidence;
  if (workload.kind !== "Deployment" || pod.owner?.kind !== "ReplicaSet") return undefined;
  const held = freePlace(failed, workload);
  if (held !== undefined) return held;
  const mayBeFull =
    quotas.state === "found"
      ? quotas.value.length > 0
      : quotas.state === "unknown" && quotas.reason === "unavailable";
  if (!mayBeFull && !pod.holdsHostPorts) return undefined;
  const status = kubectl(failed, "rollout", "status", nameOf(workload), "--timeout=60s");
  return `${status} || {\n${endOldRevision(failed, workload, pod.owner.name)}\n}`;
}

/** A newer revision is there and has no Pod: what holds its place is known, and nothing is to be waited for. */
function freePlace(failed: FailedPull, workload: WorkloadFacts): string | undefined {
  const overtaken = workload.kind === "Deployment" ? overtakenBy(failed.evidence) : undefined;
  return overtaken?.newest.pods === 0
    ? endOldRevision(failed, workload, overtaken.own.replicaSet)
    : undefined;
}

/** What `makeRoom` does, as a summary says it. */
function roomWords(failed: FailedPull, workload: WorkloadFacts): string {
  if (makeRoom(failed, workload) === undefined) return "";
  return freePlace(failed, workload) === undefined
    ? ", ending the old Pod first if the new one finds no room"
    : ", ending what is not ready of the old revision";
}

/**
 * Ends what is not ready of the Pod's revision and lets the newest start: a ReplicaSet that is scaled down ends its
 * unready Pods first (pkg/controller/controller_utils.go, ActivePods), and a controller never scales an old one up again.
 */
export function endOldRevision(failed: FailedPull, workload: WorkloadFacts, replicaSet: string): string {
  const old = `replicaset/${replicaSet}`;
  const ready = kubectl(failed, "get", old, "-o", "jsonpath={.status.readyReplicas}");
  return lines(
    `${kubectl(failed, "scale", old)} --replicas="$(($(${ready})+0))"`,
    kubectl(failed, "wait", "--for=delete", `pod/${failed.evidence.pod.name}`, "--timeout=120s"),
    kubectl(failed, "rollout", "restart", nameOf(workload)),
  );
}

/**
 * Does not wait: where the controller has just made a Pod of the same name, as a StatefulSet does, kubectl may wait for
 * that one to go.
 */
export function deletePod(failed: FailedPull): string {
  const { name } = failed.evidence.pod;
  return kubectl(failed, "delete", "pod", name, "--ignore-not-found", "--wait=false");
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
 * which ends a Job with backoffLimit 0.
 */
function replaceJob(failed: FailedPull, name: string, change: SpecChange | undefined): string {
  const workload = managingWorkload(failed);
  if (workload?.kind === "CronJob" && workload.forbidsTwo) return nextJob(failed, name, workload);
  const metadata = { labels: jobLabels };
  const template = { metadata, ...(change === undefined ? {} : { spec: change.spec }) };
  const patch = { metadata, spec: { selector: null, template } };
  return anew(failed, `job/${name}`, { type: change?.type ?? "merge", patch });
}

/**
 * A CronJob with concurrencyPolicy Forbid has waited for the Job, and starts the run that it missed as soon as the Job is
 * gone; a Job made anew by hand would run beside it (pkg/controller/cronjob/cronjob_controllerv2.go, 1.26-1.36). Where it
 * has missed none, the run comes from its template.
 */
function nextJob(failed: FailedPull, name: string, cronJob: WorkloadFacts): string {
  const active = kubectl(failed, "get", nameOf(cronJob), "-o", "jsonpath={.status.active[*].name}");
  return lines(
    `${kubectl(failed, "delete", `job/${name}`, "--ignore-not-found")} && sleep 10`,
    `[ -n "$(${active})" ] || ${kubectl(failed, "create", "job", name, `--from=${nameOf(cronJob)}`)}`,
  );
}

/** Nothing else of the Pod's spec changes. A debug container cannot be part of a new Pod, and would be lost. */
function replacePod(failed: FailedPull, change: SpecChange | undefined): string | undefined {
  const { pod } = failed.evidence;
  if (pod.images.some((image) => image.type === "ephemeralContainer")) return undefined;
  const how = change === undefined ? undefined : { type: change.type, patch: { spec: change.spec } };
  return anew(failed, `pod/${pod.name}`, how);
}

/** Reads an object, changes it on this side, deletes it and creates it. */
function anew(failed: FailedPull, target: string, change?: { type: string; patch: object }): string {
  const get = kubectl(failed, "get", target, "-o", "json");
  const replace = ["kubectl", "replace", "--force", "-f", "-", ...failed.kubectlFlags].map(quote).join(" ");
  if (change === undefined) return `${get} | ${replace}`;
  const patch = `kubectl patch --local -f - --type ${change.type} -p ${quote(json(change.patch))} -o json`;
  return `${get} | ${patch} | ${replace}`;
}

/** How a summary names what `remake` does. */
export function remakeWords(failed: FailedPull): string {
  const workload = managingWorkload(failed);
  if (rolls(workload) && !workload.paused)
    return `restart ${nameOf(workload)}${leaving.has(workload.kind) ? " and delete the Pod, which it may wait for" : roomWords(failed, workload)}`;
  const { pod } = failed.evidence;
  if (pod.owner?.kind === "Job") return `make job/${pod.owner.name} anew`;
  if (pod.owner !== undefined) return `delete the Pod; ${pod.owner.kind} ${pod.owner.name} makes it anew`;
  return "replace the Pod by itself";
}

/**
 * Changes the template, or the Pod itself where it has none, and has the Pod made anew. Undefined where nobody can: for
 * static Pods, and for owners that are not known or have no template.
 */
export function changeSpec(failed: FailedPull, change: SpecChange): string | undefined {
  const { pod } = failed.evidence;
  if (pod.mirrorUid !== undefined) return undefined;
  if (pod.owner === undefined) return replacePod(failed, change);
  const workload = managingWorkload(failed);
  const patch =
    workload === undefined || workload.kind === "Job" ? undefined : patchTemplate(failed, workload, change);
  if (pod.owner.kind === "Job") return lines(patch, replaceJob(failed, pod.owner.name, change));
  if (workload === undefined) return undefined;
  return lines(
    patch,
    letRoll(failed, workload)?.command,
    leaving.has(workload.kind) ? deletePod(failed) : undefined,
    makeRoom(failed, workload),
  );
}

/**
 * Ends what keeps a changed template from reaching the Pod: a Deployment's pause, during which it refuses a restart too,
 * or a StatefulSet's partition (pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod).
 */
export function letRoll(
  failed: FailedPull,
  workload: WorkloadFacts,
): { readonly command: string; readonly words: string } | undefined {
  const name = nameOf(workload);
  if (workload.paused)
    return {
      command: kubectl(failed, "rollout", "resume", name),
      words: `resume the rollout of ${name}, which is paused`,
    };
  const ordinal = /-(\d+)$/.exec(failed.evidence.pod.name)?.[1];
  const partition = Number(ordinal ?? 0) - workload.firstOrdinal;
  if (ordinal === undefined || partition >= workload.partition) return undefined;
  const patch = { spec: { updateStrategy: { rollingUpdate: { partition } } } };
  return {
    command: kubectl(failed, "patch", name, "--type", "merge", "-p", json(patch)),
    words: `lower its partition to ${partition}, so that the Pod is of the new revision`,
  };
}

/** How a summary names where `changeSpec` writes. A template that changes has its controller make the Pod anew, unsaid. */
export function changed(failed: FailedPull): { readonly words: string; readonly saysReplaced: boolean } {
  const { owner } = failed.evidence.pod;
  if (owner === undefined) return { words: "this Pod only, and replace it by itself", saysReplaced: true };
  const workload = managingWorkload(failed);
  const held = workload === undefined ? undefined : letRoll(failed, workload);
  const template =
    workload === undefined
      ? "the workload's template"
      : [`the template of ${nameOf(workload)}`, ...(held === undefined ? [] : [held.words])].join(", and ") +
        roomWords(failed, workload);
  if (owner.kind !== "Job") return { words: template, saysReplaced: false };
  const job = `job/${owner.name}`;
  const words =
    workload?.kind === "CronJob" ? `${template}, and make ${job} anew` : `${job}, and make it anew`;
  return { words, saysReplaced: true };
}

function patchTemplate(failed: FailedPull, workload: WorkloadFacts, { type, spec }: SpecChange): string {
  const patch = (templatePath(workload.kind) ?? [])
    .toReversed()
    .reduce<object>((inner, field) => ({ [field]: inner }), { spec });
  return kubectl(failed, "patch", nameOf(workload), "--type", type, "-p", json(patch));
}
