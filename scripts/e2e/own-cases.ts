import type { Case, KubeObject, Step } from "./case.ts";
import { bad, given, good, host, image, make, runNow, withSpec } from "./making.ts";
import { account, base64, entry, pod, secret, spec, workload, type WorkloadKind } from "./objects.ts";
import { twistCases } from "./twist-cases.ts";

const owners: readonly WorkloadKind[] = [
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
];

/** What goes wrong with the Pods of every kind of workload alike. */
function ownedBy(kind: WorkloadKind): readonly Case[] {
  const word = kind.toLowerCase();
  const target = `${word}/web`;
  const made = (...podSpec: Parameters<typeof spec>): readonly Step[] => [
    workload(kind, spec(...podSpec)),
    ...(kind === "CronJob" ? [runNow] : []),
  ];
  const regcred = secret("regcred", { [host]: good });
  const elsewhere = secret("regcred", { "other.acme.test": good });
  return [
    make(`${word}-no-secret`, `A ${kind} without any pull secret.`, "no-pull-secret", [made(image)], {
      target,
    }),
    make(
      `${word}-secret-missing`,
      `A ${kind} names a Secret that is not there.`,
      "pull-secret-missing",
      [made(image, ["regcred"])],
      { target },
    ),
    make(
      `${word}-secret-typo`,
      `A ${kind} names reg-cred; regcred would fit and hangs on the ServiceAccount.`,
      "pull-secret-missing",
      [[regcred, account("default", ["regcred"])], made(image, ["reg-cred"])],
      { target, also_accept: ["service-account-list-ignored"] },
    ),
    make(
      `${word}-key-mismatch`,
      `A ${kind} names a Secret for another registry.`,
      "registry-key-mismatch",
      [[elsewhere, ...made(image, ["regcred"])]],
      { target },
    ),
    make(
      `${word}-empty-name`,
      `A ${kind}'s list has an entry without a name.`,
      "pull-secret-name-empty",
      [[regcred, account("default", ["regcred"])], made(image, [null])],
      { target },
    ),
    make(
      `${word}-account-mismatch`,
      `The ServiceAccount's list, copied, is for another registry.`,
      "registry-key-mismatch",
      [[elsewhere, account("default", ["regcred"])], made(image)],
      { target },
    ),
    make(
      `${word}-account-later`,
      `The ServiceAccount got its list after the ${kind}'s Pod was made.`,
      "service-account-changed-later",
      [[regcred, ...made(image)], [account("default", ["regcred"])]],
      { target },
    ),
    make(
      `${word}-host-forgotten`,
      `A ${kind}'s image has no host; the Secret is for the company's registry.`,
      "registry-host-omitted",
      [[regcred, ...made("NS/api:1.0", ["regcred"])]],
      { target, also_accept: ["registry-key-mismatch"] },
    ),
  ];
}

/** As the keys of `auths`, without it. */
const looseEntries = JSON.stringify({ [host]: good, "other.acme.test": good });

