import type { Case, KubeObject, Step } from "./case.ts";
import { bad, given, good, host, image, make, runNow, withSpec } from "./making.ts";
import { account, pod, secret, spec, workload, type WorkloadKind } from "./objects.ts";

const other = "other.acme.test";
const third = "third.acme.test";
const dockercfg = "kubernetes.io/dockercfg";

const both = {
  containers: [
    { name: "app", image },
    { name: "proxy", image: `${other}/NS/proxy:1.0` },
  ],
};

/** Several images of one Pod cannot be pulled, each for want of another login. */
const severalImages: readonly Case[] = [
  make(
    "two-registries",
    "Two images of two registries, and no list.",
    "no-pull-secret",
    [[pod(spec(image, undefined, both))]],
    {
      container: "app",
    },
  ),
  make(
    "two-registries-deployment",
    "A Deployment with images of two registries, and a login for a third.",
    "registry-key-mismatch",
    [[secret("regcred", { [third]: good }), workload("Deployment", spec(image, ["regcred"], both))]],
    { container: "app", target: "deployment/web" },
  ),
  make(
    "two-registries-account",
    "The list of two, copied from the ServiceAccount, fits neither of the images.",
    "registry-key-mismatch",
    [
      [
        secret("one", { [third]: good }),
        secret("two", { "quay.io": good }),
        account("default", ["one", "two"]),
      ],
      [workload("StatefulSet", spec(image, undefined, both))],
    ],
    { container: "app", target: "statefulset/web" },
  ),
  make(
    "refused-and-unlisted",
    "One image's login is refused, in a Secret with another's good one; for the second image there is none.",
    "credential-rejected",
    [[secret("regcred", { [host]: bad, [third]: good }), pod(spec(image, ["regcred"], both))]],
    { container: "app", ...given(host) },
  ),
  make(
    "later-account-and-none",
    "The ServiceAccount's list came later and fits one of two images.",
    "service-account-changed-later",
    [
      [secret("regcred", { [host]: good }), workload("Deployment", spec(image, undefined, both))],
      [account("default", ["regcred"])],
    ],
    { container: "app", target: "deployment/web" },
  ),
];

