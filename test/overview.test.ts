import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Diagnosis, diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { groupDiagnoses } from "../src/report/groups.ts";
import { sharedFixes } from "../src/report/shared-fixes.ts";
import { toText } from "../src/report/text.ts";
import { age } from "../src/text/age.ts";

const incident = diagnose(
  indexObjects(
    await readFiles([fileURLToPath(new URL("fixtures/incident.yaml", import.meta.url))], () => []),
  ),
);
const style = { width: 80, colorLevel: 0, wide: false } as const;

describe("twelve workloads and four causes", () => {
  const groups = groupDiagnoses(incident);

  test("are four groups, each by what is broken", () => {
    expect(groups.map(({ subject, pods, workloads }) => [subject.text, pods, workloads.length])).toEqual([
      ["Secret registry-login, registry.example", 12, 6],
      ["registry mirror.internal.example", 3, 3],
      ["ServiceAccount default, for registry.example", 3, 2],
      ["image registry.example/public/mailer:2.1.7-rc1", 1, 1],
    ]);
  });

  test("are told in one screen before anything is explained", () => {
    const [overview = ""] = toText(incident, style).split("─".repeat(80));
    expect(overview.split("\n").length).toBeLessThan(24);
    for (const { subject } of groups) expect(overview.replaceAll(/\s+/g, " ")).toContain(subject.text);
  });

  test("have one fix for the rotated password: the Secret once, then each workload", () => {
    const [fix, again] = sharedFixes(groups[0]?.diagnoses ?? []);
    expect(fix?.command?.match(/create secret/g)).toHaveLength(1);
    expect(again?.command).toBe(
      "kubectl rollout restart deployment/cart deployment/checkout deployment/catalog deployment/payments deployment/search deployment/users -n shop",
    );
  });

  test("do not depend on the order in which they were asked about", () => {
    const names = (all: readonly Diagnosis[]): readonly string[] =>
      groupDiagnoses(all).map(({ subject, pods }) => `${subject.key} ${pods}`);
    expect(names(incident.toReversed()).toSorted()).toEqual(names(incident).toSorted());
  });
});

/** A Deployment's Pod that is refused with the login of its Secret. */
function refused(name: string, secret: string, namespace = "shop"): readonly Json[] {
  const image = `registry.example/shop/${name}:1`;
  const metadata = (of: string): object => ({ name: of, namespace, uid: `${namespace}-${of}` });
  const spec = { imagePullSecrets: [{ name: secret }], containers: [{ name: "app", image }] };
  const auths = { "registry.example": { auth: Buffer.from("robot:a-password").toString("base64") } };
  return [
    {
      kind: "Pod",
      metadata: {
        ...metadata(`${name}-7f-abcde`),
        labels: { app: name, "pod-template-hash": "7f" },
        ownerReferences: [{ kind: "ReplicaSet", name: `${name}-7f`, controller: true }],
      },
      spec: { ...spec, nodeName: "node-1" },
      status: {
        containerStatuses: [
          {
            name: "app",
            imageID: "",
            state: {
              waiting: {
                reason: "ErrImagePull",
                message: `failed to pull and unpack image "${image}": failed to resolve image: unexpected status from HEAD request to https://registry.example/v2/shop/${name}/manifests/1: 401 Unauthorized`,
              },
            },
          },
        ],
      },
    },
    {
      kind: "Deployment",
      metadata: metadata(name),
      spec: { selector: { matchLabels: { app: name } }, template: { spec } },
    },
    {
      kind: "Secret",
      type: "kubernetes.io/dockerconfigjson",
      metadata: metadata(secret),
      data: { ".dockerconfigjson": Buffer.from(JSON.stringify({ auths })).toString("base64") },
    },
  ];
}

describe("what is broken", () => {
  const groupsOf = (...objects: readonly (readonly Json[])[]): readonly (readonly string[])[] =>
    groupDiagnoses(diagnose(indexObjects(objects.flat()))).map(({ workloads }) => workloads);

  test("is one Secret for all that name it", () => {
    expect(groupsOf(refused("api", "regcred"), refused("web", "regcred"))).toEqual([
      ["deployment/api -n shop", "deployment/web -n shop"],
    ]);
  });

  test("is not the Secret of the same name in another namespace, nor another Secret", () => {
    expect(
      groupsOf(refused("api", "regcred"), refused("api", "regcred", "tools"), refused("web", "other")),
    ).toEqual([["deployment/api -n shop"], ["deployment/api -n tools"], ["deployment/web -n shop"]]);
  });
});

