import type { KubeObject } from "./case.ts";
import { account, entry, pod, secret, spec, workload } from "./objects.ts";

/** A question to can-pull whose answer was decided beforehand. `NS` in any string stands for the case's namespace. */
export interface CanPullCase {
  readonly name: string;
  readonly story: string;
  readonly answer: "yes" | "no" | "unknown";
  /** With no: one of these is the cause. */
  readonly causes?: readonly string[];
  /** What the cluster has before the question. */
  readonly objects?: readonly KubeObject[];
  /** What stands in the file that is asked about; without one the question is about the cluster or the words. */
  readonly file?: readonly KubeObject[];
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
];
