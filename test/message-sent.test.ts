import { describe, expect, it } from "vitest";
import { type MessageContext, readMessage, type Sent } from "../src/pull/message/message.ts";

const image = "r.example/team/api:1.0";
const c1625: MessageContext = { runtimeVersion: "containerd://1.6.25" };
const c17: MessageContext = { runtimeVersion: "containerd://1.7.35", kubeletVersion: "v1.31.0" };
const c22: MessageContext = { runtimeVersion: "containerd://2.2.9", kubeletVersion: "v1.36.3" };
const crio: MessageContext = { runtimeVersion: "cri-o://1.34.0", kubeletVersion: "v1.34.1" };
const docker: MessageContext = { runtimeVersion: "docker://24.0.7", kubeletVersion: "v1.28.4" };

function withContainerd(error: string, of = image): string {
  return `Failed to pull image "${of}": failed to pull and unpack image "${of}": failed to resolve reference "${of}": ${error}`;
}
function withDocker(error: string, of = image): string {
  return `Failed to pull image "${of}": Error response from daemon: ${error}`;
}
function withCrio(error: string, of = image): string {
  return `Failed to pull image "${of}": unable to pull image: initializing source docker://${of}: ${error}`;
}
function head(host: string, status: string): string {
  return `unexpected status from HEAD request to https://${host}/v2/team/api/manifests/1.0: ${status}`;
}
function token(kind: string, verb: string, status: string): string {
  return `failed to authorize: failed to fetch ${kind} token: unexpected status from ${verb} request to https://auth.example/token: ${status}`;
}

const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const refusal = "pull access denied, repository does not exist or may require authorization:";
const artifactRegistry = `denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p/locations/l/repositories/r" (or it may not exist)`;

/** text, context, what was sent, and what proves it. */
type Row = readonly [string, MessageContext, Sent, string];

const containerdRows: readonly Row[] = [
  [
    withContainerd(token("anonymous", "GET", "401 Unauthorized")),
    c22,
    "anonymous",
    "`anonymous token` is said where the login for the host is empty",
  ],
  [
    withContainerd("failed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden"),
    { runtimeVersion: "containerd://1.5.13" },
    "anonymous",
    "the same before 1.6 named the address",
  ],
  [
    withContainerd("failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized"),
    { runtimeVersion: "containerd://1.4.13" },
    "credential",
    "`oauth token` is said where a login was at hand",
  ],
  [
    withContainerd(token("oauth", "GET", "401 Unauthorized")),
    c17,
    "credential",
    "POST was refused, then GET with the login as well",
  ],
  [
    withContainerd(token("oauth", "POST", "403 Forbidden")),
    c22,
    "credential",
    "POST was refused, and no GET follows on 403",
  ],
  [
    withContainerd(token("oauth", "POST", "503 Service Unavailable")),
    c22,
    "credential",
    "it carried the login, whatever was wrong with the server",
  ],
  [
    withContainerd(`${refusal} authorization failed: no basic auth credentials`),
    c1625,
    "anonymous",
    "a Basic challenge, and nothing to answer it with (1.6.25, 1.7.8 and 2.x on); Harbor ends so as well",
  ],
  [
    withContainerd(head(ecr, "401 Unauthorized"), `${ecr}/team/api:1.0`),
    c1625,
    "credential",
    "ECR challenges with Basic; without a login it would be `no basic auth credentials`",
  ],
  [
    withContainerd(
      `pulling from host ${ecr} failed with status code [manifests 1.0]: 401 Unauthorized`,
      `${ecr}/team/api:1.0`,
    ),
    { runtimeVersion: "containerd://1.6.24" },
    "unknown",
    "up to 1.6.24 and 1.7.7 the lack of a login was swallowed",
  ],
  [
    withContainerd(head(ecr, "401 Unauthorized"), `${ecr}/team/api:1.0`),
    { runtimeVersion: "containerd://1.7.2" },
    "unknown",
    "up to 1.6.24 and 1.7.7 the lack of a login was swallowed",
  ],
  [
    withContainerd(head("r.example", "401 Unauthorized")),
    c22,
    "unknown",
    "a registry with Bearer gave a token, to a login or to nobody, and refused it",
  ],
  [
    withContainerd(`${refusal} server message: insufficient_scope: authorization failed`),
    c22,
    "unknown",
    "a token was good, and not enough; Docker Hub gives such tokens to strangers",
  ],
  [
    withContainerd(`${refusal} server message: invalid_token: authorization failed`),
    c22,
    "unknown",
    "a token was refused; from a login or not",
  ],
  [
    withContainerd(head("r.example", "403 Forbidden")),
    c22,
    "unknown",
    "an expired login, one without the right and a blocked address are told the same",
  ],
];