describe("what several share", () => {
  const both = diagnose(indexObjects([...refused("api", "regcred"), ...refused("web", "regcred")]));

  test("is a sentence that names each, its own comma behind the last", () => {
    const said = sharedFixes(both).map(({ summary }) => summary);
    expect(said.join(" ")).toMatch(/restart deployment\/api and deployment\/web(?:,|\.)/);
    expect(said.join(" ")).not.toMatch(/,,|, and deployment/);
  });

  test("is not said again below the title where it is the image", () => {
    const absent = (name: string): readonly Json[] => absentTag(refused(name, "regcred"));
    const text = toText(diagnose(indexObjects([...absent("api"), ...absent("web")])), style);
    expect(text).toContain("2 Pods of 2 workloads · image registry.example/shop/all:1\ndeployment/api");
    expect(text.split("\n")).not.toContain("registry.example/shop/all:1");
  });
});

/** The same objects with one image for all, whose tag is not there. */
function absentTag(objects: readonly Json[]): readonly Json[] {
  const message =
    'failed to pull and unpack image "registry.example/shop/all:1": failed to resolve image: registry.example/shop/all:1: not found';
  return JSON.parse(
    JSON.stringify(objects).replaceAll(/registry\.example\/shop\/\w+:1/g, "registry.example/shop/all:1"),
    (key, value: unknown) => (key === "message" ? message : value),
  ) as readonly Json[];
}

/** A Pod that waits on a node, and what the node's kubelet announced of its pull. */
function waits(name: string, since: string): readonly Json[] {
  const namespace = "shop";
  return [
    {
      kind: "Pod",
      metadata: { name, namespace, uid: name },
      spec: { nodeName: "node-1", containers: [{ name: "app", image: `${name}:1` }] },
      status: {
        phase: "Pending",
        containerStatuses: [
          { name: "app", imageID: "", state: { waiting: { reason: "ContainerCreating" } } },
        ],
      },
    },
    {
      kind: "Event",
      metadata: { name: `${name}.1`, namespace },
      involvedObject: { kind: "Pod", namespace, name, uid: name, fieldPath: "spec.containers{app}" },
      reason: "Pulling",
      message: `Pulling image "${name}:1"`,
      source: { component: "kubelet", host: "node-1" },
      lastTimestamp: since,
    },
  ];
}

describe("an image that is awaited", () => {
  const report = (objects: readonly Json[]): string =>
    toText(diagnose(indexObjects(objects)), {
      ...style,
      width: 1000,
      now: Date.parse("2026-03-02T08:12:00Z"),
    });

  test("is a state of its own, and names the pull that the node is busy with", () => {
    const said = report([...waits("big", "2026-03-02T08:00:00Z"), ...waits("web", "2026-03-02T08:05:00Z")]);
    expect(said).toMatch(/^Waiting: 2 images are not there yet/);
    expect(said).not.toContain("No failing pull");
    expect(said.split("\n").find((line) => line.startsWith("web"))).toContain(
      "the oldest pull there that has not ended is of big:1 for Pod shop/big, announced 12m ago (2026-03-02T08:00:00Z).",
    );
    expect(said.split("\n").find((line) => line.startsWith("big"))).not.toContain("oldest");
  });

  test("is not blamed on a pull that has ended, nor on a node that pulls several at a time", () => {
    const ended = {
      ...waits("big", "2026-03-02T08:03:00Z")[1],
      reason: "Pulled",
      metadata: { name: "e", namespace: "shop" },
    };
    const both = [...waits("big", "2026-03-02T08:00:00Z"), ...waits("web", "2026-03-02T08:05:00Z")];
    expect(report([...both, ended])).not.toContain("oldest");
    const node = {
      kind: "NodeConfiguration",
      metadata: { name: "node-1" },
      spec: { serializeImagePulls: false },
    };
    expect(report([...both, node])).not.toContain("oldest");
  });

  test("is awaited no more once the Pod is over, and was not pulled either", () => {
    const [pod] = waits("web", "2026-03-02T08:05:00Z");
    const over = { ...pod, status: { phase: "Failed", containerStatuses: [] } };
    const said = report([over]);
    expect(said).toContain("never pulled");
    expect(said).not.toContain("was pulled");
  });
});

test.each([
  [1_000, "1s"],
  [119_000, "119s"],
  [125_000, "2m5s"],
  [720_000, "12m"],
  [3 * 3_600_000, "3h"],
  [3 * 3_600_000 + 300_000, "3h5m"],
  [47 * 3_600_000, "47h"],
  [50 * 3_600_000, "2d2h"],
  [400 * 86_400_000, "400d"],
  [-5_000, "0s"],
])("an age of %i ms is %s, as kubectl prints it", (milliseconds, printed) => {
  expect(age(milliseconds)).toBe(printed);
});