const lists: readonly Case[] = [
  make(
    "account-list-of-no-use",
    "The ServiceAccount got a list of two later; neither fits.",
    "no-pull-secret",
    [
      [pod(spec(image))],
      [
        secret("one", { [other]: good }),
        secret("two", { [third]: good }),
        account("default", ["one", "two"]),
      ],
    ],
  ),
  make(
    "account-list-one-missing",
    "Of the two names on the ServiceAccount's list one is of another registry, one does not exist.",
    "pull-secret-missing",
    [
      [secret("one", { [other]: good }), account("default", ["one", "gone"])],
      [workload("Deployment", spec(image))],
    ],
    { target: "deployment/web" },
  ),
  make(
    "account-list-one-malformed",
    "Of the two names on the ServiceAccount's list one fits, one cannot be decoded.",
    "pull-secret-malformed",
    [
      [
        secret("good-one", { [host]: good }),
        secret("broken", { [other]: { auth: "%%%" } }),
        account("default", ["good-one", "broken"]),
      ],
      [workload("Deployment", spec(image))],
    ],
    { target: "deployment/web", given: null },
  ),
  make(
    "deployment-list-hides-account",
    "The template names a Secret of another registry, so the ServiceAccount's is not copied.",
    "service-account-list-ignored",
    [
      [
        secret("ours", { [host]: good }),
        secret("mirror", { [other]: good }),
        account("ci.bot", ["mirror", "ours"]),
      ],
      [workload("Deployment", spec(image, ["mirror"], { serviceAccountName: "ci.bot" }))],
    ],
    { target: "deployment/web", also_accept: ["registry-key-mismatch"] },
  ),
  make(
    "mounted-not-listed-deployment",
    "The ServiceAccount has the Secret among those to mount, and another on its list.",
    "service-account-secrets-field",
    [
      [
        secret("ours", { [host]: good }),
        { ...account("builder", []), secrets: [{ name: "ours" }] } as KubeObject,
        workload("Deployment", spec(image, undefined, { serviceAccountName: "builder" })),
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "named-twice",
    "The Pod names one Secret twice, which is for another registry.",
    "registry-key-mismatch",
    [[secret("reg.cred-1.v2", { [other]: good }), pod(spec(image, ["reg.cred-1.v2", "reg.cred-1.v2"]))]],
  ),
  make(
    "two-missing",
    "Both Secrets that a StatefulSet names are missing.",
    "pull-secret-missing",
    [[workload("StatefulSet", spec(image, ["one", "two"]))]],
    {
      target: "statefulset/web",
    },
  ),
  make(
    "unnamed-beside-mismatch",
    "An entry without a name, and one for another registry.",
    "registry-key-mismatch",
    [[secret("regcred", { [other]: good }), pod(spec(image, [null, "regcred"]))]],
    { also_accept: ["pull-secret-name-empty"] },
  ),
];

/** A Secret that kubectl apply wrote, with a label, a key of somebody's, and a refused login. */
function applied(): Step {
  const made = secret("regcred", { [host]: bad }) as KubeObject & { stringData: Record<string, string> };
  return {
    apply: {
      ...made,
      metadata: { ...made.metadata, labels: { team: "payments" } },
      stringData: { ...made.stringData, "ca.crt": "not a certificate" },
    } as KubeObject,
  };
}

const secrets: readonly Case[] = [
  make(
    "applied-secret-refused",
    "A Secret of kubectl apply, with labels and a key of its own, whose login is refused.",
    "credential-rejected",
    [[applied(), workload("Deployment", spec(image, ["regcred"]))]],
    { ...given(host), target: "deployment/web" },
  ),
  make(
    "dockercfg-entries-refused",
    "The older type, with another registry's good login beside the refused one.",
    "credential-rejected",
    [
      [
        secret("regcred", { [host]: bad, [other]: good }, { type: dockercfg }),
        workload("DaemonSet", spec(image, ["regcred"])),
      ],
    ],
    { ...given(host), target: "daemonset/web" },
  ),
  make(
    "dockercfg-as-opaque",
    "The older content in a Secret of type Opaque.",
    "pull-secret-wrong-type",
    [
      [
        {
          ...secret("regcred", {}, { type: "Opaque" }),
          stringData: { ".dockercfg": JSON.stringify({ [host]: good, [other]: good }) },
        } as KubeObject,
        workload("StatefulSet", spec(image, ["regcred"])),
      ],
    ],
    { target: "statefulset/web" },
  ),
  make(
    "immutable-mismatch",
    "An immutable Secret for two other registries.",
    "registry-key-mismatch",
    [
      [
        secret("regcred", { [other]: good, [third]: good }, { immutable: true }),
        workload("Deployment", spec(image, ["regcred"])),
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "immutable-replaced-deployment",
    "A Deployment's immutable Secret was replaced; it holds two entries.",
    "immutable-secret-stale",
    [
      [secret("reg-2", { [host]: bad }, { immutable: true }), workload("Deployment", spec(image, ["reg-2"]))],
      [
        { delete: ["secret", "reg-2"] },
        secret("reg-2", { [host]: good, [other]: good }, { immutable: true }),
      ],
    ],
    { ...given(host, "reg-2"), target: "deployment/web", also_accept: ["credential-rejected"] },
  ),
  make(
    "hub-shadowed-by-another",
    "An old Secret's docker.io hides the other Secret's index.docker.io.",
    "credential-shadowed",
    [
      [
        secret("old", { "docker.io": bad }),
        secret("hub", { "https://index.docker.io/v1/": good }),
        workload("Deployment", spec("NS/api:1.0", ["hub", "old"])),
      ],
    ],
    { ...given("docker.io", "old"), target: "deployment/web" },
  ),
  make(
    "host-and-port-forgotten",
    "The image lacks host and port of the registry that the Secret is for.",
    "registry-host-omitted",
    [
      [
        secret("regcred", { [`${host}:5443`]: good }),
        workload("Deployment", spec("NS/api:1.0", ["regcred"])),
      ],
    ],
    { target: "deployment/web", also_accept: ["registry-key-mismatch"] },
  ),
];

/** First a good template, then this one. */
function rolledTo(kind: WorkloadKind, more: object): Case["steps"] {
  const change = {
    spec: { template: { spec: { containers: [{ name: "app", image: `${other}/NS/next:1.0` }] } } },
  };
  return [
    [secret("regcred", { [host]: good }), withSpec(workload(kind, spec(image, ["regcred"])), more)],
    [{ patch: [kind.toLowerCase(), "web", "--type", "strategic", "-p", JSON.stringify(change)] }],
  ];
}

const named = { spec: { template: { spec: { imagePullSecrets: [{ name: "regcred" }] } } } };

const owners: readonly Case[] = [
  make(
    "deployment-paused",
    "A Deployment whose rollout is paused.",
    "no-pull-secret",
    [[workload("Deployment", spec(image))], [{ kubectl: ["rollout", "pause", "deployment/web"] }]],
    { target: "deployment/web" },
  ),
  make(
    "deployment-paused-ahead",
    "A paused Deployment's template names the Secret; its Pod is older.",
    "template-not-rolled-out",
    [
      [secret("regcred", { [host]: good }), workload("Deployment", spec(image))],
      [
        { kubectl: ["rollout", "pause", "deployment/web"] },
        { patch: ["deployment", "web", "--type", "merge", "-p", JSON.stringify(named)] },
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "deployment-recreate",
    "A Deployment that ends its Pods before it makes new ones.",
    "registry-key-mismatch",
    [
      [
        secret("regcred", { [other]: good }),
        withSpec(workload("Deployment", spec(image, ["regcred"])), {
          strategy: { type: "Recreate" },
          replicas: 2,
        }),
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "deployment-rolled-elsewhere",
    "A new revision's image is of another registry; the old one runs.",
    "registry-key-mismatch",
    rolledTo("Deployment", {}),
    { target: "deployment/web", repository: "NS/next" },
  ),
  make(
    "statefulset-rolled-elsewhere",
    "The last of two replicas has a new image, of another registry.",
    "registry-key-mismatch",
    rolledTo("StatefulSet", { replicas: 2 }),
    { target: "statefulset/web", repository: "NS/next" },
  ),
  make(
    "statefulset-ahead",
    "A StatefulSet's template names the Secret; its Pod is older, and never ready.",
    "template-not-rolled-out",
    [
      [secret("regcred", { [host]: good }), workload("StatefulSet", spec(image))],
      [{ patch: ["statefulset", "web", "--type", "merge", "-p", JSON.stringify(named)] }],
    ],
    { target: "statefulset/web" },
  ),
  make(
    "statefulset-partition",
    "A StatefulSet whose partition keeps new revisions from its only Pod.",
    "registry-key-mismatch",
    [
      [
        secret("regcred", { [other]: good }),
        withSpec(workload("StatefulSet", spec(image, ["regcred"])), {
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } },
        }),
      ],
    ],
    { target: "statefulset/web" },
  ),
  make(
    "controller-no-secret",
    "A ReplicationController, the oldest kind of workload.",
    "no-pull-secret",
    [[workload("ReplicationController", spec(image))]],
    { target: "replicationcontroller/web" },
  ),
  make(
    "job-indexed",
    "A Job of two indexed Pods.",
    "registry-key-mismatch",
    [
      [
        secret("regcred", { [other]: good }),
        withSpec(workload("Job", spec(image, ["regcred"])), {
          completions: 2,
          parallelism: 2,
          completionMode: "Indexed",
        }),
      ],
    ],
    { target: "job/web" },
  ),
  make(
    "no-kubeconfig",
    "The cluster is given by flags.",
    "no-pull-secret",
    [[workload("Deployment", spec(image))]],
    {
      target: "deployment/web",
      byFlags: true,
    },
  ),
  make(
    "no-kubeconfig-pod",
    "The cluster is given by flags, and the Pod is nobody's.",
    "pull-secret-wrong-type",
    [[secret("regcred", { [host]: good }, { type: "Opaque" }), pod(spec(image, ["regcred"]))]],
    { byFlags: true },
  ),
  make(
    "rich-pod",
    "A Pod with labels, annotations, variables and volumes, which has to be made anew.",
    "registry-key-mismatch",
    [[secret("regcred", { [other]: good }), rich(pod(spec(image, ["regcred"])))]],
  ),
];

const quota: Step = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "one-pod" },
  spec: { hard: { pods: "1" } },
} as KubeObject;

const twoThatRun: readonly Step[] = [
  secret("regcred", { [host]: good }),
  withSpec(workload("Deployment", spec(image, ["regcred"])), { replicas: 2 }),
];

function setTag(tag: string): readonly Step[] {
  return [{ kubectl: ["set", "image", "deployment/web", `app=${host}/NS/api:${tag}`] }];
}

/** What is already under way, or over, when somebody asks. */
const underWay: readonly Case[] = [
  make(
    "restart-held-by-a-quota",
    "The Deployment was restarted, and a quota leaves the new revision no room.",
    "no-pull-secret",
    [[quota, workload("Deployment", spec(image))], [{ kubectl: ["rollout", "restart", "deployment/web"] }]],
    { target: "deployment/web" },
  ),
  make(
    "new-tag-absent",
    "A new revision's tag does not exist; two Pods of the old one run.",
    "manifest-not-found",
    [twoThatRun, setTag("2.0-rc")],
    { target: "deployment/web", ...given(host), goesBack: true },
  ),
  make(
    "two-new-tags-absent",
    "Two revisions one after the other have tags that do not exist; the first one runs.",
    "manifest-not-found",
    [twoThatRun, setTag("2.0-rc"), setTag("3.0-rc")],
    { target: "deployment/web", ...given(host), goesBack: true },
  ),
  make(
    "job-out-of-time",
    "A Job's deadline ran out while its Pod waited for the image.",
    "no-pull-secret",
    [[withSpec(workload("Job", spec(image, undefined, { activeDeadlineSeconds: 20 })), { backoffLimit: 0 })]],
    { target: "job/web" },
  ),
  make(
    "cron-job-forbids-two",
    "A CronJob that forbids two at once has missed a run.",
    "no-pull-secret",
    [
      [withSpec(workload("CronJob", spec(image)), { schedule: "* * * * *", concurrencyPolicy: "Forbid" })],
      [{ kubectl: ["get", "cronjob", "web"] }],
    ],
    { target: "cronjob/web" },
  ),
  make(
    "cron-job-forbids-two-by-hand",
    "A CronJob that forbids two at once and has missed no run: the Job was made by hand.",
    "no-pull-secret",
    [[withSpec(workload("CronJob", spec(image)), { concurrencyPolicy: "Forbid" }), runNow]],
    { target: "cronjob/web" },
  ),
];

function rich(made: KubeObject): KubeObject {
  const metadata = {
    ...made.metadata,
    labels: { app: "web", tier: "front" },
    annotations: { note: `it's "quoted" $HOME` },
  };
  const container = {
    name: "app",
    image,
    env: [{ name: "GREETING", value: `it's "$(quoted)" $HOME` }],
    resources: { requests: { cpu: "1m" } },
    volumeMounts: [{ name: "scratch", mountPath: "/scratch" }],
    securityContext: { allowPrivilegeEscalation: false },
  };
  return withSpec(
    { ...made, metadata },
    {
      containers: [container],
      volumes: [{ name: "scratch", emptyDir: { medium: "Memory" } }],
      tolerations: [{ key: "dedicated", operator: "Exists" }],
      hostname: "web-0",
    },
  );
}

/** What somebody might ask whose cluster is not as plain as the samples. */
export const twistCases: readonly Case[] = [...severalImages, ...lists, ...secrets, ...owners, ...underWay];
