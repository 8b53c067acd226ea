import { describe, expect, test } from "vitest";
import { checkPulls } from "../src/check/pull-check.ts";
import type { Json } from "../src/evidence/field.ts";
import { admit } from "../src/evidence/gate/admit.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { podsToBe } from "../src/evidence/pods-to-be.ts";
import { checksToText } from "../src/report/text.ts";

/** What can-pull says of workloads that run, and of logins that end, on a terminal of 80 columns. */

const namespace = "shop";
const image = "registry.example/shop/api:1.0";
const now = Date.parse("2026-11-30T06:00:00Z");

const deployment = (name: string): Json => ({
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { spec: { imagePullSecrets: [{ name: "regcred" }], containers: [{ name: "app", image }] } },
  },
});

/** A Pod that has pulled it, before what is asked now. */
const running = (app: string): Json => ({
  kind: "Pod",
  metadata: {
    name: `${app}-1`,
    namespace,
    labels: { app, "pod-template-hash": "x" },
    ownerReferences: [{ kind: "ReplicaSet", name: `${app}-x`, controller: true }],
  },
  spec: { nodeName: "node-1", containers: [{ name: "app", image }] },
  status: {
    phase: "Running",
    containerStatuses: [
      { name: "app", image, imageID: "sha256:1", state: { running: { startedAt: "2026-11-01T00:00:00Z" } } },
    ],
  },
});

function secret(password: string, username = "robot", written = "2026-11-30T00:00:00Z"): Json {
  const config = { auths: { "registry.example": { username, password } } };
  return {
    kind: "Secret",
    metadata: { name: "regcred", namespace, creationTimestamp: written },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(JSON.stringify(config)).toString("base64") },
  };
}

const login = { secret: "regcred", registryKey: "registry.example" };
const step = { by: "node", method: "HEAD", target: "manifest", host: "registry.example", registry: true };
const probed = (...steps: readonly Json[]): Json => ({
  kind: "RegistryProbe",
  metadata: { name: "x", namespace },
  spec: { image, imagePullSecrets: ["regcred"] },
  status: { host: "registry.example", time: "2026-11-30T06:00:00Z", steps },
});
const opened = probed({ ...step, status: 401 }, { ...step, status: 200, scheme: "basic", login });
const refused = probed(
  { ...step, status: 401 },
  { ...step, status: 401, scheme: "basic", login },
  { ...step, by: "us", method: "GET", target: "login", status: 401, scheme: "basic", login },
);

function text(...objects: readonly Json[]): string {
  const index = indexObjects(objects.map(admit));
  const options = { kubectlFlags: [], asked: true, isLive: true };
  const checks = checkPulls(index, podsToBe(index, { namespace }), options);
  return checksToText(checks, [], { width: 80, colorLevel: 0, wide: false, now });
}

const jwt = (exp: number): string =>
  [{ alg: "none" }, { exp }, "x"]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");

describe("can-pull on a terminal", () => {
  test("says what runs and would not come back, with what heals it before it hurts", () => {
    const names = ["web", "api", "worker", "new"];
    const pods = names.slice(0, 3).map(running);
    const said = text(...names.map(deployment), ...pods, secret("lab-old-1"), refused);
    expect(said).toMatch("It runs now, and would not come back.");
    expect(said).toMatch("Runs, and would not come back: 3 workloads.");
    expect(text(deployment("web"), running("api"), secret("lab-old-1"), refused)).not.toMatch(/come back/);
    expect(said).toMatch(/Fix: /);
    expect(said).toMatch("kubectl create secret docker-registry regcred");
    expect(said.split("\n").filter((line) => line.length > 80 && !line.includes("kubectl"))).toEqual([]);
  });

  test.each([
    ["a token's own end", secret(jwt(now / 1000 + 5400)), "2026-11-30T07:30:00Z, in 90 minutes."],
    ["the 12 hours of ECR", secret("p-12345678", "AWS"), "2026-11-30T12:00:00Z, in 6 hours."],
    ["an end far away", secret(jwt(now / 1000 + 20 * 86_400)), "2026-12-20T06:00:00Z, in 20 days."],
  ])("says with the time that is left when a login ends: %s", (_, regcred, words) => {
    expect(text(deployment("web"), regcred, opened).replaceAll(/\s+/g, " ")).toMatch(
      `The login ends at ${words}`,
    );
  });

  test("says of no other login that it ends", () => {
    expect(text(deployment("web"), secret("p-12345678"), opened)).not.toMatch(/ends? at/);
  });
});
