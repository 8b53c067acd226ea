import { describe, expect, test } from "vitest";
import type { Json } from "../src/evidence/field.ts";
import { readMisplacedLists } from "../src/evidence/misplaced-list.ts";
import { admit } from "../src/evidence/gate/admit.ts";
import { podSpecPath } from "../src/evidence/workload.ts";

/** Lists of pull secrets that somebody wrote beside their place, as `kubectl apply` keeps them. */

const list = [{ name: "regcred" }];

function found(kind: string, applied: object, extra: object = {}): readonly unknown[] {
  const object: Json = {
    kind,
    metadata: {
      name: "web",
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ kind, ...applied }),
      },
      ...extra,
    },
  };
  const path = podSpecPath(kind) ?? [];
  const lists = readMisplacedLists(object, path);
  expect(readMisplacedLists(admit(object), path), "behind the gate").toEqual(lists);
  return lists;
}

describe("a list of pull secrets", () => {
  test.for([
    [
      "on a Pod's container",
      "Pod",
      { spec: { containers: [{}, { imagePullSecrets: list }] } },
      ".spec.containers[1]",
    ],
    ["at the top of a Pod", "Pod", { imagePullSecrets: list, spec: {} }, "."],
    ["in the singular", "Pod", { spec: { imagePullSecret: list } }, ".spec"],
    ["in other letters", "Pod", { spec: { imagepullsecrets: list } }, ".spec"],
    ["in a Deployment's own spec", "Deployment", { spec: { imagePullSecrets: list, template: {} } }, ".spec"],
    [
      "beside the template's spec",
      "StatefulSet",
      { spec: { template: { imagePullSecrets: list } } },
      ".spec.template",
    ],
    [
      "on a template's init container",
      "DaemonSet",
      { spec: { template: { spec: { initContainers: [{ imagePullSecrets: list }] } } } },
      ".spec.template.spec.initContainers[0]",
    ],
    [
      "in a CronJob's Job",
      "CronJob",
      { spec: { jobTemplate: { spec: { imagePullSecrets: list } } } },
      ".spec.jobTemplate.spec",
    ],
    ["as a word", "Deployment", { spec: { imagePullSecrets: "regcred" } }, ".spec"],
    ["as a list of words", "Deployment", { spec: { imagePullSecrets: ["regcred"] } }, ".spec"],
  ] as const)("%s is beside its place", ([, kind, applied, place]) => {
    expect(found(kind, applied)).toEqual([{ place, names: ["regcred"] }]);
  });

  test.for([
    ["where it belongs, in a Pod", "Pod", { spec: { imagePullSecrets: list } }],
    [
      "where it belongs, in a template",
      "Deployment",
      { spec: { template: { spec: { imagePullSecrets: list } } } },
    ],
    [
      "in an annotation's text",
      "Deployment",
      { metadata: { annotations: { imagePullSecrets: "regcred" } }, spec: {} },
    ],
    [
      "with names that no Secret can have",
      "Deployment",
      { spec: { imagePullSecrets: [{ name: "Pa:ss w0rd" }] } },
    ],
    ["in a custom resource's own words", "Deployment", { spec: { global: { imagePullSecrets: list } } }],
  ] as const)("%s is not", ([, kind, applied]) => {
    expect(found(kind, applied)).toEqual([]);
  });

  test("is all that the gate lets through of the author's text", () => {
    const env = [{ name: "PASSWORD", value: "planted" }];
    const object = {
      kind: "Deployment",
      metadata: {
        name: "web",
        annotations: {
          "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
            spec: {
              imagePullSecrets: list,
              template: { spec: { containers: [{ env, imagePullSecrets: list }] } },
            },
          }),
        },
      },
    };
    expect(JSON.stringify(admit(object))).not.toMatch(/planted|PASSWORD|env/);
  });

  test("is nothing in a text that is cut or no JSON", () => {
    const annotations = {
      "kubectl.kubernetes.io/last-applied-configuration": '{"spec":{"imagePullSecrets":[',
    };
    expect(found("Deployment", {}, { annotations })).toEqual([]);
  });
});
