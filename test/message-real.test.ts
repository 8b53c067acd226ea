import { describe, expect, it } from "vitest";
import { type MessageReading, readMessage } from "../src/pull/message/message.ts";

const c1 = { runtimeVersion: "containerd://1.7.35", kubeletVersion: "v1.31.0" };
const c2 = { runtimeVersion: "containerd://2.2.9", kubeletVersion: "v1.36.3" };
const crio = { runtimeVersion: "cri-o://1.36.3", kubeletVersion: "v1.36.3" };

/** The same error as kubelet 1.31 with containerd 1.7, 1.36 with containerd 2.2, and 1.36 with CRI-O 1.36 print it. */
function resolve17(image: string, error: string): string {
  return `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${error}`;
}
function resolve22(image: string, error: string): string {
  return `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve image: ${error}`;
}
function withCrio(image: string, error: string): string {
  return `Failed to pull image "${image}": unable to pull image or OCI artifact: pull image err: initializing source docker://${image}: ${error}; artifact err: image reference: get manifest from ref: create image source: ${error}`;
}

type Part = Partial<Omit<MessageReading, "meaning">>;

/** Messages of real clusters whose registries wrote down what they were sent: text, context, reading, what it proves. */
const proofs: readonly (readonly [string, typeof c1, Part, string])[] = [
  [
    resolve22(
      "registry.acme.test/team/api:1.0",
      "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
    ),
    c2,
    { kind: "auth-required", stage: "authenticate", runtime: "containerd", sent: "anonymous", held: "none" },
    "a Basic challenge, and nothing to answer it with",
  ],
  [
    resolve17(
      "registry.acme.test/team/api:1.0",
      "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
    ),
    c1,
    { kind: "auth-required", sent: "anonymous", held: "none" },
    "containerd 1.7 says so from 1.7.8 on",
  ],
  [
    resolve22(
      "ghcr.io/team/api:1.0",
      "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ateam%2Fapi%3Apull&service=ghcr.io: 401 Unauthorized",
    ),
    c2,
    { kind: "auth-required", sent: "anonymous", held: "none", host: "ghcr.io", status: 401 },
    "the token server refused a request without a login",
  ],
  [
    resolve22(
      "token.acme.test/team/api:1.0",
      "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.acme.test/token?scope=repository%3Ateam%2Fapi%3Apull&service=token.acme.test: 401 Unauthorized",
    ),
    c2,
    { kind: "credentials-rejected", sent: "credential", held: "login", host: "auth.acme.test", status: 401 },
    "the token server refused a login; it is another host than the registry",
  ],
  [
    withCrio(
      "docker.io/library/api:1.0",
      "unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password",
    ),
    crio,
    { kind: "credentials-rejected", runtime: "cri-o", sent: "credential", held: "login", host: "docker.io" },
    "Docker Hub's own sentence proves what CRI-O's words before it do not",
  ],
  [
    withCrio(
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api:1.0",
      "reading manifest 1.0 in 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api: denied: Your authorization token has expired. Reauthenticate and try again.",
    ),
    crio,
    { kind: "token-expired", sent: "credential" },
    "CRI-O asks with GET, so ECR's sentence reaches the event",
  ],
  [
    withCrio(
      "fenced.acme.test/team/api:1.0",
      "pinging container registry fenced.acme.test: denied: client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
    ),
    crio,
    { kind: "forbidden", sent: "anonymous", host: "fenced.acme.test" },
    "CRI-O's ping goes without a login, although one was at hand",
  ],
  [
    withCrio(
      "unavailable.acme.test/team/api:1.0",
      "pinging container registry unavailable.acme.test: received unexpected HTTP status: 503 Service Unavailable",
    ),
    crio,
    { kind: "registry-server-error", stage: "connect", sent: "anonymous", status: 503 },
    "the same of a registry that is down",
  ],
  [
    resolve22(
      "gone.acme.test/team/api:1.0",
      'failed to do request: Head "https://gone.acme.test/v2/team/api/manifests/1.0": dial tcp: lookup gone.acme.test on 127.0.0.2:53: no such host',
    ),
    c2,
    { kind: "dns-failure", stage: "connect", sent: "nothing", host: "gone.acme.test" },
    "nothing was sent to a host that has no address",
  ],
  [
    'Failed to pull image "down.acme.test/team/api:1.0": RegistryUnavailable: unable to pull image: initializing source docker://down.acme.test/team/api:1.0: pinging container registry down.acme.test: Get "https://down.acme.test/v2/": dial tcp 127.0.0.3:443: connect: connection refused',
    crio,
    { kind: "connect-refused", stage: "connect", sent: "nothing", host: "down.acme.test" },
    "CRI-O's word for a refused connection",
  ],
  [
    withCrio(
      "registry.acme.test/team/api:2.0",
      "reading manifest 2.0 in registry.acme.test/team/api: manifest unknown",
    ),
    crio,
    { kind: "manifest-not-found", stage: "manifest", sent: "unknown", namesMissing: "manifest" },
    "the registry says that it is the manifest",
  ],
  [
    `Failed to pull image "registry.acme.test/team/api:2.0": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.test/team/api:2.0": failed to resolve image: registry.acme.test/team/api:2.0: not found`,
    c2,
    { kind: "manifest-not-found", sent: "unknown" },
    "a 404 to HEAD has no sentence, so it may be the repository as well",
  ],
  [
    withCrio(
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/absent:1.0",
      "reading manifest 1.0 in 123456789012.dkr.ecr.eu-west-1.amazonaws.com/absent: name unknown: The repository with name 'absent' does not exist in the registry with id '123456789012'",
    ),
    crio,
    { kind: "repository-not-found", sent: "unknown", namesMissing: "repository" },
    "the registry says that it is the repository",
  ],
  [
    'Failed to pull image "registry.acme.test/public/api:arm64": unable to pull image or OCI artifact: pull image err: choosing an image from manifest list docker://registry.acme.test/public/api:arm64: no image found in image index for architecture "amd64", variant "", OS "linux"; artifact err: image reference: choose manifest instance: no image found in image index for architecture "amd64", variant "", OS "linux"',
    crio,
    { kind: "platform-mismatch", stage: "manifest", sent: "unknown", platform: "linux/amd64" },
    "the image exists, for others",
  ],
  [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = creating pod sandbox with name "k8s_web_payments_6c56b0d3_0": unable to pull image or OCI artifact: pull image err: initializing source docker://registry.acme.test/public/pause:1.0: reading manifest 1.0 in registry.acme.test/public/pause: unauthorized; artifact err: image reference: get manifest from ref: create image source: reading manifest 1.0 in registry.acme.test/public/pause: unauthorized',
    crio,
    {
      kind: "sandbox-image-failed",
      runtime: "cri-o",
      sent: "nothing",
      sandbox: "registry.acme.test/public/pause:1.0",
    },
    "for the Pod's own image nothing was sent, and its logins have no part in it",
  ],
  [
    'Failed to apply default image tag "registry.acme.test/team/api:${TAG}": couldn\'t parse image name "registry.acme.test/team/api:${TAG}": invalid reference format',
    c2,
    {
      kind: "invalid-image-name",
      stage: "reference",
      sent: "nothing",
      image: "registry.acme.test/team/api:${TAG}",
    },
    "no registry was asked",
  ],
  [
    'Failed to pull image "registry.acme.test/team/api:1.0": illegal base64 data at input byte 19',
    c1,
    {
      kind: "unknown",
      stage: "credentials",
      sent: "nothing",
      dockerConfigError: "illegal base64 data at input byte 19",
    },
    "1.31: a pull secret that cannot be decoded stops the pull before the runtime hears of it",
  ],
  [
    "Error: unable to parse auth field, must be formatted as base64(username:password)",
    c2,
    {
      kind: "unknown",
      sent: "nothing",
      dockerConfigError: "unable to parse auth field, must be formatted as base64(username:password)",
    },
    "1.36: the same, from the event",
  ],
];

