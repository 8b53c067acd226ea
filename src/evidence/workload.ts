import { defined, flag, integer, type Json, present, record, records, text } from "./field.ts";
import { type MisplacedList, readMisplacedLists } from "./misplaced-list.ts";
import type { Ref } from "./observed.ts";
import { type OwnerReference, readOwner, readPullSecretNames } from "./pod.ts";
import { readWriter, type Writer } from "./writer.ts";

/** What a workload's Pod template says of image pulls. */
export interface WorkloadFacts {
  readonly ref: Ref;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
  readonly owner?: OwnerReference;
  readonly pullSecrets: readonly string[];
  readonly serviceAccount: string;
  /** Container name → image, of init and ordinary containers. */
  readonly images: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, unknown>>;
  /** A Deployment that makes no new revision until its rollout is resumed. */
  readonly paused: boolean;
  /** Of a StatefulSet: the ordinal of its first Pod, and how many Pods keep the old revision. */
  readonly firstOrdinal: number;
  readonly partition: number;
  /** Somebody has asked for its end, as a Job that is made anew has. */
  readonly deleting: boolean;
  /** Of a Job that makes no further Pod: the reason of its condition. */
  readonly over?: JobEnd;
  /** Of a CronJob that starts no Job beside one that runs. */
  readonly forbidsTwo: boolean;
  readonly misplacedLists: readonly MisplacedList[];
  /** What writes it, and would write it again. */
  readonly writtenBy?: Writer;
}

export interface JobEnd {
  readonly type: "Failed" | "Complete";
  readonly reason?: string;
}

/** Path of the Pod template in each kind that has one. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

export function templatePath(kind: string): readonly string[] | undefined {
  return templates[kind];
}

/** Path of the spec that a Pod has or gets. */
export function podSpecPath(kind: string): readonly string[] | undefined {
  const template = templates[kind];
  if (template !== undefined) return [...template, "spec"];
  return kind === "Pod" ? ["spec"] : undefined;
}

export function readWorkload(object: Json): WorkloadFacts | undefined {
  const kind = text(object, "kind") ?? "";
  const path = templates[kind];
  if (path === undefined) return undefined;
  const name = text(object, "metadata", "name") ?? "";
  const spec = record(object, ...path, "spec");
  const containers = [...records(spec, "initContainers"), ...records(spec, "containers")];
  return {
    ref: {
      kind,
      namespace: text(object, "metadata", "namespace") ?? "default",
      name,
      path: `.${path.join(".")}.spec`,
    },
    kind,
    name,
    ...defined({
      uid: text(object, "metadata", "uid"),
      owner: readOwner(object),
      writtenBy: readWriter(record(object, "metadata")),
    }),
    pullSecrets: readPullSecretNames(spec, "imagePullSecrets"),
    serviceAccount: text(spec, "serviceAccountName") ?? text(spec, "serviceAccount") ?? "default",
    images: Object.fromEntries(
      containers.map((container) => [text(container, "name") ?? "", text(container, "image") ?? ""]),
    ),
    selector: record(object, "spec", "selector", "matchLabels"),
    firstOrdinal: integer(object, "spec", "ordinals", "start") ?? 0,
    partition: integer(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0,
    paused: kind === "Deployment" && flag(object, "spec", "paused") === true,
    deleting: present(object, "metadata", "deletionTimestamp"),
    ...defined({ over: kind === "Job" ? readJobEnd(object) : undefined }),
    forbidsTwo:
      kind === "CronJob" &&
      text(object, "spec", "concurrencyPolicy") === "Forbid" &&
      flag(object, "spec", "suspend") !== true,
    misplacedLists: readMisplacedLists(object, [...path, "spec"]),
  };
}

/** A Job is over from its target on; the Pods that are left are ended (pkg/controller/job/job_controller.go, 1.26-1.36). */
const endings: Readonly<Record<string, JobEnd["type"]>> = {
  Failed: "Failed",
  FailureTarget: "Failed",
  Complete: "Complete",
  SuccessCriteriaMet: "Complete",
};

function readJobEnd(job: Json): JobEnd | undefined {
  for (const condition of records(job, "status", "conditions")) {
    const type = endings[text(condition, "type") ?? ""];
    if (type !== undefined && text(condition, "status") === "True")
      return { type, ...defined({ reason: text(condition, "reason") }) };
  }
  return undefined;
}
