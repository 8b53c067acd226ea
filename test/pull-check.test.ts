import { describe, expect, test } from "vitest";
import { admit } from "../src/evidence/gate/admit.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { checkPulls } from "../src/check/pull-check.ts";
import { nodeOf } from "../src/check/node-platforms.ts";
import { podsToBe } from "../src/evidence/pods-to-be.ts";

/** What can be said before anything runs, without asking a registry or with what one answered. */

const namespace = "shop";
const image = "registry.example/shop/api:1.0";

function secret(name: string, type = "kubernetes.io/dockerconfigjson", content?: string): Json {
  const config =
    content ?? JSON.stringify({ auths: { "registry.example": { username: "u", password: "p-1234" } } });
  return { kind: "Secret", metadata: { name, namespace }, type, stringData: { ".dockerconfigjson": config } };
}

function deployment(spec: Json): Json {
  return {
    kind: "Deployment",
    metadata: { name: "web", namespace },
    spec: { template: { spec: { containers: [{ name: "app", image }], ...spec } } },
  };
}

const account = (...names: readonly string[]): Json => ({
  kind: "ServiceAccount",
  metadata: { name: "default", namespace },
  imagePullSecrets: names.map((name) => ({ name })),
});

/** What the registry would have answered: an empty list is nobody's login. */
function probed(pullSecrets: readonly string[], steps: readonly Json[], more: Json = {}): Json {
  return {
    kind: "RegistryProbe",
    metadata: { name: "x", namespace },
    spec: { image, imagePullSecrets: pullSecrets },
    status: { host: "registry.example", time: "2026-11-30T06:00:00Z", steps, ...more },
  };
}

const step = { by: "node", method: "HEAD", target: "manifest", host: "registry.example" } as const;
const wanted = { ...step, status: 401, registry: true };
const login = { secret: "regcred", registryKey: "registry.example" };
const opened = { ...step, status: 200, registry: true, scheme: "basic", login };

function answers(objects: readonly Json[], platform?: string): readonly (string | null)[] {
  const all = [...objects.map(admit), ...(platform === undefined ? [] : [nodeOf(platform)])];
  const index = indexObjects(all);
  const pods = podsToBe(index, { namespace });
  const options = { kubectlFlags: [], asked: true, isLive: true };
  return checkPulls(index, pods, options).flatMap(({ answer, cause }) => [answer, cause]);
}

describe("an image", () => {
  test("opens to the login of the ServiceAccount's list, which admission copies", () => {
    const objects = [
      deployment({}),
      account("regcred"),
      secret("regcred"),
      probed(["regcred"], [wanted, opened]),
    ];
    expect(answers(objects)).toEqual(["yes", null]);
  });

  test("has not that login where the template has a list of its own", () => {
    const own = deployment({ imagePullSecrets: [{ name: "other" }] });
    const other = secret(
      "other",
      undefined,
      JSON.stringify({ auths: { "ghcr.io": { username: "u", password: "p-1234" } } }),
    );
    expect(answers([own, account("regcred"), secret("regcred"), other, probed(["other"], [wanted])])).toEqual(
      ["no", "service-account-list-ignored"],
    );
  });

  test("is unknown where the ServiceAccount was not read", () => {
    expect(answers([deployment({}), probed([], [wanted])])).toEqual(["unknown", null]);
  });

  test("that needs a login, and no list names one, is refused", () => {
    expect(answers([deployment({}), account(), probed([], [wanted])])).toEqual(["no", "no-pull-secret"]);
  });

  test.each(["containers", "initContainers"])(
    "of a volume is refused at who mounts it, of the %s",
    (list) => {
      const mounting = { name: "mounting", image: "open.example/app:1", volumeMounts: [{ name: "model" }] };
      const spec = {
        containers: [{ name: "app", image: "open.example/app:1" }],
        [list]: [mounting],
        volumes: [{ name: "model", image: { reference: image } }],
      };
      const all = answers([deployment(spec), account(), probed([], [wanted])]);
      expect(all.slice(-2)).toEqual(["no", "no-pull-secret"]);
    },
  );

  test("with a Secret of another type is refused", () => {
    expect(
      answers([
        deployment({}),
        account("regcred"),
        secret("regcred", "Opaque"),
        probed(["regcred"], [wanted]),
      ]),
    ).toEqual(["no", "pull-secret-wrong-type"]);
  });

  test("with a Secret that cannot be decoded is not pulled, whatever the registry says", () => {
    const broken = secret("regcred", undefined, '{"auths": {"registry.example": {"auth": "!"}}}');
    expect(answers([deployment({}), account("regcred"), broken])).toEqual(["no", "pull-secret-malformed"]);
  });

  test("is unknown where no registry was asked, and where the node may log in by itself", () => {
    expect(answers([deployment({}), account("regcred"), secret("regcred")])).toEqual(["unknown", null]);
    const cloud = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1";
    const there = { ...probed([], [wanted]), spec: { image: cloud, imagePullSecrets: [] } };
    expect(answers([deployment({ containers: [{ name: "app", image: cloud }] }), account(), there])).toEqual([
      "unknown",
      null,
    ]);
  });

  test.each(["own-host", "unsafe-address", "invalid-reference"])(
    "is unknown where the registry is not asked: %s",
    (why) => {
      const stopped = probed(["regcred"], [], { stopped: { why } });
      expect(answers([deployment({}), account("regcred"), secret("regcred"), stopped])).toEqual([
        "unknown",
        null,
      ]);
    },
  );

  test("is for the platforms that it is for", () => {
    const objects = [
      deployment({}),
      account("regcred"),
      secret("regcred"),
      probed(["regcred"], [wanted, opened], { platforms: ["linux/arm64/v8"] }),
    ];
    expect(answers(objects, "linux/amd64")).toEqual(["no", "platform-mismatch"]);
    expect(answers(objects, "linux/arm64")).toEqual(["yes", null]);
  });

  test("is for those platforms of the nodes that its Pods may come to", () => {
    const nodes = ["linux/amd64", "linux/arm64"].map(nodeOf);
    const arm = { "kubernetes.io/arch": "arm64" };
    const there = [
      ...nodes,
      account("regcred"),
      secret("regcred"),
      probed(["regcred"], [wanted, opened], { platforms: ["linux/arm64/v8"] }),
    ];
    expect(answers([deployment({}), ...there])).toEqual(["no", "platform-mismatch"]);
    expect(answers([deployment({ nodeSelector: arm }), ...there])).toEqual(["yes", null]);
    const matchExpressions = [{ key: "kubernetes.io/arch", operator: "NotIn", values: ["amd64"] }];
    const required = { nodeSelectorTerms: [{ matchExpressions }] };
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
    expect(answers([deployment({ affinity }), ...there])).toEqual(["yes", null]);
  });

  test("of a Pod that a workload among them makes is asked about once", () => {
    const made = {
      kind: "Pod",
      metadata: {
        name: "web-1",
        namespace,
        ownerReferences: [{ kind: "ReplicaSet", name: "web-x", controller: true }],
      },
      spec: { containers: [{ name: "app", image }] },
    };
    expect(answers([deployment({}), made, account("regcred"), secret("regcred")])).toHaveLength(2);
  });
});
