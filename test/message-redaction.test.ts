import { describe, expect, test, vi } from "vitest";
import type { Json } from "../src/evidence/field.ts";
import { admit } from "../src/evidence/gate/admit.ts";
import { redactMessage } from "../src/evidence/gate/message-redaction.ts";
import { shownImage } from "../src/evidence/gate/shown-image.ts";
import { shownRegistryKey } from "../src/evidence/gate/shown-registry-key.ts";
import { stripSecret } from "../src/evidence/pull-secret.ts";
import { seeded } from "./random.ts";

const b64 = (text: string): string => Buffer.from(text).toString("base64");

/** Passwords and tokens as people have them; each is put into each form that can hold it. */
const marks = ["Tz7kQ2mWv9", "s3cret-Word_77", "hunt3r2hunt3r2"];

const forms: Readonly<Record<string, readonly ((mark: string) => string)[]>> = {
  "in URLs": [
    (m) => `Get "https://bob:${m}@hub.example/v2/": EOF`,
    (m) => `Get "https://bob:x/${m}@hub.example/v2/": EOF`,
    (m) => `Get https://bob:x/y@${m}@hub.example/v2/: EOF`,
    (m) => `https://bob:"a'${m}@hub.example/`,
    (m) => `https://bob:${"x".repeat(3000)}${m}@hub.example/v2`,
    (m) => `https://bob:${m}?a@hub.example`,
    (m) => `https://bob:x#${m}@hub.example`,
    (m) => `https://${m}@hub.example/v2/`,
    (m) => `parse "https://bob:my ${m}@hub.example/v2/": net/url: invalid userinfo`,
    (m) => `proxy http://bob:two ${m}@proxy.example failed`,
    (m) => `parse "https://bob:${m}/x@hub": invalid port ":${m}" after host`,
    (m) => `parse "http://bob:${m}": invalid port ":${m}" after host`,
    (m) => `dial tcp: lookup tcp/${m}: unknown port`,
    (m) => `dial tcp: address bob:${m}:x: too many colons in address`,
    (m) => `https%3A%2F%2Fbob%3A${m}%40hub.example%2Fv2`,
    (m) => `oci://bob:${m}@hub.example/chart`,
  ],
  "without a scheme": [
    (m) => `bob:${m}@hub.example/team/web:1`,
    (m) => `Failed to pull image "robot:${m}@hub.example/team/web": couldn't parse image name`,
    (m) => `using proxy bob:${m}@10.0.0.7:3128 failed`,
    (m) => `image ${m}@hub.example/team/web`,
    (m) => `"robot:my ${m}@hub.example/team/web"`,
    (m) => `robot:${m}@hub.example/team/web@sha256:${"ab".repeat(32)}`,
  ],
  "in headers": [
    (m) => `Authorization: token ${m}`,
    (m) => `Authorization: Bearer ${m}`,
    (m) => `authorization: bearer ${m}: 401 Unauthorized`,
    (m) => `Authorization: ${m}`,
    (m) => `Authorization: Custom ${m}`,
    (m) => `Authorization: Digest username="bob", response="${m}"`,
    (m) => `Authorization: AWS4-HMAC-SHA256 Credential=${m}/20260101, SignedHeaders=host, Signature=${m}`,
    (m) => `Proxy-Authorization: Basic ${b64(`u:${m}`)}`,
    (m) => `map[Accept:[*/*] Authorization:[Bearer ${m}] X-Registry-Auth:[${m}]]`,
    (m) => `{"Authorization": ["Bearer ${m}"]}`,
    (m) => `Authorization%3A%20Bearer%20${m}`,
    (m) => `sent Bearer auth${m}`,
    (m) => `Bearer%20${m}`,
    (m) => `basic ${b64(`u:${m}`)}`,
    (m) => `X-Registry-Auth: ${m}`,
    (m) => `x-registry-config: ${m}`,
    (m) => `X-JFrog-Art-Api: ${m}`,
    (m) => `PRIVATE-TOKEN: ${m}`,
    (m) => `X-Amz-Security-Token: ${m}`,
    (m) => `Cookie: sid=${m}; b=${m}`,
    (m) => `Set-Cookie: sid=${m}; Path=/; HttpOnly`,
  ],
  "behind a name": [
    (m) => `password: ${m}`,
    (m) => `token: ${m}, next`,
    (m) => `auth: ${m}`,
    (m) => `secret: ${m}`,
    (m) => `pwd: ${m}`,
    (m) => `Password:${m}`,
    (m) => `{Username:bob Password:${m} Email:}`,
    (m) => `map[password:${m} username:bob]`,
    (m) => `password = ${m}`,
    (m) => `PASSWORD=${m}`,
    (m) => `user=bob;password=${m};x=1`,
    (m) => `password="two ${m} words"`,
    (m) => `{"password":"${m}"}`,
    (m) => `{"auths":{"hub.example":{"auth":"${m}"}}}`,
    (m) => `{"ServerURL":"hub.example","Username":"bob","Secret":"${m}"}`,
    (m) => `"password" : "${m}"`,
    (m) => `'password': '${m}'`,
    (m) => `body: {\\"identitytoken\\":\\"${m}\\"}`,
    (m) => `body: {\\\\\\"registrytoken\\\\\\":\\\\\\"${m}\\\\\\"}`,
    (m) => `&quot;password&quot;:&quot;${m}&quot;`,
    (m) => `%22password%22%3A%22${m}%22`,
    (m) => `\\u0022password\\u0022:\\u0022${m}\\u0022`,
    (m) => `https://cdn.example/blob?se=1&sig=${m}&sp=r`,
    (m) => `https://cdn.example/blob?X-Amz-Signature=${m}&x=1`,
    (m) => `redirect=https%3A%2F%2Fcdn.example%2Fb%3Fsig%3D${m}%26sp%3Dr`,
    (m) => `redirect=%253Fsig%253D${m}`,
    (m) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${m}==;EndpointSuffix=x`,
    (m) => `aws_secret_access_key = ${m}`,
    (m) => `password:\n  ${m}\nusername: bob`,
    (m) => `password: |\n  ${m}\n  ${m}\nusername: bob`,
    (m) => `the password is ${m}.`,
    (m) => `login with password '${m} x' failed`,
  ],
  "on command lines": [
    (m) => `docker login -u bob -p ${m} hub.example`,
    (m) => `nerdctl login -p${m} hub.example`,
    (m) => `-p ${m}`,
    (m) => `--password ${m} --debug`,
    (m) => `--password=${m}`,
    (m) => `--docker-password '${m} x'`,
    (m) => `--token ${m}`,
    (m) => `curl -u bob:${m} https://hub.example`,
    (m) => `skopeo copy --src-creds bob:${m} docker://hub.example/a`,
    (m) => `[docker login -u bob -p ${m} hub.example]`,
    (m) => `exec: ["crane","auth","login","-u","bob","-p","${m}"]`,
  ],
  "by their own shape": [
    (m) => `got ${b64(`robot:${m}`)} here`,
    (m) => `got ${b64(`robot:${m}???`).replaceAll("+", "-").replaceAll("/", "_")} here`,
    (m) => `config ${b64(`{"auths":{"hub.example":{"auth":"${m}"}}}`)}`,
    (m) => `-----BEGIN RSA PRIVATE KEY-----\n${m}\n${m}\n-----END RSA PRIVATE KEY-----`,
    (m) => `-----BEGIN PRIVATE KEY-----\\n${m}\\n${m}`,
  ],
};

