import type { KubeObject, Step } from "./case.ts";
import { entry, pod, secret, spec, workload } from "./objects.ts";

/** A question with --probe whose answer was decided beforehand. `NS` in any string stands for the case's namespace. */
export interface ProbeCase {
  readonly name: string;
  readonly story: string;
  readonly image: string;
  readonly steps: readonly (readonly Step[])[];
  /** What happens a moment before the question. */
  readonly late?: readonly Step[];
  /** TYPE/NAME in place of the Pod. */
  readonly target?: string;
  /** Flags behind --probe. */
  readonly flags?: readonly string[];
  /** Causes of which one has to be named. */
  readonly accept: readonly string[];
  /** An honest ambiguity: all of these are named. */
  readonly alternatives?: readonly string[];
  /** Whether the node would get the image now. */
  readonly pull: "yes" | "no" | "unknown";
  /** Hosts that must not see a login from the program. */
  readonly noLoginAt?: readonly string[];
  /** The most that may be asked. */
  readonly requests?: number;
  /** A Pod that tries it on the node is printed, and says the same. */
  readonly trial?: boolean;
}

const bad = entry("robot", "lab-wrong-1");
const good = entry();

type Facts = Omit<ProbeCase, "name" | "story" | "image" | "steps" | "accept" | "pull"> & {
  readonly logins?: Readonly<Record<string, object>>;
  readonly password?: "bad";
  readonly user?: string;
  readonly key?: string;
  readonly steps?: ProbeCase["steps"];
};

function one(
  name: string,
  story: string,
  image: string,
  accept: readonly string[],
  pull: ProbeCase["pull"],
  facts: Facts = {},
): ProbeCase {
  const { logins, password, user, key, steps, ...rest } = facts;
  const login = entry(user, password === "bad" ? bad.password : good.password);
  const auths = logins ?? { [key ?? image.split("/")[0] ?? ""]: login };
  const none = Object.keys(auths).length === 0;
  const made: readonly KubeObject[] = [
    ...(none ? [] : [secret("regcred", auths)]),
    pod(spec(image, none ? undefined : ["regcred"])),
  ];
  return { name, story, image, accept, pull, steps: steps ?? [made], ...rest };
}

const host = "shop.acme.test";

/** Secret regcred, with another login in its place. */
function written(login: object): Step {
  const content = JSON.stringify({ auths: { [host]: login } });
  const patch = JSON.stringify({ stringData: { ".dockerconfigjson": content } });
  return { kubectl: ["patch", "secret", "regcred", "--type", "merge", "-p", patch] };
}
const hub = "https://index.docker.io/v1/";
const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const both = ["credential-lacks-permission", "repository-not-found"];

