import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import type { Fix } from "../src/rules/rule.ts";

/** What stands in the way of a fix, and who would undo it, is in what is printed. */

const namespace = "shop";
const owned = (kind: string, name: string): object => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: `uid-${name}`, controller: true }],
});

interface Scene {
  readonly image?: string;
  readonly metadata?: object;
  readonly account?: object;
  readonly pod?: object;
  readonly container?: object;
  readonly others?: readonly object[];
}

/** The fixes for a Deployment's Pod without any pull secret. */
function fixesFor(scene: Scene): readonly Fix[] {
  const image = scene.image ?? "registry.example/shop/api:1.0";
  const message = `failed to pull and unpack image "${image}": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;
  const spec = { containers: [{ name: "app", image, ...scene.container }], ...scene.pod };
  const objects = [
    {
      kind: "Pod",
      metadata: { name: "web-1-x", namespace, ...owned("ReplicaSet", "web-1") },
      spec: { nodeName: "node-1", ...spec },
      status: {
        containerStatuses: [{ name: "app", image, state: { waiting: { reason: "ErrImagePull", message } } }],
      },
    },
    {
      kind: "ReplicaSet",
      metadata: { name: "web-1", namespace, ...owned("Deployment", "web") },
      spec: { template: { spec } },
    },
    {
      kind: "Deployment",
      metadata: { name: "web", namespace, ...scene.metadata },
      spec: { template: { spec } },
    },
    { kind: "ServiceAccount", metadata: { name: "default", namespace, ...scene.account } },
    ...(scene.others ?? []),
  ];
  const [diagnosis] = diagnose(indexObjects(objects));
  return diagnosis !== undefined && "leading" in diagnosis.verdict
    ? diagnosis.verdict.leading.finding.fixes
    : [];
}

const commandsOf = (fixes: readonly Fix[]): readonly string[] =>
  fixes.flatMap(({ command }) => command ?? []);

describe("a rollout that cannot start beside the old Pod", () => {
  const quota = { kind: "ResourceQuota", metadata: { name: "pods", namespace } };
  test.for([
    ["a quota of the namespace", { others: [quota] }],
    ["a host port", { container: { ports: [{ containerPort: 80, hostPort: 80 }] } }],
    ["the node's network", { pod: { hostNetwork: true } }],
  ] as const)("is given room after a minute: %s", ([, scene]) => {
    const commands = commandsOf(fixesFor(scene));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      expect(command).toContain("rollout status deployment/web --timeout=60s");
      expect(command).toMatch(/\|\| \{\nkubectl scale replicaset\/web-1 .*readyReplicas/);
    }
  });

  test.for([
    ["nothing that would hold it", {}],
    ["a port that is the container's own", { container: { ports: [{ containerPort: 80 }] } }],
    [
      "a quota of another namespace",
      { others: [{ ...quota, metadata: { name: "pods", namespace: "other" } }] },
    ],
  ] as const)("is left alone with %s", ([, scene]) => {
    expect(commandsOf(fixesFor(scene)).join("\n")).not.toContain("rollout status");
  });
});

describe("who would undo a fix", () => {
  test("is said for a workload, by its owner, mark or field manager", () => {
    const words = (metadata: object): string => fixesFor({ metadata }).at(-1)?.summary ?? "";
    expect(words({ labels: { "argocd.argoproj.io/instance": "front" } })).toContain(
      "Argo CD application front writes deployment/web and puts back what is changed here",
    );
    expect(words(owned("ClusterServiceVersion", "web.v1"))).toContain("ClusterServiceVersion web.v1 writes");
    expect(words({ annotations: { "meta.helm.sh/release-name": "front" } })).toContain(
      "Helm release front writes deployment/web, and its next release overwrites",
    );
    expect(words({})).not.toContain("writes deployment/web");
  });

  test("is said for a ServiceAccount, whose change then does not last", () => {
    const [first] = fixesFor({ account: { managedFields: [{ manager: "Terraform", operation: "Update" }] } });
    expect(first?.summary).toContain("Terraform writes ServiceAccount default");
    expect(first?.lasting).toBe(false);
    expect(fixesFor({})[0]?.lasting).toBe(true);
  });
});

describe("a login that a command makes", () => {
  test("is made by the cloud's own for ECR, unless the reader has set one", () => {
    const [command = ""] = commandsOf(
      fixesFor({ image: "210987654321.dkr.ecr.eu-west-3.amazonaws.com/api:1" }),
    );
    expect(command).toContain('--docker-username="${REGISTRY_USERNAME:-AWS}"');
    expect(command).toContain('"${REGISTRY_PASSWORD:-$(aws ecr get-login-password --region eu-west-3)}"');
  });

  test.for([
    ["another registry", "registry.example/api:1"],
    ["a host that only looks like ECR's", "210987654321.dkr.ecr.eu-west-3.amazonaws.com.evil.example/api:1"],
  ])("is the reader's own for %s", ([, image]) => {
    const [command = ""] = commandsOf(fixesFor({ image: image ?? "" }));
    expect(command).toContain('--docker-password="$REGISTRY_PASSWORD"');
  });
});
