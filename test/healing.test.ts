import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { isWorthWaiting } from "../src/healing.ts";

const image = "registry.example/shop/api:1.0";
const wrapped = (said: string): string =>
  `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: Head "https://registry.example/v2/shop/api/manifests/1.0": ${said}`;
const unknownName = wrapped("dial tcp: lookup registry.example on 192.0.2.53:53: no such host");
const nameServerFails = wrapped("dial tcp: lookup registry.example on 192.0.2.53:53: server misbehaving");
const nameServerSilent = wrapped(
  "dial tcp: lookup registry.example on 192.0.2.53:53: read udp 192.0.2.7:51000->192.0.2.53:53: i/o timeout",
);
const refused = wrapped("dial tcp 192.0.2.9:443: connect: connection refused");
const noLogin = `failed to pull and unpack image "${image}": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;
const untrusted = wrapped("tls: failed to verify certificate: x509: certificate signed by unknown authority");

interface Story {
  readonly message: string;
  readonly attempts: number;
  readonly secret?: "missing" | "for-elsewhere";
}

/** Whether the Pod is worth waiting for, after so many failed attempts. */
function isWaitedFor({ message, attempts, secret }: Story): boolean {
  const namespace = "shop";
  const metadata = { name: "web", namespace, uid: "uid-web" };
  const event = (reason: string, said: string): Json => ({
    kind: "Event",
    metadata: { name: `web.${reason}`, namespace },
    involvedObject: {
      kind: "Pod",
      namespace,
      name: "web",
      uid: "uid-web",
      fieldPath: "spec.containers{app}",
    },
    reason,
    message: said,
    type: reason === "Failed" ? "Warning" : "Normal",
    count: attempts,
    source: { component: "kubelet", host: "node-1" },
    firstTimestamp: "2026-01-01T00:00:00Z",
    lastTimestamp: "2026-01-01T00:05:00Z",
  });
  const auths = { "other.example": { auth: Buffer.from("robot:a-password").toString("base64") } };
  const data = { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths })).toString("base64") };
  const objects: readonly Json[] = [
    {
      kind: "Pod",
      metadata: { ...metadata, creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: {
        nodeName: "node-1",
        containers: [{ name: "app", image }],
        ...(secret === undefined ? {} : { imagePullSecrets: [{ name: "regcred" }] }),
      },
      status: {
        phase: "Pending",
        containerStatuses: [
          { name: "app", imageID: "", state: { waiting: { reason: "ErrImagePull", message } } },
        ],
      },
    },
    event("Pulling", `Pulling image "${image}"`),
    event("Failed", `Failed to pull image "${image}": ${message}`),
    secret === "for-elsewhere"
      ? {
          kind: "Secret",
          type: "kubernetes.io/dockerconfigjson",
          metadata: { name: "regcred", namespace },
          data,
        }
      : {
          kind: "Status",
          status: "Failure",
          reason: "NotFound",
          code: 404,
          metadata: { selfLink: `/api/v1/namespaces/${namespace}/secrets/regcred` },
        },
  ];
  const [diagnosis] = diagnose(indexObjects(objects));
  if (diagnosis === undefined) throw new Error("nothing was diagnosed");
  return isWorthWaiting(diagnosis);
}

describe("waiting is of use", () => {
  test.each([
    ["however long a name server fails", { message: nameServerFails, attempts: 40 }],
    ["however long a name server is silent", { message: nameServerSilent, attempts: 40 }],
    ["however long nothing listens", { message: refused, attempts: 40 }],
    ["for a name that the name servers do not know yet", { message: unknownName, attempts: 4 }],
    ["for a Secret that is not there yet", { message: noLogin, attempts: 2, secret: "missing" }],
  ] as const)("%s", (_, story) => {
    expect(isWaitedFor(story)).toBe(true);
  });
});

describe("waiting is of no use", () => {
  test.each([
    ["for a name that nobody made within minutes", { message: unknownName, attempts: 5 }],
    [
      "for a Secret that nobody made within half a minute",
      { message: noLogin, attempts: 3, secret: "missing" },
    ],
    ["where nothing fits", { message: noLogin, attempts: 1, secret: "for-elsewhere" }],
    ["where the certificate is not trusted", { message: untrusted, attempts: 1 }],
  ] as const)("%s", (_, story) => {
    expect(isWaitedFor(story)).toBe(false);
  });
});