const tail = "a1B2c3D4e5F6g7H8i9J0";
const tokens = [
  "ghp_",
  "gho_",
  "ghs_",
  "github_pat_",
  "glpat-",
  "gldt-",
  "glcbt-",
  "dckr_pat_",
  "dckr_oat_",
  "dop_v1_",
  "ya29.",
  "AIza",
  "AKCp",
  "hvs.",
  "xoxb-",
  "npm_",
  "GOCSPX-",
].map((prefix) => prefix + tail);
const shapes = [
  ...tokens,
  "AKIAZZ7EXAMPLE7Q2WVT",
  "ASIAZZ7EXAMPLE7Q2WVT",
  `eyJhbGciOiJub25lIn0.${tail}.${tail}`,
  `eyJhbGciOiJSU0EtT0FFUCJ9.${tail}.${tail}.${tail}.${tail}`,
  `${tail}${tail}Zz`,
];

/** What a reader needs of a message, word for word; some of it stands beside telling words. */
const honest = [
  'Failed to pull image "ghcr.io/shop/auth:1.4": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ashop%2Fauth%3Apull&service=ghcr.io: 401 Unauthorized',
  'failed to fetch oauth token: Post "https://auth.example/token": dial tcp: lookup auth.example: no such host',
  "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
  "may require authorization: authorization failed: no basic auth credentials",
  'Www-Authenticate: Bearer realm="https://auth.example/token",service="hub.example",scope="repository:shop/web:pull",error="invalid_token"',
  'Basic realm="Harbor"',
  "unauthorized: incorrect username or password",
  "incorrect username or password: 401",
  'denied on resource (or it may not exist) for "serviceAccount:deploy@proj-1.iam.gserviceaccount.com"',
  `hub.example/shop/web@sha256:${"0a".repeat(32)}`,
  `docker-pullable://hub.example:5000/shop/web@sha256:${"0a".repeat(32)}`,
  'Back-off pulling image "registry:5000/team/secret:latest"',
  "image auth:1.0 is not present with pull policy of Never",
  'secret "regcred" not found',
  'MountVolume.SetUp failed for volume "token" : secret "token" not found',
  "Unable to retrieve some image pull secrets (regcred, ghcr-token); attempting to pull the image may not succeed.",
  "open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory",
  "token: /var/run/secrets/kubernetes.io/serviceaccount/token",
  "failed to fetch token: x509: certificate has expired or is not yet valid",
  "failed to acquire token: AADSTS700016: Application was not found in the directory",
  "rpc error: code = Unknown desc = Error response from daemon: Get https://hub.example/v2/: net/http: TLS handshake timeout",
  "dial tcp [fd00::1]:443: connect: connection refused",
  "address fe80::1: too many colons in address",
  "error getting credentials - err: exit status 1, out: `credentials not found in native keychain`",
  "invalid bearer token",
  "Bearer token expired",
  "basic auth required",
  "failed to decode token: unexpected EOF",
  "token: 503 Service Unavailable",
  "oauth2: cannot fetch token: 400 Bad Request",
  '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository","Class":"","Name":"shop/web","Action":"pull"}]}]}',
  '{"token":"","expires_in":300}',
  "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/node/i-0abc is not authorized to perform: ecr:BatchGetImage",
  "FailedToRetrieveImagePullSecret CreateContainerConfigError SignatureValidationFailed",
  "mkdir -p /var/lib/kubelet && docker run -p 8080:80 nginx",
  'kubectl patch deployment web -p {"spec":{}}',
  'kubectl create secret docker-registry r --docker-password="$REGISTRY_PASSWORD"',
  'Get "http://registry:5000/v2/": EOF',
  "contact admin@corp.example for access",
  "git@github.example",
  'secrets "regcred" is forbidden: User "system:serviceaccount:shop:default" cannot get resource "secrets" in API group "" in the namespace "shop"',
  'Failed to pull image "$REGISTRY/app:1": invalid reference format',
  "https://hub.example/token?account=serviceaccount&scope=repository%3Ashop%2Fweb%3Apull",
  "layers/base:10.0.1_en-us_pR84w2KQeVtnZsLuYbGxMdHc7JTa5iFo",
  "illegal base64 data at input byte 4",
];

