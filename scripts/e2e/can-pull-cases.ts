import type { KubeObject } from "./case.ts";
import { account, base64, entry, pod, secret, spec, workload } from "./objects.ts";

/** A question to can-pull whose answer was decided beforehand. `NS` in any string stands for the case's namespace. */
export interface CanPullCase {
  readonly name: string;
  readonly story: string;
  /** `refused`: nothing is answered, since what stands in the files is not what would be applied. */
  readonly answer: "yes" | "no" | "unknown" | "refused";
  /** With no: one of these is the cause. */
  readonly causes?: readonly string[];
  /** What the cluster has before the question. */
  readonly objects?: readonly KubeObject[];
  /** What stands in the file that is asked about; without one the question is about the cluster or the words. */
  readonly file?: readonly KubeObject[];
  /** The same as text: files of a folder by their names. What is one file is asked about by itself, and deployed by itself. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The folder is a kustomization that kubectl builds first. */
  readonly built?: boolean;
  /** Words behind can-pull. */
  readonly words?: readonly string[];
  /** Changes after the Pods run, and before the question. */
  readonly late?: readonly KubeObject[];
  /** False where deploying it decides nothing: the answer is unknown, or it runs already. */
  readonly deployable?: boolean;
}

const host = "registry.acme.test";
const image = `${host}/NS/api:1.0`;
const good = entry();
const bad = entry("robot", "lab-wrong-1");
const web = (tag: string, pull?: readonly string[], more: object = {}): KubeObject =>
  workload("Deployment", spec(tag, pull, more));
const regcred = (auths: Readonly<Record<string, object>> = { [host]: good }): KubeObject =>
  secret("regcred", auths);

/** The case's namespace, with labels that admission goes by. */
function labelled(labels: Readonly<Record<string, string>>): KubeObject & object {
  const metadata = { name: "NS", labels };
  return { apiVersion: "v1", kind: "Namespace", metadata };
}

const admission = "admissionregistration.k8s.io/v1";
const created = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
const ofNamespaces = (registries: string): object => ({
  matchResources: { namespaceSelector: { matchLabels: { registries } } },
});

const refusing: readonly (KubeObject & { spec: object })[] = [
  {
    apiVersion: admission,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "our-registries" },
    spec: {
      matchConstraints: { resourceRules: created },
      validations: [
        {
          expression: `object.spec.containers.all(c, c.image.startsWith("${host}/"))`,
          message: `images come from ${host}`,
        },
      ],
    },
  },
  {
    apiVersion: admission,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "our-registries" },
    spec: { policyName: "our-registries", validationActions: ["Deny"], ...ofNamespaces("ours") },
  },
];

const rewriting: readonly (KubeObject & { spec: object })[] = [
  {
    apiVersion: admission,
    kind: "MutatingAdmissionPolicy",
    metadata: { name: "to-the-mirror" },
    spec: {
      matchConstraints: { resourceRules: created },
      reinvocationPolicy: "Never",
      mutations: [
        {
          patchType: "JSONPatch",
          jsonPatch: {
            // The list as a map: an Object in a list makes 1.36's API server panic.
            expression: `[
              JSONPatch{op: "replace", path: "/spec/containers/0/image",
                value: object.spec.containers[0].image.replace("absent.acme.test/", "${host}/")},
              JSONPatch{op: "add", path: "/spec/imagePullSecrets", value: [{"name": "regcred"}]}]`,
          },
        },
      ],
    },
  },
  {
    apiVersion: admission,
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: "to-the-mirror" },
    spec: { policyName: "to-the-mirror", ...ofNamespaces("mirrored") },
  },
];

