import type { KubeObject } from "./case.ts";

/** Words for writing cases, as the lab's making.py has them: each makes one Kubernetes object, or a piece of one. */

export interface Entry {
  readonly username: string;
  readonly password: string;
  readonly auth: string;
}

/** A password is good on the lab if it begins with `lab-good`. */
export function entry(username = "robot", password = "lab-good-7Qx"): Entry {
  return { username, password, auth: base64(`${username}:${password}`) };
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A pull secret of the newer type, or of the older, whose registries stand at the top. */
export function secret(
  name: string,
  auths: Readonly<Record<string, object>>,
  options: { readonly type?: string; readonly immutable?: boolean } = {},
): KubeObject {
  const type = options.type ?? "kubernetes.io/dockerconfigjson";
  const old = type === "kubernetes.io/dockercfg";
  const stringData = {
    [old ? ".dockercfg" : ".dockerconfigjson"]: JSON.stringify(old ? auths : { auths }),
  };
  const immutable = options.immutable === true ? { immutable: true } : {};
  return object("v1", "Secret", name, { type, stringData, ...immutable });
}

export function account(name: string, pull: readonly string[]): KubeObject {
  return object("v1", "ServiceAccount", name, { imagePullSecrets: pull.map(reference) });
}

interface PodSpec {
  readonly containers: readonly object[];
  readonly terminationGracePeriodSeconds: number;
}

/** The spec of a Pod with one container. A null among `pull` is an entry without a name. */
export function spec(image: string, pull?: readonly (string | null)[], more: object = {}): PodSpec {
  return {
    containers: [{ name: "app", image, imagePullPolicy: "IfNotPresent" }],
    ...(pull === undefined ? {} : { imagePullSecrets: pull.map(reference) }),
    terminationGracePeriodSeconds: 0,
    ...more,
  };
}

const reference = (name: string | null): object => (name === null ? {} : { name });

export function pod(podSpec: PodSpec): KubeObject {
  return object("v1", "Pod", "web", { spec: podSpec });
}

export type WorkloadKind =
  | "Deployment"
  | "ReplicaSet"
  | "ReplicationController"
  | "StatefulSet"
  | "DaemonSet"
  | "Job"
  | "CronJob";

/** A workload called `web` with one Pod; a CronJob's next run is far off. */
export function workload(kind: WorkloadKind, podSpec: PodSpec): KubeObject {
  const labels = { app: "web" };
  const once = { template: { spec: { ...podSpec, restartPolicy: "Never" } } };
  if (kind === "Job") return object("batch/v1", kind, "web", { spec: once });
  if (kind === "CronJob")
    return object("batch/v1", kind, "web", { spec: { schedule: "0 0 29 2 *", jobTemplate: { spec: once } } });
  if (kind === "ReplicationController")
    return object("v1", kind, "web", {
      spec: { replicas: 1, template: { metadata: { labels }, spec: podSpec } },
    });
  return object("apps/v1", kind, "web", {
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas: 1 }),
      ...(kind === "StatefulSet" ? { serviceName: "web" } : {}),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec },
    },
  });
}

function object(apiVersion: string, kind: string, name: string, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name }, ...rest };
}