describe("a login in a message is hidden", () => {
  test.each(Object.entries(forms))("%s", (_place, list) => {
    for (const form of list)
      for (const mark of marks) {
        const message = form(mark);
        const shown = redactMessage(message);
        expect(shown, message).not.toContain(mark);
        expect(shown, message).not.toContain(b64(`robot:${mark}`).slice(8, 18));
        expect(shown, message).toContain("[redacted]");
        expect(redactMessage(shown), message).toBe(shown);
      }
  });

  test.each(shapes)("%s, bare", (token) => {
    for (const message of [token, `login ${token}: denied`, `"${token}"`, `x=${token}`, `(${token})`]) {
      expect(redactMessage(message)).not.toContain(token.slice(-8));
      expect(redactMessage(redactMessage(message))).toBe(redactMessage(message));
    }
  });

  test.each(["Basic dTpw", "basic YTpi", "Authorization: Basic dTpw", "Basic cm9ib3Q6"])(
    "%s, short",
    (message) => {
      expect(redactMessage(message)).toMatch(/asic \[redacted\]$/);
    },
  );

  test('three letters of it behind "invalid URL escape"', () => {
    expect(redactMessage('parse "https://u:p%zz@hub": invalid URL escape "%zz"')).not.toContain("%zz");
  });

  test("base64 that was broken into lines, to its last line", () => {
    const lines = b64(`{"auths":{"hub.example":{"auth":"${"q".repeat(200)}"}}}`).match(/.{1,76}/g) ?? [];
    const shown = redactMessage(`auth: ${lines.join("\n  ")}\nnext: line`);
    for (const line of lines) expect(shown).not.toContain(line);
    expect(shown).toContain("next: line");
  });

  test("a name below a long token", () => {
    const shown = redactMessage(
      `credentials: eyJhbGciOiJub25lIn0.${tail}${tail}${tail}\npassword: |\n  Tz7kQ2mWv9\nuser: bob`,
    );
    expect(shown).toBe("credentials: [redacted]\npassword: |\n  [redacted]\nuser: bob");
  });

  test("a key below a long token", () => {
    const key = "-----BEGIN RSA PRIVATE KEY-----\nTz7kQ2mWv9\n-----END RSA PRIVATE KEY-----";
    expect(redactMessage(`credentials: ${tail}${tail}${tail}${tail}\n${key}`)).not.toContain("Tz7kQ2mWv9");
  });

  test("a header behind a telling word", () => {
    for (const header of [
      "PRIVATE-TOKEN: Tz7kQ2mWv9",
      "map[Authorization:[Bearer Tz7kQ2mWv9]]",
      "-p Tz7kQ2mWv9",
    ])
      expect(redactMessage(`no basic auth credentials: ${header}`)).not.toContain("Tz7kQ2mWv9");
  });

  test("the rest of a text that has nothing but telling words", () => {
    const shown = redactMessage(`${"token: x ".repeat(4000)} password is Tz7kQ2mWv9`);
    expect(shown).not.toContain("Tz7kQ2mWv9");
  });
});

