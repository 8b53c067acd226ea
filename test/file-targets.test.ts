import { describe, expect, test } from "vitest";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { podsInFiles } from "../src/gather/files/file-targets.ts";

type Owner = readonly [kind: string, name: string, uid?: string];

function object(kind: string, name: string, more: object = {}, owner?: Owner): Json {
  const [ownerKind, ownerName, uid] = owner ?? [];
  const ownerReferences =
    owner === undefined ? [] : [{ kind: ownerKind, name: ownerName, controller: true, ...(uid && { uid }) }];
  const { labels, uid: own, namespace, ...rest } = more as Record<string, unknown>;
  return {
    kind,
    metadata: { name, namespace: namespace ?? "shop", ownerReferences, labels, uid: own },
    ...rest,
  };
}

const hash = (value: string): object => ({ labels: { "pod-template-hash": value, app: "web" } });
const selecting = (selector: object): object => ({ spec: { selector } });

const objects: readonly Json[] = [
  // The whole chain is there.
  object("Deployment", "web", { uid: "d1", ...selecting({ matchLabels: { app: "web" } }) }),
  object("ReplicaSet", "web-5d9c", {}, ["Deployment", "web", "d1"]),
  object("Pod", "web-5d9c-a", hash("5d9c"), ["ReplicaSet", "web-5d9c"]),
  // The same labels and the same name's beginning, and another controller's.
  object("ReplicaSet", "web-7f8b", {}, ["Rollout", "web"]),
  object("Pod", "web-7f8b-a", hash("7f8b"), ["ReplicaSet", "web-7f8b"]),
  object("Pod", "web-0", { labels: { app: "web" } }, ["StatefulSet", "web"]),
  object("Pod", "web-old", hash("1111"), ["ReplicaSet", "web-1111"]),
  object("ReplicaSet", "web-1111", {}, ["Deployment", "web", "d0"]),
  // Nothing but the Pod: the names tell, and the hash.
  object("Pod", "api-66c4-a", hash("66c4"), ["ReplicaSet", "api-66c4"]),
  object("Pod", "api-v2-77d5-a", hash("77d5"), ["ReplicaSet", "api-v2-77d5"]),
  object("Pod", "loose-a", { labels: {} }, ["ReplicaSet", "loose-66c4"]),
  object("Pod", "nightly-29384-a", {}, ["Job", "nightly-29384"]),
  object("Pod", "by-hand-a", {}, ["Job", "by-hand"]),
  object("Job", "report-2024", {}),
  object("Pod", "report-2024-a", {}, ["Job", "report-2024"]),
  object("Job", "sums-77", {}, ["CronJob", "sums"]),
  object("Pod", "sums-77-a", {}, ["Job", "sums-77"]),
  // No owner: the selector tells.
  object("Pod", "orphan", { labels: { tier: "cache", zone: "b" } }),
  object("ReplicaSet", "cache", {
    ...selecting({
      matchLabels: { tier: "cache" },
      matchExpressions: [
        { key: "zone", operator: "In", values: ["a", "b"] },
        { key: "old", operator: "DoesNotExist" },
        { key: "zone", operator: "NotIn", values: ["c"] },
        { key: "tier", operator: "Exists" },
      ],
    }),
  }),
  object("ReplicaSet", "cache-c", {
    ...selecting({ matchExpressions: [{ key: "zone", operator: "NotIn", values: ["b"] }] }),
  }),
  object("ReplicationController", "old-cache", selecting({ tier: "cache" })),
  object("ReplicaSet", "everything", selecting({})),
  object("Pod", "agent-a", { spec: { nodeName: "node-1" } }, ["DaemonSet", "agent"]),
  object("Pod", "web-5d9c-a", { namespace: "other", ...hash("5d9c") }, ["ReplicaSet", "web-5d9c"]),
];
const index = indexObjects(objects);
const found = (...words: readonly string[]): readonly string[] => podsInFiles(words, index, "shop");

describe("the Pods of a workload in files", () => {
  test.each([
    ["deploy/web", ["web-5d9c-a"]],
    ["deployments.apps/web", ["web-5d9c-a"]],
    ["rs/web-5d9c", ["web-5d9c-a"]],
    ["rs/web-7f8b", ["web-7f8b-a"]],
    ["sts/web", ["web-0"]],
    ["deploy/api", ["api-66c4-a"]],
    ["deploy/api-v2", ["api-v2-77d5-a"]],
    ["cronjob/nightly", ["nightly-29384-a"]],
    ["job/nightly-29384", ["nightly-29384-a"]],
    ["job/by-hand", ["by-hand-a"]],
    ["cj/sums", ["sums-77-a"]],
    ["rs/cache", ["orphan"]],
    ["rc/old-cache", ["orphan"]],
    ["ds/agent", ["agent-a"]],
    ["node/node-1", ["agent-a"]],
    ["pod/orphan", ["orphan"]],
    ["orphan", ["orphan"]],
  ] as const)("%s", (word, pods) => {
    expect(found(word)).toEqual(pods.map((pod) => `shop/${pod}`));
  });

  test("several at once, in their order", () => {
    expect(found("sts/web", "orphan")).toEqual(["shop/web-0", "shop/orphan"]);
  });

  test("of every namespace, where none is given", () => {
    expect(podsInFiles(["deploy/web"], index, undefined)).toEqual(["shop/web-5d9c-a", "other/web-5d9c-a"]);
  });

  test.each([
    ["deploy/loose", "neither Deployment loose nor a Pod of it in the files"],
    ["deploy/wep", "neither Deployment wep nor a Pod of it in the files"],
    ["cronjob/report", "neither CronJob report nor a Pod of it in the files"],
    ["cronjob/by-hand", "neither CronJob by-hand nor a Pod of it in the files"],
    ["rs/cache-c", "no Pod of ReplicaSet cache-c in the files"],
    ["rs/everything", "no Pod of ReplicaSet everything in the files"],
    ["pod/web", "no Pod web in the files"],
    ["node/node-2", "neither Node node-2 nor a Pod of it in the files"],
  ])("%s has none", (word, message) => {
    expect(() => found("orphan", word)).toThrow(expect.objectContaining({ message, exitCode: 3 }));
  });
});
