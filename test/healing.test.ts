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
  /** Those of the failure; all, if not said. */
  readonly events?: "none" | "announcements" | "not readable";
  /** When the kubelet last turned the Pod's status; the Pod is made at 00:00. */
  readonly turnedAt?: string;
  /** When the kubelet had the Pod first; at 00:00, if not said. */
  readonly startedAt?: string;
  /** Being deleted, and of a controller of this kind; empty for none. */
  readonly deletedOf?: string;
  readonly restarts?: number;
  /** A Job's Pod, and what became of the Job. */
  readonly job?: "active" | "Failed" | "Complete";
}

const jobReference = { apiVersion: "batch/v1", kind: "Job", name: "sums", uid: "uid-sums" };

function jobObject(state: "active" | "Failed" | "Complete"): Json {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "sums", namespace: "shop", uid: "uid-sums" },
    spec: { template: { spec: { containers: [{ name: "app", image }] } } },
    status: { conditions: state === "active" ? [] : [{ type: state, status: "True" }] },
  };
}

/** Whether the Pod is worth waiting for, after so many failed attempts. */
function isWaitedFor(story: Story): boolean {
  const { message, attempts, secret, events, turnedAt, restarts = 0, job, deletedOf } = story;
  const startTime = `2026-01-01T${story.startedAt ?? "00:00:00"}Z`;
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
      metadata: {
        ...metadata,
        creationTimestamp: "2026-01-01T00:00:00Z",
        ...(turnedAt === undefined
          ? {}
          : {
              managedFields: [
                {
                  manager: "kubelet",
                  operation: "Update",
                  subresource: "status",
                  time: `2026-01-01T${turnedAt}Z`,
                },
              ],
            }),
        ...(deletedOf === undefined
          ? {}
          : {
              deletionTimestamp: "2026-01-01T03:00:00Z",
              ...(deletedOf === ""
                ? {}
                : { ownerReferences: [{ kind: deletedOf, name: "web", uid: "uid", controller: true }] }),
            }),
        ...(job === undefined ? {} : { ownerReferences: [{ ...jobReference, controller: true }] }),
      },
      spec: {
        nodeName: "node-1",
        containers: [{ name: "app", image }],
        ...(secret === undefined ? {} : { imagePullSecrets: [{ name: "regcred" }] }),
      },
      status: {
        phase: "Pending",
        startTime,
        containerStatuses: [
          {
            name: "app",
            imageID: "",
            restartCount: restarts,
            state: { waiting: { reason: "ErrImagePull", message } },
          },
        ],
      },
    },
    ...(events === undefined || events === "announcements"
      ? [event("Pulling", `Pulling image "${image}"`)]
      : []),
    ...(events === undefined ? [event("Failed", `Failed to pull image "${image}": ${message}`)] : []),
    ...(events === "none"
      ? [
          {
            kind: "EventList",
            apiVersion: "v1",
            metadata: { selfLink: `/api/v1/namespaces/${namespace}/events` },
            items: [],
          },
        ]
      : []),
    ...(job === undefined ? [] : [jobObject(job)]),
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
    [
      "where the failure is announced and not yet told of",
      { message: noLogin, attempts: 1, secret: "missing", events: "announcements", turnedAt: "03:00:00" },
    ],
    [
      "where two announcements are all that is left, and the second may be of an attempt that is under way",
      { message: noLogin, attempts: 3, secret: "missing", events: "announcements", turnedAt: "03:00:00" },
    ],
    [
      "for a young Pod whose events are not written yet",
      { message: noLogin, attempts: 1, secret: "missing", events: "none", turnedAt: "00:02:00" },
    ],
    [
      "for a Secret that nobody made, where the Pod had to wait for its node",
      {
        message: noLogin,
        attempts: 1,
        secret: "missing",
        events: "none",
        turnedAt: "03:00:00",
        startedAt: "02:59:00",
      },
    ],
    [
      "for what never heals, where the Pod is being deleted and its controller may make another",
      { message: untrusted, attempts: 9, deletedOf: "CloneSet" },
    ],
    [
      "where the events of a Pod that has long failed may not be read",
      { message: noLogin, attempts: 1, secret: "missing", events: "not readable", turnedAt: "03:00:00" },
    ],
    [
      "where the container ran before, so that nothing tells how long it has failed",
      { message: noLogin, attempts: 1, secret: "missing", events: "none", turnedAt: "03:00:00", restarts: 1 },
    ],
    [
      "for what heals by itself, though its events are over",
      { message: refused, attempts: 1, events: "none", turnedAt: "03:00:00" },
    ],
    ["for a name server, in a Job that goes on", { message: nameServerFails, attempts: 1, job: "active" }],
    ["for the end of a Pod whose Job is complete", { message: untrusted, attempts: 1, job: "Complete" }],
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
    [
      "for a Pod that is being deleted, and that nobody makes anew",
      { message: noLogin, attempts: 1, secret: "missing", deletedOf: "" },
    ],
    ["where the certificate is not trusted", { message: untrusted, attempts: 1 }],
    [
      "for a Secret that nobody made for so long that the events are over",
      { message: noLogin, attempts: 1, secret: "missing", events: "none", turnedAt: "03:00:00" },
    ],
    [
      "for a name that nobody made for so long that the events are over",
      { message: unknownName, attempts: 1, events: "none", turnedAt: "03:00:00" },
    ],
    [
      "where only the announcements of many attempts are left",
      { message: unknownName, attempts: 7, events: "announcements", turnedAt: "03:00:00" },
    ],
    [
      "for what heals by itself, in a Job that has failed: no attempt is to come",
      { message: nameServerFails, attempts: 1, job: "Failed" },
    ],
  ] as const)("%s", (_, story) => {
    expect(isWaitedFor(story)).toBe(false);
  });
});