const several: readonly Case[] = [
  make(
    "one-of-two-runs",
    "Two containers: the proxy's image is open and runs, the app's is private.",
    "no-pull-secret",
    [
      [
        pod(
          spec(image, undefined, {
            containers: [
              { name: "proxy", image: `${host}/public/NS:1.0` },
              { name: "app", image },
            ],
          }),
        ),
      ],
    ],
    { container: "app" },
  ),
  make(
    "one-of-two-runs-refused",
    "The proxy runs with one login, the app's is refused.",
    "credential-rejected",
    [
      [
        secret("regcred", { [host]: good, "other.acme.test": bad }),
        pod(
          spec(image, ["regcred"], {
            containers: [
              { name: "proxy", image: `${host}/NS/proxy:1.0` },
              { name: "app", image: "other.acme.test/NS/api:1.0" },
            ],
          }),
        ),
      ],
    ],
    { container: "app", ...given("other.acme.test") },
  ),
  make(
    "sidecar-private",
    "A sidecar (an init container that keeps running) has a private image.",
    "no-pull-secret",
    [
      [
        pod(
          spec(`${host}/public/NS:1.0`, undefined, {
            initContainers: [{ name: "mesh", image, restartPolicy: "Always" }],
          }),
        ),
      ],
    ],
    { container: "mesh" },
  ),
  make(
    "entries-refused",
    "One of three entries is refused; the other two are somebody's good logins.",
    "credential-rejected",
    [
      [
        secret("regcred", { "other.acme.test": good, [host]: bad, "quay.io": entry("ci", "lab-good-3") }),
        pod(spec(image, ["regcred"])),
      ],
    ],
    given(host),
  ),
  make("entries-mismatch", "Three entries, none for the image.", "registry-key-mismatch", [
    [
      secret("regcred", { "other.acme.test": good, "quay.io": good, [`${host}:5443`]: good }),
      pod(spec(image, ["regcred"])),
    ],
  ]),
  make(
    "entries-malformed",
    "One of two entries cannot be decoded; the other is good, for another registry.",
    "pull-secret-malformed",
    [
      [
        secret("regcred", { "other.acme.test": good, [host]: { auth: "%%%" } }),
        pod(spec(image, ["regcred"])),
      ],
    ],
    { given: null },
  ),
  make(
    "entries-malformed-for-another",
    "The entry for the image is good; one for another registry cannot be decoded.",
    "pull-secret-malformed",
    [
      [
        secret("regcred", { "other.acme.test": { auth: "%%%" }, [host]: good }),
        pod(spec(image, ["regcred"])),
      ],
    ],
    { given: null },
  ),
  make(
    "entries-empty",
    "The image's entry is empty; another is good.",
    "credential-empty",
    [[secret("regcred", { "other.acme.test": good, [host]: {} }), pod(spec(image, ["regcred"]))]],
    given(host),
  ),
  make(
    "entries-newline",
    "The image's login ends in a line break; another entry is good.",
    "credential-whitespace",
    [
      [
        secret("regcred", { "other.acme.test": good, [host]: { auth: base64("robot:lab-wrong\n") } }),
        pod(spec(image, ["regcred"])),
      ],
    ],
    { ...given(host), also_accept: ["credential-rejected"] },
  ),
  make(
    "entries-path",
    "A good login for one path of the registry, a refused one for the rest.",
    "credential-rejected",
    [[secret("regcred", { [`${host}/team-b`]: good, [host]: bad }), pod(spec(image, ["regcred"]))]],
    given(host),
  ),
  make(
    "second-list-entry-refused",
    "Two Secrets listed: one for another registry, one refused.",
    "credential-rejected",
    [
      [
        secret("mirror-login", { "other.acme.test": good }),
        secret("regcred", { [host]: bad }),
        pod(spec(image, ["mirror-login", "regcred"])),
      ],
    ],
    given(host),
  ),
];