describe("a message of a real cluster", () => {
  it.each(proofs)("proves what it proves and no more: %s", (message, context, expected) => {
    const reading = readMessage(message, context);
    expect(reading).toMatchObject(expected);
    if (expected.kind === "manifest-not-found" && expected.namesMissing === undefined)
      expect(reading).not.toHaveProperty("namesMissing");
  });
});

const hub =
  "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed";
const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/**
 * One text, two truths, both measured: name, text, context, whether a login at hand had been sent by then.
 * Here a reading that claims either is wrong half of the time.
 */
const twoTruths: readonly (readonly [string, string, typeof c1, boolean])[] = [
  [
    "a stranger at Docker Hub, and a login without the right",
    resolve22("docker.io/denied/api:1.0", hub),
    c2,
    true,
  ],
  ["the same with containerd 1.7", resolve17("docker.io/denied/api:1.0", hub), c1, true],
  [
    "the same with CRI-O",
    withCrio(
      "denied/api:1.0",
      "reading manifest 1.0 in docker.io/denied/api: requested access to the resource is denied",
    ),
    crio,
    true,
  ],
  [
    "ECR's expired login, and a good one without permission",
    resolve22(
      `${ecr}/team/api:1.0`,
      `unexpected status from HEAD request to https://${ecr}/v2/team/api/manifests/1.0: 403 Forbidden`,
    ),
    c2,
    false,
  ],
  [
    "a blocked address before any login, and a login without the right",
    resolve17(
      "registry.acme.test/denied/api:1.0",
      "unexpected status from HEAD request to https://registry.acme.test/v2/denied/api/manifests/1.0: 403 Forbidden",
    ),
    c1,
    false,
  ],
  [
    "no login for CRI-O, and a wrong one",
    withCrio(
      "registry.acme.test/team/api:1.0",
      "reading manifest 1.0 in registry.acme.test/team/api: unauthorized",
    ),
    crio,
    true,
  ],
  [
    "no login at a token server, and a wrong one, with CRI-O",
    withCrio(
      "token.acme.test/team/api:1.0",
      "unable to retrieve auth token: invalid username/password: unauthorized",
    ),
    crio,
    true,
  ],
  [
    "a 429 to a stranger, and to a login",
    resolve22(
      "limited.acme.test/public/api:1.0",
      "unexpected status from HEAD request to https://limited.acme.test/v2/public/api/manifests/1.0: 429 Too Many Requests",
    ),
    c2,
    false,
  ],
];

