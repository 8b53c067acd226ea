import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import { indexObjects } from "../src/evidence/objects.ts";

/** Fixes that are printed together and replace the same list name each other's Secrets. */

function failingPod(name: string, image: string, serviceAccountName = "default"): object {
  const message = `failed to pull and unpack image "${image}": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;
  const waiting = { reason: "ErrImagePull", message };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", creationTimestamp: "2026-11-22T05:18:48Z" },
    spec: { nodeName: "node-1", serviceAccountName, containers: [{ name: "app", image }] },
    status: { phase: "Pending", containerStatuses: [{ name: "app", image, state: { waiting } }] },
  };
}

const account = (name: string): object => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, namespace: "shop" },
});

/** What each Pod's first fix writes onto the ServiceAccount's list. */
function accountLists(...pods: readonly object[]): readonly (readonly string[])[] {
  const objects = indexObjects([...pods, account("default"), account("builder")]);
  return diagnose(objects).map(({ verdict }) => {
    const command = ("leading" in verdict ? verdict.leading.finding.fixes[0]?.command : undefined) ?? "";
    const list = /patch serviceaccount\/\S+ .*-p '(.*)'/.exec(command)?.[1] ?? "{}";
    const { imagePullSecrets } = JSON.parse(list) as { imagePullSecrets?: readonly { name: string }[] };
    return (imagePullSecrets ?? []).map(({ name }) => name);
  });
}

describe("the list of a ServiceAccount", () => {
  test("keeps what the fix for another Pod of it brings", () => {
    expect(accountLists(failingPod("a", "one.example/a/x:1"), failingPod("b", "two.example/b/y:1"))).toEqual([
      ["pull-one-example", "pull-two-example"],
      ["pull-two-example", "pull-one-example"],
    ]);
  });

  test("is not told of what belongs to another ServiceAccount", () => {
    expect(
      accountLists(failingPod("a", "one.example/a/x:1"), failingPod("b", "two.example/b/y:1", "builder")),
    ).toEqual([["pull-one-example"], ["pull-two-example"]]);
  });

  test("names a Secret once that two Pods want", () => {
    expect(accountLists(failingPod("a", "one.example/a/x:1"), failingPod("b", "one.example/b/y:1"))).toEqual([
      ["pull-one-example"],
      ["pull-one-example"],
    ]);
  });
});