const shapes: readonly Case[] = [
  make(
    "dockercfg-refused",
    "A Secret of the older type, whose login is refused.",
    "credential-rejected",
    [
      [
        secret("regcred", { [host]: bad }, { type: "kubernetes.io/dockercfg" }),
        pod(spec(image, ["regcred"])),
      ],
    ],
    given(host),
  ),
  make("dockercfg-mismatch", "A Secret of the older type, for another registry.", "registry-key-mismatch", [
    [
      secret("regcred", { "other.acme.test": good }, { type: "kubernetes.io/dockercfg" }),
      pod(spec(image, ["regcred"])),
    ],
  ]),
  make(
    "immutable-refused",
    "An immutable Secret whose login is refused.",
    "credential-rejected",
    [[secret("regcred", { [host]: bad }, { immutable: true }), pod(spec(image, ["regcred"]))]],
    given(host),
  ),
  make(
    "glob-refused",
    "The key is a pattern; its login is refused.",
    "credential-rejected",
    [[secret("regcred", { "*.acme.test": bad }), pod(spec(image, ["regcred"]))]],
    given("*.acme.test"),
  ),
  make(
    "url-refused",
    "The key is an address with /v1/; its login is refused.",
    "credential-rejected",
    [[secret("regcred", { [`https://${host}/v1/`]: bad }), pod(spec(image, ["regcred"]))]],
    given(`https://${host}/v1/`),
  ),
  make(
    "path-refused",
    "The key has the image's path; its login is refused.",
    "credential-rejected",
    [[secret("regcred", { [`${host}/NS`]: bad }), pod(spec(image, ["regcred"]))]],
    given(`${host}/NS`),
  ),
  make(
    "key-port-5443",
    "A key without the image's port, on a Deployment.",
    "registry-key-mismatch",
    [
      [
        secret("regcred", { [host]: good }),
        workload("Deployment", spec(`${host}:5443/NS/api:1.0`, ["regcred"])),
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "account-copied-mismatch",
    "The Pod's list was copied from its ServiceAccount, whose two Secrets fit nothing here.",
    "registry-key-mismatch",
    [
      [
        secret("one", { "other.acme.test": good }),
        secret("two", { "quay.io": good }),
        account("default", ["one", "two"]),
      ],
      [pod(spec(image))],
    ],
  ),
  make(
    "account-copied-refused",
    "The copied list's login is refused.",
    "credential-rejected",
    [
      [secret("regcred", { [host]: bad }), account("default", ["regcred"])],
      [workload("StatefulSet", spec(image))],
    ],
    { ...given(host), target: "statefulset/web" },
  ),
  make(
    "deployment-refused",
    "A Deployment whose login is refused.",
    "credential-rejected",
    [[secret("regcred", { [host]: bad }), workload("Deployment", spec(image, ["regcred"]))]],
    { ...given(host), target: "deployment/web" },
  ),
  make(
    "deployment-wrong-type",
    "A Deployment that names an Opaque Secret.",
    "pull-secret-wrong-type",
    [
      [
        secret("regcred", { [host]: good }, { type: "Opaque" }),
        workload("Deployment", spec(image, ["regcred"])),
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "deployment-other-account",
    "A Deployment runs as default; the Secret hangs on another ServiceAccount.",
    "wrong-service-account",
    [
      [
        secret("regcred", { [host]: good }),
        account("builder", ["regcred"]),
        workload("Deployment", spec(image)),
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "statefulset-two-replicas",
    "The first of two ordered replicas cannot be pulled.",
    "no-pull-secret",
    [[withSpec(workload("StatefulSet", spec(image)), { replicas: 2 })]],
    { target: "statefulset/web" },
  ),
  make(
    "deployment-two-replicas",
    "Both replicas cannot be pulled.",
    "registry-key-mismatch",
    [
      [
        secret("regcred", { "other.acme.test": good }),
        withSpec(workload("Deployment", spec(image, ["regcred"])), { replicas: 2 }),
      ],
    ],
    { target: "deployment/web" },
  ),
  make(
    "statefulset-parallel",
    "Replicas that do not wait for each other, with a template that names a Secret for another registry.",
    "registry-key-mismatch",
    [
      [
        secret("regcred", { "other.acme.test": good }),
        withSpec(workload("StatefulSet", spec(image, ["regcred"])), { podManagementPolicy: "Parallel" }),
      ],
    ],
    { target: "statefulset/web" },
  ),
  make(
    "daemonset-on-delete",
    "A DaemonSet that makes Pods anew only when they are deleted.",
    "no-pull-secret",
    [[withSpec(workload("DaemonSet", spec(image)), { updateStrategy: { type: "OnDelete" } })]],
    { target: "daemonset/web" },
  ),
  make(
    "job-one-attempt",
    "A Job that fails with the first Pod that it loses.",
    "no-pull-secret",
    [[withSpec(workload("Job", spec(image)), { backoffLimit: 0 })]],
    { target: "job/web" },
  ),
  make(
    "loose-entries",
    "Entries for two registries stand outside of auths; the one for another registry is somebody's.",
    "pull-secret-empty",
    [[withContent(secret("regcred", {}), looseEntries), pod(spec(image, ["regcred"]))]],
  ),
  make(
    "hub-two-keys-refused",
    "The key docker.io is refused, and other entries of its Secret are somebody's.",
    "credential-rejected",
    [
      [
        secret("hub", { "docker.io": bad, "other.acme.test": good }),
        workload("Deployment", spec("NS/api:1.0", ["hub"])),
      ],
    ],
    { ...given("docker.io", "hub"), target: "deployment/web" },
  ),
  make(
    "never-not-authorised",
    "A Deployment with policy Never; the image is on the node by another Pod's login.",
    "image-not-authorized",
    [
      [
        secret("regcred", { [host]: good }),
        { ...pod(spec(image, ["regcred"])), metadata: { name: "first" } },
      ],
      [
        workload(
          "Deployment",
          spec(image, undefined, { containers: [{ name: "app", image, imagePullPolicy: "Never" }] }),
        ),
      ],
    ],
    { target: "deployment/web", given: null, since: "1.35", repository: null },
  ),
];

function withContent(made: KubeObject, content: string): KubeObject {
  return { ...made, stringData: { ".dockerconfigjson": content } } as KubeObject;
}

/** Cases that the lab's own do not have, with the same fields. */
export const ownCases: readonly Case[] = [...owners.flatMap(ownedBy), ...several, ...shapes, ...twistCases];