describe("a text that two truths share", () => {
  it.each(twoTruths)("claims neither: %s", (_, message, context, challenged) => {
    const reading = readMessage(message, context);
    expect(reading.sent).toBe("unknown");
    expect(reading.afterChallenge ?? false).toBe(challenged);
    expect(reading).not.toHaveProperty("held");
  });
});

describe("a bare 401 in containerd's words", () => {
  const head = (host: string, query = ""): string =>
    resolve17(
      `${host}/app:1`,
      `unexpected status from HEAD request to https://${host}/v2/app/manifests/1${query}: 401 Unauthorized`,
    );
  /** host, runtime version, sent, why. */
  const rows: readonly (readonly [string, string | undefined, string, string])[] = [
    [ecr, "containerd://1.6.24", "unknown", "a Basic challenge without a login was swallowed"],
    [ecr, "containerd://1.6.25", "credential", "and is named from here on"],
    [ecr, "containerd://1.7.7", "unknown", "1.7 learned it later"],
    [ecr, "containerd://1.7.8", "credential", "1.7 learned it later"],
    [ecr, "containerd://1.7.24~ds1", "credential", "a distribution's suffix"],
    [ecr, "containerd://2.0.0", "credential", "2.x always knew"],
    [ecr, undefined, "unknown", "without the version nothing is proved"],
    [ecr, "docker://24.0.7", "unknown", "no containerd"],
    [`${ecr}.cn`, "containerd://2.0.0", "credential", "ECR in China"],
    ["registry.acme.test", "containerd://2.0.0", "unknown", "it may challenge with Bearer"],
    [`${ecr}.example`, "containerd://2.0.0", "unknown", "a host that only looks like ECR"],
  ];
  it.each(rows)("from %s on %s is %s: %s", (host, runtimeVersion, sent) => {
    const reading = readMessage(head(host), runtimeVersion === undefined ? {} : { runtimeVersion });
    expect(reading).toMatchObject({ kind: "auth-required", sent, bare401: true, afterChallenge: true });
  });

  it("proves nothing of a mirror, whose challenge is its own", () => {
    const reading = readMessage(head(ecr, "?ns=docker.io"), c2);
    expect(reading).toMatchObject({ sent: "unknown", mirror: true, host: ecr });
  });

  it("is proved by the words of 2.1 on, which name no reference", () => {
    const message = resolve22(
      `${ecr}/app:1`,
      `unexpected status from HEAD request to https://${ecr}/v2/app/manifests/1: 401 Unauthorized`,
    );
    expect(readMessage(message).sent).toBe("credential");
  });
});

