import { expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";

const image = "registry.example/shop/api:1.0";
const metadata = (name: string): object => ({ name, namespace: "shop", uid: name });

/** A namespace of failing Pods, each with six events, that counts how often one of its objects is looked at. */
function crowd(pods: number): { readonly objects: readonly Json[]; readonly looks: () => number } {
  let looks = 0;
  const counted = (object: object): Json =>
    new Proxy(object as Json, {
      get: (target, field: string) => {
        looks += 1;
        return target[field];
      },
    });
  const waiting = { reason: "ErrImagePull", message: "401 Unauthorized" };
  const names = Array.from({ length: pods }, (_, index) => `web-${index}`);
  const objects = names.flatMap((name) => [
    counted({
      kind: "Pod",
      metadata: metadata(name),
      spec: { imagePullSecrets: [{ name: "regcred" }], containers: [{ name: "app", image }] },
      status: { containerStatuses: [{ name: "app", state: { waiting } }] },
    }),
    counted({ kind: "ServiceAccount", metadata: metadata(name) }),
    counted({ kind: "Secret", type: "Opaque", metadata: metadata(name), data: {} }),
    counted({ kind: "Status", code: 403, metadata: { selfLink: `/api/v1/namespaces/shop/secrets/${name}` } }),
    ...[1, 2, 3, 4, 5, 6].map((index) =>
      counted({
        kind: "Event",
        metadata: metadata(`${name}.${index}`),
        involvedObject: { kind: "Pod", namespace: "shop", name, fieldPath: "spec.containers{app}" },
        reason: "Failed",
        message: `Failed to pull image "${image}": 401 Unauthorized`,
      }),
    ),
  ]);
  return { objects, looks: () => looks };
}

test("what is looked at grows with the Pods, not with their square", () => {
  const [few, many] = [crowd(50), crowd(500)];
  const attempts = [few, many].map(
    ({ objects }) =>
      diagnose(indexObjects(objects)).filter(({ pull }) => pull.attempt.failure?.attempts === 6).length,
  );
  expect(attempts).toEqual([50, 500]);
  expect(many.looks()).toBeLessThan(12 * few.looks());
});