const dockerRows: readonly Row[] = [
  [
    withDocker(`Get "https://r.example/v2/team/api/manifests/1.0": no basic auth credentials`),
    docker,
    "anonymous",
    "distribution's client had no login for a Basic challenge",
  ],
  [
    withDocker(
      "pull access denied for r.example/team/api, repository does not exist or may require 'docker login'",
    ),
    docker,
    "unknown",
    "the cause is dropped",
  ],
  [
    withDocker(
      "pull access denied for r.example/team/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ),
    docker,
    "unknown",
    "DENIED and insufficient_scope both become this",
  ],
  [
    withDocker(
      `pull access denied for ${ecr}/team/api, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again.`,
      `${ecr}/team/api:1.0`,
    ),
    docker,
    "credential",
    "ECR says whose token: one that was sent",
  ],
  [
    withDocker(
      `Head "https://registry-1.docker.io/v2/team/api/manifests/1.0": unauthorized: incorrect username or password`,
      "team/api:1.0",
    ),
    docker,
    "credential",
    "the sentence is about a password, and strangers get a token",
  ],
  [
    withDocker(
      `Head "https://ghcr.io/v2/team/api/manifests/1.0": denied: User cannot be authenticated with the token provided.`,
      "ghcr.io/team/api:1.0",
    ),
    docker,
    "credential",
    "GHCR speaks of a token that was provided",
  ],
  [
    withDocker(`Head "https://ghcr.io/v2/team/api/manifests/1.0": denied`, "ghcr.io/team/api:1.0"),
    docker,
    "unknown",
    "docker hears the same with a login and without",
  ],
  [
    withDocker(
      `Head "https://a.azurecr.io/v2/team/api/manifests/1.0": unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.`,
      "a.azurecr.io/team/api:1.0",
    ),
    docker,
    "unknown",
    "ACR says so to both",
  ],
  [
    withDocker(
      "unauthorized: You don't have the needed permissions to perform this operation, and you may have invalid credentials.",
      "gcr.io/p/api:1.0",
    ),
    docker,
    "unknown",
    "`may` have",
  ],
  [
    withDocker(
      `Head "https://l-docker.pkg.dev/v2/p/r/api/manifests/1.0": ${artifactRegistry}`,
      "l-docker.pkg.dev/p/r/api:1.0",
    ),
    docker,
    "credential",
    "Artifact Registry knows who asked; strangers are told that they are",
  ],
  [
    withDocker(
      `Head "https://l-docker.pkg.dev/v2/p/r/api/manifests/1.0": denied: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" on resource "projects/p/locations/l/repositories/r" (or it may not exist)`,
      "l-docker.pkg.dev/p/r/api:1.0",
    ),
    docker,
    "anonymous",
    "and here it tells one",
  ],
];

const password = "unable to retrieve auth token: invalid username/password";
const crioRows: readonly Row[] = [
  [
    withCrio(`${password}: unauthorized: Invalid Username or Password`, "quay.io/team/api:1.0"),
    crio,
    "credential",
    "Quay's own sentence is about a password",
  ],
  [
    withCrio(
      `${password}: unauthorized: Please login to the Red Hat Registry using your Customer Portal credentials.`,
      "registry.redhat.io/team/api:1.0",
    ),
    crio,
    "unknown",
    "Red Hat says so to both",
  ],
  [
    withCrio(`${password}: unauthorized: authentication required`),
    crio,
    "unknown",
    "containers/image says it of every 401 of a token server, with a login or without",
  ],
  [
    withCrio("Requesting bearer token: invalid status code from registry 403 (Forbidden)"),
    crio,
    "unknown",
    "one function for both",
  ],
  [
    withCrio("Trying to obtain access token: invalid status code from registry 401 (Unauthorized)"),
    crio,
    "credential",
    "it is said of an identity token only",
  ],
  [
    withCrio("reading manifest 1.0 in r.example/team/api: unauthorized: authentication required"),
    crio,
    "unknown",
    "a token that is not valid, or none",
  ],
  [
    withCrio(
      "reading manifest 1.0 in r.example/team/api: denied: requested access to the resource is denied",
    ),
    crio,
    "unknown",
    "a good token without the right, which strangers have as well",
  ],
  [
    withCrio(`reading manifest 1.0 in ${ecr}/team/api: authentication required`, `${ecr}/team/api:1.0`),
    crio,
    "unknown",
    "to a Basic challenge it answers with an empty user",
  ],
];

const kubeletRows: readonly Row[] = [
  [
    `Failed to pull image "a.azurecr.io/x:1": [${[token("anonymous", "GET", "401 Unauthorized"), token("oauth", "POST", "401 Unauthorized")].map((error) => `failed to pull and unpack image "a.azurecr.io/x:1": failed to resolve reference "a.azurecr.io/x:1": ${error}`).join(", ")}]`,
    c17,
    "credential",
    "one of two attempts had an empty entry; the other had a login",
  ],
  ["FailedToRetrieveImagePullSecret", c17, "unknown", "a reason alone"],
  [
    "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
    { ...c17, reason: "FailedToRetrieveImagePullSecret" },
    "unknown",
    "the pull goes on with the other secrets",
  ],
  ["pull QPS exceeded", c17, "nothing", "the kubelet's own limit"],
  [
    "image pull failed for r.example/team/api:1.0, this may be because there are no credentials on this request.  details: (Tag 1.0 not found in repository r.example/team/api)",
    { kubeletVersion: "v1.2.0" },
    "anonymous",
    "kubelets before the CRI say that where their keyring has no login (TestDockerKeyringLookupFails)",
  ],
];

describe.each([
  ["containerd", containerdRows],
  ["docker", dockerRows],
  ["CRI-O", crioRows],
  ["the kubelet", kubeletRows],
])("what %s says proves of the login what it can", (_, rows) => {
  const titled = rows.map(([message, context, sent, why]) => [why, sent, message, context] as const);
  it.each(titled)("%s: %s", (_why, sent, message, context) => {
    expect(readMessage(message, context).sent).toBe(sent);
  });
});

/** text, whether the registry had asked who it is by then. */
const challenges: readonly (readonly [string, boolean, string])[] = [
  [withContainerd(head("r.example", "401 Unauthorized")), true, "a bare 401 on HEAD"],
  [
    withContainerd(`${refusal} server message: insufficient_scope: authorization failed`),
    true,
    "a token was shown",
  ],
  [withCrio("reading manifest 1.0 in r.example/team/api: unauthorized"), true, "after the ping's challenge"],
  [
    withCrio(
      "reading manifest 1.0 in r.example/team/api: denied: requested access to the resource is denied",
    ),
    true,
    "after the ping's challenge",
  ],
  [
    withCrio("reading manifest 1.0 in r.example/team/api: authentication required"),
    true,
    "after the ping's challenge",
  ],
  [
    withCrio("pinging container registry r.example: denied: your address is not allowed"),
    false,
    "a ping carries no login",
  ],
  [
    withCrio(
      "pinging container registry r.example: StatusCode: 403, <html><head><title>403 Forbidden</title>",
    ),
    false,
    "a ping carries no login",
  ],
  [withContainerd(head("r.example", "403 Forbidden")), false, "a wall may answer before anything is asked"],
  [withContainerd(head("r.example", "429 Too Many Requests")), false, "a limit by address comes first"],
  [withContainerd(head("r.example", "503 Service Unavailable")), false, "a gateway may answer"],
  [withContainerd("r.example/team/api:1.0: not found"), false, "a public registry may say so at once"],
  [
    withContainerd(
      'failed to do request: Head "https://r.example/v2/team/api/manifests/1.0": dial tcp 192.0.2.1:443: connect: connection refused',
    ),
    false,
    "no answer at all",
  ],
];

describe("a refusal that came after the registry had asked who it is", () => {
  const titled = challenges.map(([message, challenged, why]) => [why, challenged, message] as const);
  it.each(titled)("is told from one that may have come before: %s: %s", (_why, challenged, message) => {
    expect(readMessage(message).afterChallenge ?? false).toBe(challenged);
  });
});