describe("several attempts in one text", () => {
  const head =
    'failed to pull and unpack image "a.azurecr.io/x:1": failed to resolve reference "a.azurecr.io/x:1": ';
  const oauth = `${head}failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized`;
  const anonymous = oauth.replace("oauth", "anonymous");
  const platform = "rpc error: code = NotFound desc = no match for platform in manifest: not found";

  it.each([
    [[oauth, anonymous], "credentials-rejected", "credential", "an empty entry beside the refused login"],
    [[anonymous, oauth], "credentials-rejected", "credential", "in either order"],
    [
      [oauth, anonymous.replace("401 Unauthorized", "403 Forbidden")],
      "credentials-rejected",
      "credential",
      "GHCR's way",
    ],
    [
      [oauth, platform],
      "platform-mismatch",
      "credential",
      "the part that got furthest, and a login was sent",
    ],
    [
      [`${head}context canceled`, anonymous],
      "auth-required",
      "unknown",
      "what the stopped one sent stays open",
    ],
  ])("speak by the one that got furthest (row %#)", (parts, kind, sent) => {
    const reading = readMessage(`Failed to pull image "a.azurecr.io/x:1": [${parts.join(", ")}]`);
    expect(reading).toMatchObject({ kind, sent, attempts: 2 });
  });

  it("are not counted where there was one", () => {
    expect(readMessage(oauth)).not.toHaveProperty("attempts");
  });
});

describe("a connection that never stood", () => {
  const dial = (image: string, url: string): string =>
    resolve17(
      image,
      `failed to do request: Head "${url}": dial tcp 192.0.2.1:443: connect: connection refused`,
    );

  it.each([
    ["r.example/a:1", "https://r.example/v2/a/manifests/1", "nothing", "the image's own host"],
    [
      "a:1",
      "https://registry-1.docker.io/v2/library/a/manifests/1",
      "nothing",
      "Docker Hub by its other name",
    ],
    [
      "a:1",
      "https://mirror.example/v2/library/a/manifests/1?ns=docker.io",
      "unknown",
      "a mirror: another host may have had a login",
    ],
    [
      "registry.k8s.io/a:1",
      "https://us-west2-docker.pkg.dev/v2/k8s-artifacts-prod/a/manifests/1",
      "unknown",
      "a redirect: the registry had been asked",
    ],
  ])("sent what can be proved: %s by %s is %s (%s)", (image, url, sent) => {
    expect(readMessage(dial(image, url))).toMatchObject({ kind: "connect-refused", sent });
  });

  it("to a token server leaves open what the registry was sent, and shows what was held", () => {
    const message = resolve17(
      "a:1",
      'failed to authorize: failed to fetch oauth token: Post "https://auth.docker.io/token": dial tcp 192.0.2.1:443: i/o timeout',
    );
    expect(readMessage(message)).toMatchObject({ kind: "connect-timeout", sent: "unknown", held: "login" });
  });

  it("to a blob store comes after everything else went well", () => {
    const message =
      'failed to pull and unpack image "r.example/a:1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn.example/x": dial tcp 192.0.2.1:443: i/o timeout';
    expect(readMessage(message)).toMatchObject({
      kind: "connect-timeout",
      stage: "content",
      sent: "unknown",
      host: "cdn.example",
    });
  });
});

describe("what is no failure of a pull", () => {
  it.each([
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a": plugin type="calico" failed (add): Get "https://10.96.0.1:443/x": dial tcp 10.96.0.1:443: i/o timeout',
    'Readiness probe failed: Get "http://10.0.0.1:8080/healthz": dial tcp 10.0.0.1:8080: connect: connection refused',
    'MountVolume.SetUp failed for volume "x" : failed to sync configmap cache: timed out waiting for the condition',
    "Back-off restarting failed container app in pod web_shop(1)",
    "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: no such file or directory",
    'Pulling image "denied:1"',
    "",
  ])("is read as nothing: %s", (message) => {
    expect(readMessage(message)).toMatchObject({ kind: "unknown", sent: "unknown" });
  });
});

describe("a pull secret that cannot be decoded", () => {
  it("never shows the byte that Go could not read", () => {
    const reading = readMessage("invalid character 'Z' looking for beginning of value");
    expect(reading.dockerConfigError).toBe("invalid character '…' looking for beginning of value");
    expect(JSON.stringify(reading)).not.toContain("Z");
  });

  it("is not what a web page says", () => {
    const reading = readMessage(
      "Error response from daemon: invalid character '<' looking for beginning of value",
    );
    expect(reading.kind).toBe("unexpected-response");
    expect(reading).not.toHaveProperty("dockerConfigError");
  });

  it("is not what an answer in a runtime's sentence says", () => {
    expect(readMessage(resolve17("r.example/a:1", "unexpected end of JSON input"))).not.toHaveProperty(
      "dockerConfigError",
    );
  });
});