export const cases: readonly CanPullCase[] = [
  {
    name: "public",
    story: "An image that is open to all.",
    answer: "yes",
    file: [web(`${host}/public/api:u1`)],
  },
  {
    name: "private-no-list",
    story: "A private image, and nobody names a Secret.",
    answer: "no",
    causes: ["no-pull-secret"],
    file: [web(image)],
  },
  {
    name: "private-good",
    story: "The Secret in the cluster fits.",
    answer: "yes",
    objects: [regcred()],
    file: [web(`${host}/NS/api:u2`, ["regcred"])],
  },
  {
    name: "private-wrong",
    story: "The Secret's password is wrong.",
    answer: "no",
    causes: ["credential-rejected"],
    objects: [regcred({ [host]: bad })],
    file: [web(image, ["regcred"])],
  },
  {
    name: "secret-missing",
    story: "The named Secret does not exist.",
    answer: "no",
    causes: ["pull-secret-missing"],
    file: [web(image, ["regcred"])],
  },
  {
    name: "secret-missing-public",
    story: "It does not exist, and nobody needs it.",
    answer: "yes",
    file: [web(`${host}/public/api:u3`, ["regcred"])],
  },
  {
    name: "secret-elsewhere",
    story: "The Secret is in another namespace only.",
    answer: "no",
    causes: ["pull-secret-missing"],
    objects: [{ ...regcred(), metadata: { name: "regcred", namespace: "default" } }],
    file: [web(image, ["regcred"])],
  },
  {
    name: "account-list",
    story: "The ServiceAccount's list is copied.",
    answer: "yes",
    objects: [regcred(), account("default", ["regcred"])],
    file: [web(`${host}/NS/api:u4`)],
  },
  {
    name: "own-list-hides",
    story: "The template's list keeps the ServiceAccount's from being copied.",
    answer: "no",
    causes: ["service-account-list-ignored", "registry-key-mismatch"],
    objects: [regcred(), secret("other", { "other.acme.test": good }), account("default", ["regcred"])],
    file: [web(image, ["other"])],
  },
  {
    name: "key-mismatch",
    story: "The Secret is for another registry.",
    answer: "no",
    causes: ["registry-key-mismatch"],
    objects: [regcred({ "other.acme.test": good })],
    file: [web(image, ["regcred"])],
  },
  {
    name: "secret-type",
    story: "A generic Secret.",
    answer: "no",
    causes: ["pull-secret-wrong-type"],
    objects: [secret("regcred", { [host]: good }, { type: "Opaque" })],
    file: [web(image, ["regcred"])],
  },
  {
    name: "secret-malformed",
    story: "auth is no base64.",
    answer: "no",
    causes: ["pull-secret-malformed"],
    objects: [regcred({ [host]: { auth: "%%%" } })],
    file: [web(image, ["regcred"])],
  },
  {
    name: "manifest-brings-secret",
    story: "The manifest brings a Secret of its own, as it should be.",
    answer: "yes",
    file: [regcred(), web(`${host}/NS/api:u5`, ["regcred"])],
  },
  {
    name: "manifest-brings-account",
    story: "The manifest brings ServiceAccount and Secret.",
    answer: "yes",
    file: [
      regcred(),
      account("runner", ["regcred"]),
      web(`${host}/NS/api:u6`, undefined, { serviceAccountName: "runner" }),
    ],
  },
  {
    name: "manifest-secret-wrong",
    story: "The manifest's Secret replaces a good one by a wrong one.",
    answer: "no",
    causes: ["credential-rejected"],
    objects: [regcred()],
    file: [regcred({ [host]: bad }), web(image, ["regcred"])],
  },
  {
    name: "absent-tag",
    story: "The tag was never pushed.",
    answer: "no",
    causes: ["manifest-not-found"],
    objects: [regcred()],
    file: [web(`${host}/NS/api:9.9`, ["regcred"])],
  },
  {
    name: "absent-tag-public",
    story: "A tag that is absent in an open repository.",
    answer: "no",
    causes: ["manifest-not-found"],
    file: [web(`${host}/public/api:9.9`)],
  },
  {
    name: "arm64-only",
    story: "The image is for arm64 only; the cluster is amd64.",
    answer: "no",
    causes: ["platform-mismatch"],
    objects: [regcred()],
    file: [web(`${host}/NS/api:arm64`, ["regcred"])],
  },
  {
    name: "template-variable",
    story: "A variable was left in the image.",
    answer: "no",
    causes: ["unrendered-template"],
    file: [web(`${host}/NS/api:\${TAG}`)],
    deployable: false,
  },
  {
    name: "invalid-name",
    story: "Capitals in the repository.",
    answer: "no",
    causes: ["invalid-image-name"],
    file: [web(`${host}/NS/API:1.0`)],
  },
  {
    name: "registry-down",
    story: "Nothing listens at the registry.",
    answer: "unknown",
    file: [web("down.acme.test/NS/api:1.0")],
    deployable: false,
  },
  {
    name: "no-such-host",
    story: "The registry's name does not exist.",
    answer: "unknown",
    file: [web("gone.acme.test/NS/api:1.0")],
    deployable: false,
  },
  {
    name: "node-login",
    story: "A registry whose nodes log in by themselves.",
    answer: "unknown",
    file: [web("210987654321.dkr.ecr.eu-west-1.amazonaws.com/NS/api:1.0")],
    deployable: false,
  },
  {
    name: "hub-spent",
    story: "The account has no pull left.",
    answer: "no",
    causes: ["rate-limited"],
    objects: [regcred({ "https://index.docker.io/v1/": entry("spent", "lab-good-1") })],
    file: [web("NS/api:1.0", ["regcred"])],
    // The node has what the tag points to, and so comes by with a HEAD, which is not counted.
    deployable: false,
  },
  {
    name: "may-not-pull",
    story: "The login is good, and may not pull this.",
    answer: "no",
    causes: ["credential-lacks-permission", "repository-not-found", "credential-rejected"],
    objects: [regcred()],
    file: [web(`${host}/denied/api:1.0`, ["regcred"])],
  },
  {
    name: "absent-repository",
    story: "There is no such repository.",
    answer: "no",
    causes: ["repository-not-found", "manifest-not-found", "credential-lacks-permission"],
    objects: [regcred()],
    file: [web(`${host}/absent/api:1.0`, ["regcred"])],
  },
  {
    name: "words-image",
    story: "An image by itself, with a named Secret.",
    answer: "yes",
    objects: [regcred()],
    words: [`${host}/NS/api:u7`, "--image-pull-secret", "regcred"],
    deployable: false,
  },
  {
    name: "words-account",
    story: "An image as a ServiceAccount's Pod would have it.",
    answer: "yes",
    objects: [regcred(), account("puller", ["regcred"])],
    words: [`${host}/NS/api:u7`, "--serviceaccount", "puller"],
    deployable: false,
  },
  {
    name: "words-platform",
    story: "For a platform that the image does not have.",
    answer: "no",
    causes: ["platform-mismatch"],
    objects: [regcred()],
    words: [`${host}/NS/api:1.0`, "--image-pull-secret", "regcred", "--platform", "linux/s390x"],
    deployable: false,
  },
  {
    name: "cron-job",
    story: "A CronJob's template, five fields deep.",
    answer: "no",
    causes: ["no-pull-secret"],
    file: [workload("CronJob", spec(image))],
    deployable: false,
  },
  {
    name: "init-container",
    story: "Only the init container's image is private.",
    answer: "no",
    causes: ["no-pull-secret"],
    file: [web(`${host}/public/api:1.0`, undefined, { initContainers: [{ name: "first", image }] })],
  },
  {
    name: "bare-pod",
    story: "A bare Pod in a file.",
    answer: "yes",
    objects: [regcred()],
    file: [pod(spec(`${host}/NS/api:u8`, ["regcred"]))],
  },
  {
    name: "second-fits",
    story: "Two Secrets, the first wrong, the second good.",
    answer: "yes",
    objects: [secret("first", { [host]: bad }), secret("second", { [`${host}/NS`]: good })],
    file: [web(`${host}/NS/api:u9`, ["first", "second"])],
  },
  {
    name: "live-rotated",
    story: "It runs; the login was rotated since, so it would not come back.",
    answer: "no",
    causes: ["credential-rejected"],
    objects: [regcred(), web(image, ["regcred"])],
    late: [regcred({ [host]: bad })],
    words: ["deploy/web"],
    deployable: false,
  },
  {
    name: "live-fine",
    story: "It runs, and would come back.",
    answer: "yes",
    objects: [regcred(), web(image, ["regcred"])],
    words: ["deploy/web"],
    deployable: false,
  },
  {
    name: "account-among-files",
    story: "Deployment and ServiceAccount come in one file; the Secret is in the cluster.",
    answer: "yes",
    objects: [regcred()],
    file: [
      workload("Deployment", spec(`${host}/NS/api:u1`, undefined, { serviceAccountName: "runner" })),
      account("runner", ["regcred"]),
    ],
  },
  {
    name: "account-replaced",
    story: "The file replaces the ServiceAccount's list by one that does not fit.",
    answer: "no",
    causes: ["pull-secret-missing", "no-pull-secret", "registry-key-mismatch"],
    objects: [regcred(), account("runner", ["regcred"])],
    file: [
      account("runner", ["renamed"]),
      workload("Deployment", spec(image, undefined, { serviceAccountName: "runner" })),
    ],
  },
  {
    name: "stateful-claims",
    story: "A StatefulSet whose volumes are claims; the claims are nobody's matter here.",
    answer: "yes",
    objects: [regcred()],
    words: ["--server"],
    texts: {
      "db.yaml": `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  selector: {matchLabels: {app: web}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: regcred}]
      containers:
      - {name: app, image: "${host}/NS/api:u2", volumeMounts: [{name: data, mountPath: /data}]}
`,
    },
    // No claim is bound in the lab.
    deployable: false,
  },
  {
    name: "image-volume",
    story: "The container's image is open to all; a volume is a private image.",
    answer: "no",
    causes: ["no-pull-secret"],
    file: [
      web(`${host}/public/api:1.0`, undefined, {
        containers: [
          {
            name: "app",
            image: `${host}/public/api:1.0`,
            volumeMounts: [{ name: "model", mountPath: "/model" }],
          },
        ],
        volumes: [{ name: "model", image: { reference: `${host}/NS/model:1.0` } }],
      }),
    ],
  },
  {
    name: "ephemeral",
    story: "A Pod as it was saved, with a debugger's private image.",
    answer: "no",
    causes: ["no-pull-secret"],
    file: [
      pod(
        spec(`${host}/public/api:1.0`, undefined, {
          ephemeralContainers: [{ name: "debugger", image: `${host}/NS/tools:1.0` }],
        }),
      ),
    ],
    // None is made with ephemeral containers.
    deployable: false,
  },
  {
    name: "digest-beside-tag",
    story: "The tag is there, and the digest beside it, which counts, is not.",
    answer: "no",
    causes: ["manifest-not-found"],
    file: [web(`${host}/public/api:1.0@sha256:${"0123456789abcdef".repeat(4)}`)],
  },
  {
    name: "init-elsewhere",
    story: "The init container's image is of a registry that the Secret does not have.",
    answer: "no",
    causes: ["registry-key-mismatch"],
    objects: [regcred()],
    file: [
      web(`${host}/NS/api:u3`, ["regcred"], {
        initContainers: [{ name: "first", image: "token.acme.test/NS/tool:1.0" }],
      }),
    ],
  },
  {
    name: "list-kinds",
    story: "A DeploymentList in a List; its items do not say what they are.",
    answer: "yes",
    objects: [regcred()],
    texts: {
      "all.json": JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [
          {
            apiVersion: "apps/v1",
            kind: "DeploymentList",
            items: [
              {
                metadata: { name: "web" },
                spec: {
                  selector: { matchLabels: { app: "web" } },
                  template: {
                    metadata: { labels: { app: "web" } },
                    spec: spec(`${host}/NS/api:u4`, ["regcred"]),
                  },
                },
              },
            ],
          },
        ],
      }),
    },
    // kubectl takes no List in a List whose items do not say what they are.
    deployable: false,
  },
  {
    name: "anchors",
    story: "Several documents, with comments, anchors and merges.",
    answer: "yes",
    texts: {
      "all.yaml": `# what belongs to web
---
# nothing here
---
apiVersion: v1
kind: Secret
metadata: {name: regcred}
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: ${base64(JSON.stringify({ auths: { [host]: good } }))}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web} # the one
spec:
  selector: {matchLabels: &labels {app: web}}
  template:
    metadata: {labels: *labels}
    spec:
      imagePullSecrets: [&regcred {name: regcred}]
      containers:
      - &app
        name: app
        image: &image ${host}/NS/api:u5 # pinned
      - name: second
        image: *image
`,
    },
  },
  {
    name: "unrendered",
    story: "A chart's template, whose variables stand in strings.",
    answer: "no",
    causes: ["unrendered-template"],
    texts: {
      "web.yaml": `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: app, image: "{{ .Values.registry }}/NS/api:{{ .Values.tag }}"}
`,
    },
  },
  {
    name: "json-files",
    story: "A folder of JSON files; the Secret stands in the second.",
    answer: "yes",
    texts: {
      "a.json": JSON.stringify(web(`${host}/NS/api:u6`, ["regcred"])),
      "b.json": JSON.stringify(regcred()),
      "notes.txt": "image: nothing",
    },
  },
  {
    name: "kustomization-raw",
    story: "A kustomization as it lies there: its images are not those that would be deployed.",
    answer: "refused",
    texts: {
      "kustomization.yaml": `resources: [web.json]\nimages: [{name: ${host}/NS/api, newTag: u7}]\n`,
      "web.json": JSON.stringify(web(`${host}/NS/api:9.9`, ["regcred"])),
    },
    deployable: false,
  },
  {
    name: "kustomization-built",
    story:
      "The same, built: the tag is one that is there, and the Secret is generated under a name of its own.",
    answer: "yes",
    built: true,
    texts: {
      "kustomization.yaml": `
resources: [web.json]
images: [{name: ${host}/NS/api, newTag: u7}]
secretGenerator:
- name: regcred
  type: kubernetes.io/dockerconfigjson
  literals: ['.dockerconfigjson=${JSON.stringify({ auths: { [host]: good } })}']
`,
      "web.json": JSON.stringify(web(`${host}/NS/api:9.9`, ["regcred"])),
    },
  },
  {
    name: "server-account",
    story: "Admission itself copies the ServiceAccount's list.",
    answer: "yes",
    objects: [regcred(), account("default", ["regcred"])],
    file: [web(`${host}/NS/api:u8`)],
    words: ["--server"],
  },
  {
    name: "server-no-account",
    story: "Admission makes no Pod of a ServiceAccount that is not there.",
    answer: "unknown",
    file: [web(`${host}/public/api:1.0`, undefined, { serviceAccountName: "nobody" })],
    words: ["--server"],
    deployable: false,
  },
  {
    name: "server-pod-security",
    story: "The namespace takes restricted Pods only, and these are not.",
    answer: "no",
    objects: [labelled({ "pod-security.kubernetes.io/enforce": "restricted" })],
    file: [web(`${host}/public/api:1.0`)],
    words: ["--server"],
  },
  {
    name: "server-policy",
    story: "A policy of the cluster refuses the registry.",
    answer: "no",
    objects: [labelled({ registries: "ours" }), ...refusing],
    file: [web("quay.io/public/api:1.0")],
    words: ["--server"],
  },
  {
    name: "server-rewritten",
    story: "A policy of the cluster leads to a mirror, and brings the Secret for it.",
    answer: "yes",
    objects: [regcred(), labelled({ registries: "mirrored" }), ...rewriting],
    file: [web("absent.acme.test/NS/api:u9")],
    words: ["--server"],
  },
];