export const probeCases: readonly ProbeCase[] = [
  one(
    "gitlab-no-right",
    "GitLab hides whether the project is there.",
    "registry.gitlab.com/denied/NS:1.0",
    both,
    "no",
    {
      alternatives: both,
    },
  ),
  one(
    "gitlab-login-refused",
    "GitLab's token server refuses the login by name.",
    "registry.gitlab.com/NS/api:1.0",
    ["credential-rejected"],
    "no",
    {
      password: "bad",
    },
  ),
  one(
    "gitlab-of-ones-own",
    "The token server is a neighbour of the registry; the project is absent.",
    "gitlabish.acme.test/absent/NS:1.0",
    both,
    "no",
    {
      alternatives: both,
    },
  ),
  one(
    "gitea-no-right",
    "401 with Gitea's own words.",
    "giteaish.acme.test/denied/NS:1.0",
    ["credential-lacks-permission"],
    "no",
  ),
  one(
    "gitea-repository-absent",
    "Gitea answers 404 without a word for tag and repository alike.",
    "giteaish.acme.test/absent/NS:1.0",
    ["repository-not-found"],
    "no",
  ),
  one(
    "gitea-tag-absent",
    "The repository has other tags.",
    "giteaish.acme.test/NS/api:9.9",
    ["manifest-not-found"],
    "no",
  ),
  one(
    "zot-no-right",
    "403 beside a Basic challenge.",
    "zotish.acme.test/denied/NS:1.0",
    ["credential-lacks-permission"],
    "no",
  ),
  one(
    "zot-login-refused",
    "A bare error object, after two seconds.",
    "zotish.acme.test/NS/api:1.0",
    ["credential-rejected"],
    "no",
    {
      password: "bad",
    },
  ),
  one("hidden-no-right", "404 of what the login may not see.", "hidden.acme.test/denied/NS:1.0", both, "no", {
    alternatives: both,
  }),
  one(
    "hidden-tag-absent",
    "The same registry, and a login that may list the tags.",
    "hidden.acme.test/NS/api:9.9",
    ["manifest-not-found"],
    "no",
  ),
  one(
    "nohead-login-refused",
    "GET in HEAD's place, and a wrong login: it is sent as often as anywhere else.",
    "nohead.acme.test/NS/api:1.0",
    ["credential-rejected"],
    "no",
    {
      password: "bad",
    },
  ),
  one(
    "nohead-no-right",
    "GET in HEAD's place, and a login without the right.",
    "nohead.acme.test/denied/NS:1.0",
    ["credential-lacks-permission"],
    "no",
  ),
  one(
    "slow-tag-absent",
    "Four seconds for each answer.",
    "slow.acme.test/NS/api:9.9",
    ["manifest-not-found"],
    "no",
  ),
  one(
    "banned-address",
    "The token server answers 403 to everybody: nothing is said of the login, nor of what the node gets.",
    "banned.acme.test/NS/api:1.0",
    ["forbidden"],
    "unknown",
    {
      trial: true,
    },
  ),
  one(
    "stale-cache",
    "The tag answers, and what it points to is gone.",
    "stale-cache.acme.test/NS/api:u8",
    ["content-missing", "manifest-not-found"],
    "no",
  ),
  one(
    "far-blobs",
    "The layers are at a host that does not answer: from here as little as from the node.",
    "far-blobs.acme.test/NS/api:u5",
    ["connect-refused"],
    "unknown",
    {
      trial: true,
    },
  ),
  one(
    "blobs-forbidden",
    "The manifest opens, and no blob does.",
    "blobs.acme.test/NS/api:u6",
    ["forbidden"],
    "no",
    {
      trial: true,
    },
  ),
  one(
    "redirect-asks",
    "The host behind a redirect asks for a login, which it does not get.",
    "redirect-asks.acme.test/NS/api:1.0",
    ["credential-rejected", "unexpected-response", "no-failure"],
    "unknown",
    {
      noLoginAt: ["asks.elsewhere.test"],
    },
  ),
  one(
    "realm-of-the-cloud",
    "The token server is at the cloud's metadata address.",
    "meta-realm.acme.test/NS/api:1.0",
    ["connect-refused", "connect-timeout", "network-unreachable"],
    "unknown",
    {
      noLoginAt: ["169.254.169.254"],
      trial: true,
    },
  ),
  one(
    "realm-elsewhere-trusted",
    "The other domain's token server, and the user says that it may have the login.",
    "far-realm.acme.test/NS/api:1.0",
    ["credential-rejected"],
    "no",
    {
      password: "bad",
      flags: ["--trust-realm", "tokens.elsewhere.test"],
    },
  ),
  one(
    "ecr-repository-absent",
    "ECR names the repository.",
    `${ecr}/absent/NS:1.0`,
    ["repository-not-found"],
    "no",
    { user: "AWS" },
  ),
  one("ecr-tag-absent", "ECR has the repository.", `${ecr}/NS/api:9.9`, ["manifest-not-found"], "no", {
    user: "AWS",
  }),
  one(
    "hub-tag-absent",
    "Docker Hub grants the pull; the tag is not there.",
    "docker.io/acmeteam/NS:9.9",
    ["manifest-not-found"],
    "no",
    {
      key: hub,
    },
  ),
  one(
    "hub-public",
    "A public image without any login: it runs, and would come back.",
    "docker.io/library/NS:1.0",
    ["no-failure"],
    "yes",
    {
      logins: {},
    },
  ),
  one(
    "harbor-platform",
    "An index for arm64 alone, behind a token server.",
    "harborish.acme.test/NS/api:arm64",
    ["platform-mismatch"],
    "no",
  ),
  one(
    "chart",
    "A Helm chart in place of an image.",
    `${host}/NS/api:chart`,
    ["unsupported-media-type", "no-failure"],
    "unknown",
  ),
  one(
    "digest-absent",
    "A digest that the registry has not.",
    `${host}/NS/api@sha256:${"0".repeat(64)}`,
    ["manifest-not-found"],
    "no",
  ),
  one(
    "job",
    "The image of a Job, asked about by the Job's name.",
    `${host}/NS/api:1.0`,
    ["credential-rejected"],
    "no",
    {
      steps: [[secret("regcred", { [host]: bad }), workload("Job", spec(`${host}/NS/api:1.0`, ["regcred"]))]],
      target: "job/web",
    },
  ),
  one(
    "init-container",
    "It is the init container's tag that is absent; the other image was never asked for.",
    `${host}/NS/init:9.9`,
    ["manifest-not-found"],
    "no",
    {
      steps: [
        [
          secret("regcred", { [host]: good }),
          pod(
            spec(`${host}/NS/api:1.0`, ["regcred"], {
              initContainers: [{ name: "first", image: `${host}/NS/init:9.9` }],
            }),
          ),
        ],
      ],
    },
  ),
  one(
    "second-login-behind-anonymous-token",
    "The first login gets a token that grants nothing; the second is good.",
    "harborish.acme.test/NS/api:1.0",
    ["no-failure"],
    "yes",
    {
      logins: { "harborish.acme.test/NS": bad, "harborish.acme.test": good },
    },
  ),
  one(
    "both-logins-refused",
    "Neither is good: each is tried once.",
    `${host}/NS/api:1.0`,
    ["credential-rejected"],
    "no",
    {
      logins: { [`${host}/NS`]: entry("old", "lab-wrong-1"), [host]: entry("new", "lab-wrong-2") },
    },
  ),
  one(
    "runs-and-would-not-come-back",
    "It runs; since then the password was changed at the registry's end.",
    `${host}/NS/api:1.0`,
    ["no-failure"],
    "no",
    {
      late: [written(bad)],
    },
  ),
  one(
    "corrected-since",
    "The password was put right a moment ago; the kubelet has not tried again.",
    `${host}/NS/api:1.0`,
    ["waiting-for-retry", "no-failure"],
    "yes",
    {
      password: "bad",
      late: [written(good)],
    },
  ),
  one(
    "azure-login-refused",
    "Azure's token server refuses the login.",
    "contoso.azurecr.io/NS/api:1.0",
    ["credential-rejected"],
    "no",
    {
      password: "bad",
    },
  ),
  one(
    "azure-no-right",
    "The same words to a good login; only the login alone tells.",
    "contoso.azurecr.io/denied/NS:1.0",
    ["credential-lacks-permission"],
    "no",
  ),
  one("google-no-right", "`(or it may not exist)`", "europe-docker.pkg.dev/denied/NS:1.0", both, "no", {
    alternatives: both,
    user: "_json_key",
  }),
  one(
    "quay-namespace-disabled",
    "Quay says that the namespace is disabled.",
    "quay.io/disabled/NS:1.0",
    ["policy-blocked"],
    "no",
  ),
  one(
    "quay-robot-gone",
    "Quay does not know the robot.",
    "quay.io/acmeteam/NS:1.0",
    ["credential-rejected"],
    "no",
    { password: "bad" },
  ),
  one(
    "ghcr-no-right",
    "403 to the token request, and the login alone is good.",
    "ghcr.io/denied/NS:1.0",
    both,
    "no",
    {
      alternatives: both,
    },
  ),
  one("ghcr-no-list", "Nobody names a pull secret.", "ghcr.io/acmeteam/NS:1.0", ["no-pull-secret"], "no", {
    logins: {},
  }),
  one(
    "address-refused",
    "The registry lets no address in that it does not know.",
    "fenced.acme.test/NS/api:1.0",
    ["forbidden"],
    "unknown",
    {
      trial: true,
    },
  ),
  one(
    "limited",
    "429 at once: nothing further is asked.",
    "limited.acme.test/NS/api:1.0",
    ["rate-limited"],
    "unknown",
    { requests: 1 },
  ),
  one(
    "unknown-authority",
    "The certificate is signed by nobody who is known, here as there.",
    "unknown-ca.acme.test/NS/api:1.0",
    ["tls-unknown-authority"],
    "unknown",
    {
      trial: true,
    },
  ),
  one("no-such-name", "The name does not resolve.", "gone.acme.test/NS/api:1.0", ["dns-failure"], "unknown", {
    trial: true,
    requests: 1,
  }),
];