test.each(honest)("stays whole: %s", (message) => {
  expect(redactMessage(message)).toBe(message);
});

test("what surrounds a login stays", () => {
  expect(redactMessage('Get "https://bob:x/y@hub.example/v2/": dial tcp: i/o timeout')).toBe(
    'Get "https://[redacted]@hub.example/v2/": dial tcp: i/o timeout',
  );
  expect(redactMessage("https://cdn.example/b?se=1&sig=abc%2Bdef&sp=r: 403 Forbidden")).toBe(
    "https://cdn.example/b?se=1&sig=[redacted]&sp=r: 403 Forbidden",
  );
});

describe("an image", () => {
  test.each([
    ["robot:S3cr3t@hub.example/team/web:1", "[redacted]@hub.example/team/web:1"],
    ["https://bob:S3cr3t@hub.example/team/web", "https://[redacted]@hub.example/team/web"],
    ["robot:my S3cr3t@hub.example/team/web", "[redacted]@hub.example/team/web"],
    ["hub.example/team/web?token=S3cr3t", "hub.example/team/web?token=[redacted]"],
  ])("with a login is shown without it: %s", (image, shown) => {
    expect(shownImage(image)).toBe(shown);
    expect(redactMessage(`Failed to pull image ${JSON.stringify(image)}: x`)).toContain(
      JSON.stringify(shown),
    );
    expect(shownImage(shown)).toBe(shown);
  });

  test.each([
    "nginx",
    "auth:1.0",
    "hub.example/secret/token:password",
    "localhost:5000/a/b-c_d.e:V1.0_x-y",
    `hub.example/a@sha256:${"0a".repeat(32)}`,
    `[fd00::1]:5000/a:1@sha256:${"0a".repeat(32)}`,
    "Hub.Example/Team/Web:1",
    "$REGISTRY/app:1",
    "",
  ])("without one stays as it is: %s", (image) => {
    expect(shownImage(image)).toBe(image);
  });

  test("is without it in every place of every object", () => {
    const image = "robot:S3cr3t@hub.example/team/web:1";
    const containers = [{ name: "app", image }];
    const spec = {
      containers,
      initContainers: containers,
      ephemeralContainers: containers,
      volumes: [{ name: "v", image: { reference: image } }],
    };
    const status = {
      containerStatuses: [{ name: "app", image, imageID: `docker-pullable://${image}`, state: {} }],
    };
    const objects: readonly Json[] = [
      { kind: "Pod", spec, status },
      { kind: "Deployment", spec: { template: { spec } } },
      { kind: "CronJob", spec: { jobTemplate: { spec: { template: { spec } } } } },
      { kind: "Node", status: { images: [{ names: [image] }] } },
      {
        kind: "CredentialProviderConfig",
        providers: [{ name: "p", matchImages: [image, `https://${image}`] }],
      },
      { kind: "NodeConfiguration", spec: { verificationAllowlist: [image] } },
    ];
    for (const object of objects) expect(JSON.stringify(admit(object))).not.toContain("S3cr3t");
  });
});

