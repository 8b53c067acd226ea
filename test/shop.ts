import { type Route, status } from "./api-server.ts";

/** A namespace as an API server has it: one failing Pod and what it names. Paths to objects. */
export type Routes = Record<string, Route>;

export const namespace = "shop";
const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`;
const core = `/api/v1/namespaces/${namespace}`;
const image = "registry.example/shop/api:1.0";
const refused =
  `failed to pull and unpack image "${image}": failed to resolve image: pull access denied, repository does not exist ` +
  "or may require authorization: authorization failed: no basic auth credentials";
const metadata = (name: string, more: object = {}): object => ({
  name,
  namespace,
  uid: `uid-${name}`,
  resourceVersion: "7",
  creationTimestamp: at(0),
  ...more,
});

export function dockerConfig(auths: Readonly<Record<string, object>>): object {
  return { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths })).toString("base64") };
}

function secret(name: string, host: string): object {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadata(name),
    type: "kubernetes.io/dockerconfigjson",
    data: dockerConfig({ [host]: { username: "robot", password: "planted-password-7" } }),
  };
}

export const paths = {
  pod: `${core}/pods/web-5d9c8b7f6-x2x2x`,
  pods: `${core}/pods`,
  accounts: `${core}/serviceaccounts`,
  events: `${core}/events`,
  node: "/api/v1/nodes/node-1",
  deployment: `/apis/apps/v1/namespaces/${namespace}/deployments/web`,
  secret: `${core}/secrets/regcred`,
  accountSecret: `${core}/secrets/mirror-login`,
} as const;

/** The Pod's Secret is for another registry; its ServiceAccount names one that fits neither. */
export function mismatch(): Routes {
  return shop({ imagePullSecrets: [{ name: "regcred" }] }, [{ name: "mirror-login" }], {
    [paths.secret]: secret("regcred", "other.example"),
    [paths.accountSecret]: secret("mirror-login", "mirror.example"),
  });
}

/** Nobody named a pull secret when the Pod was made; the ServiceAccount has one now, and it fits. */
export function changedLater(): Routes {
  return shop({}, [{ name: "mirror-login" }], {
    [paths.accountSecret]: secret("mirror-login", "registry.example"),
  });
}

/** The Pod's own list, which does not fit, kept the ServiceAccount's from being copied, which does. */
export function ownListHides(): Routes {
  return shop({ imagePullSecrets: [{ name: "regcred" }] }, [{ name: "mirror-login" }], {
    [paths.secret]: secret("regcred", "other.example"),
    [paths.accountSecret]: secret("mirror-login", "registry.example"),
  });
}

/** Nothing names a pull secret but a ServiceAccount that the Pod does not run as. */
export function otherAccount(): Routes {
  const routes = shop({}, [], { [paths.accountSecret]: secret("mirror-login", "registry.example") });
  const list = routes[paths.accounts] as { readonly items: readonly object[] };
  const builder = { metadata: metadata("builder"), imagePullSecrets: [{ name: "mirror-login" }] };
  return { ...routes, [paths.accounts]: { ...list, items: [...list.items, builder] } };
}

/** The Deployment's template names a pull secret that this Pod, of an older revision, does not. */
export function templateAhead(): Routes {
  const routes = mismatch();
  const deployment = routes[paths.deployment] as { readonly spec: { readonly template: object } };
  const spec = {
    containers: [{ name: "app", image }],
    imagePullSecrets: [{ name: "regcred" }, { name: "mirror-login" }],
  };
  return {
    ...routes,
    [paths.deployment]: { ...deployment, spec: { ...deployment.spec, template: { spec } } },
    [paths.accountSecret]: secret("mirror-login", "registry.example"),
  };
}

export const cronPaths = {
  job: `/apis/batch/v1/namespaces/${namespace}/jobs/web-29123456`,
  cronJob: `/apis/batch/v1/namespaces/${namespace}/cronjobs/web`,
} as const;

/** The CronJob's template names a pull secret that the Pod of its last Job does not; another ServiceAccount names two more. */
export function cronJobAhead(): Routes {
  const { [paths.deployment]: _, ...routes } = otherAccount();
  const pod = routes[paths.pod] as { readonly metadata: object };
  const owner = (kind: string, name: string): object => ({
    ownerReferences: [{ apiVersion: "batch/v1", kind, name, uid: `uid-${name}`, controller: true }],
  });
  const one = {
    ...pod,
    metadata: { ...pod.metadata, labels: { "job-name": "web-29123456" }, ...owner("Job", "web-29123456") },
  };
  const template = (spec: object): object => ({ spec: { containers: [{ name: "app", image }], ...spec } });
  return {
    ...routes,
    [paths.pod]: one,
    [paths.pods]: { kind: "PodList", apiVersion: "v1", items: [one] },
    [cronPaths.job]: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: metadata("web-29123456", owner("CronJob", "web")),
      spec: { template: template({}) },
    },
    [cronPaths.cronJob]: {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: metadata("web"),
      spec: { jobTemplate: { spec: { template: template({ imagePullSecrets: [{ name: "regcred" }] }) } } },
    },
    [paths.secret]: secret("regcred", "registry.example"),
  };
}

/** The Pod's Secret does not exist. */
export function secretMissing(): Routes {
  return {
    ...mismatch(),
    [paths.secret]: status(404, "NotFound", 'secrets "regcred" not found', {
      details: { name: "regcred", kind: "secrets" },
    }),
  };
}

/** Only an event carries the cause: the status is as kubelets before 1.32 write it. */
export function toldByEvents(): Routes {
  const routes = mismatch();
  const pod = routes[paths.pod] as { readonly status: object };
  const waiting = { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
  const containerStatuses = [{ name: "app", image, imageID: "", restartCount: 0, state: { waiting } }];
  const one = { ...pod, status: { ...pod.status, containerStatuses } };
  return { ...routes, [paths.pod]: one, [paths.pods]: { kind: "PodList", apiVersion: "v1", items: [one] } };
}

function shop(spec: object, accountList: readonly object[], secrets: Routes): Routes {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata("web-5d9c8b7f6-x2x2x", {
      labels: { app: "web", "pod-template-hash": "5d9c8b7f6" },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-5d9c8b7f6", uid: "rs", controller: true },
      ],
      managedFields: [
        {
          manager: "kube-controller-manager",
          time: at(0),
          fieldsV1: {
            "f:spec": {
              "f:containers": {},
              ...("imagePullSecrets" in spec ? { "f:imagePullSecrets": {} } : {}),
            },
          },
        },
      ],
    }),
    spec: {
      nodeName: "node-1",
      serviceAccountName: "default",
      containers: [{ name: "app", image, imagePullPolicy: "IfNotPresent" }],
      ...spec,
    },
    status: {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "True" }],
      containerStatuses: [
        {
          name: "app",
          image,
          imageID: "",
          restartCount: 0,
          state: {
            waiting: {
              reason: "ImagePullBackOff",
              message: `Back-off pulling image "${image}": ErrImagePull: ${refused}`,
            },
          },
        },
      ],
    },
  };
  const event = (name: string, reason: string, message: string): object => ({
    metadata: metadata(name),
    involvedObject: {
      kind: "Pod",
      namespace,
      name: "web-5d9c8b7f6-x2x2x",
      uid: "uid-web-5d9c8b7f6-x2x2x",
      fieldPath: "spec.containers{app}",
    },
    reason,
    message,
    type: "Warning",
    count: 4,
    firstTimestamp: at(1),
    lastTimestamp: at(4),
    source: { component: "kubelet", host: "node-1" },
  });
  return {
    [paths.pod]: pod,
    [paths.pods]: { kind: "PodList", apiVersion: "v1", items: [pod] },
    [paths.accounts]: {
      kind: "ServiceAccountList",
      apiVersion: "v1",
      items: [{ metadata: metadata("default"), imagePullSecrets: accountList }],
    },
    [`${paths.accounts}/default`]: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata("default"),
      imagePullSecrets: accountList,
    },
    [paths.events]: {
      kind: "EventList",
      apiVersion: "v1",
      items: [
        event("web.1", "Failed", `Failed to pull image "${image}": ${refused}`),
        event("web.2", "BackOff", `Back-off pulling image "${image}"`),
      ],
    },
    [paths.node]: {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-1" },
      status: {
        nodeInfo: {
          kubeletVersion: "v1.34.1",
          containerRuntimeVersion: "containerd://2.1.4",
          architecture: "amd64",
          operatingSystem: "linux",
        },
        images: [],
      },
    },
    [paths.deployment]: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata("web"),
      spec: {
        selector: { matchLabels: { app: "web" } },
        template: { spec: { containers: [{ name: "app", image }], ...spec } },
      },
    },
    ...secrets,
  };
}