test("patterns of credential providers stay", () => {
  const matchImages = [
    "*.dkr.ecr.*.amazonaws.com",
    "registry:5000",
    "*.azurecr.io",
    "gcr.io",
    "hub.example/team",
  ];
  const config = admit({ kind: "CredentialProviderConfig", providers: [{ name: "p", matchImages }] });
  expect(config["providers"]).toEqual([{ name: "p", matchImages }]);
});

test("of a node's labels those stay that tell who made it", () => {
  const marks = { "minikube.k8s.io/name": "desk", "microk8s.io/cluster": "true" };
  const labels = { ...marks, "acme.example/join-token": "S3cr3t" };
  expect(admit({ kind: "Node", metadata: { name: "n1", labels } })["metadata"]).toEqual({
    name: "n1",
    labels: marks,
  });
});

test("a registry key that begins with a login shows nothing that may be the rest of it", () => {
  for (const key of [
    "https://bob:x@/Qx7",
    "https://bob:x@https://Qx7",
    "bob:x@hub/Qx7",
    "***@/Qx7",
    "******/Qx7",
  ])
    expect(shownRegistryKey(key), key).not.toContain("Qx7");
  expect(shownRegistryKey("https://bob:x@hub.example/team")).toBe("https://***@hub.example/team");
});

test("a Secret's type that is a token is not repeated, and one that is a type is", () => {
  const shown = (type: string): unknown =>
    (stripSecret({ kind: "Secret", type, data: { a: "b" } }) as Json)["type"];
  for (const type of [
    ...tokens,
    "Tz7kQ2mWv9",
    "hunt3r2hunt3r2",
    "lab-good-x7",
    `hub.example/${tail}`,
    "AKIAZZ7EXAMPLE7Q2WVT",
  ])
    expect(shown(type), type).toBe("(no valid type)");
  for (const type of [
    "Opaque",
    "opaque",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/dockercfg",
    "kubernetes.io/service-account-token",
    "bootstrap.kubernetes.io/token",
    "helm.sh/release.v1",
    "docker-registry",
    "DockerConfigJson",
  ])
    expect(shown(type), type).toBe(type);
});

describe("what comes out", async () => {
  const mark = "Tz7kQ2mWv9pLxR4";
  // Another instance of the module has not seen it, and remembers nothing of it.
  vi.resetModules();
  const { redactMessage: lookAgain } = await import("../src/evidence/gate/message-redaction.ts");

  test("hides also what only the first look lays open", () => {
    expect(redactMessage(`x: token ${mark}password=: y`)).not.toContain(mark);
  });

  test("is left as it is when it comes in again", () => {
    const words =
      `password: |password=|token |Bearer |Basic |Authorization: |https://u:|@hub.example/| |: |=|"|\\"|'|--password |-p |&|?|\n|${mark}|${b64(`u:${mark}`)}|, |auth|lookup |invalid URL escape |parse |{|}|%3A|%22|hub.example/web:1|[redacted]`.split(
        "|",
      );
    const random = seeded(11);
    for (let round = 0; round < 20_000; round += 1) {
      const text = Array.from({ length: 2 + random.below(9) }, () => random.pick(words)).join("");
      const clean = redactMessage(text);
      expect(lookAgain(clean), text).toBe(clean);
    }
  });
});
