import { describe, expect, test } from "vitest";
import type { Json } from "../src/evidence/field.ts";
import { admit } from "../src/evidence/gate/admit.ts";
import { readPullSecret, stripSecret } from "../src/evidence/pull-secret.ts";
import { readServiceAccount } from "../src/evidence/service-account.ts";
import { readWorkload } from "../src/evidence/workload.ts";

/** Who writes a Secret, told by marks that tools document; everything else in its metadata is nobody's word. */

function writerOf(metadata: object): unknown {
  const secret = {
    kind: "Secret",
    type: "kubernetes.io/dockerconfigjson",
    metadata: { name: "regcred", namespace: "shop", ...metadata },
    data: { ".dockerconfigjson": "eyJhdXRocyI6e319" },
  };
  const read = readPullSecret(secret).writtenBy;
  expect(readPullSecret(stripSecret(secret)).writtenBy, "after the gate").toEqual(read);
  return read;
}

const owner = (kind: string, name: string, controller?: boolean): object => ({
  ownerReferences: [
    { apiVersion: "x/v1", kind, name, uid: "1", ...(controller === undefined ? {} : { controller }) },
  ],
});

const managed = (manager: string, subresource?: string): object => ({
  managedFields: [{ manager, operation: "Update", ...(subresource === undefined ? {} : { subresource }) }],
});

describe("what writes a ServiceAccount or a workload", () => {
  const metadata = {
    name: "web",
    namespace: "shop",
    annotations: { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web" },
  };
  test.for([
    ["Deployment", (object: Json) => readWorkload(object)?.writtenBy],
    ["ServiceAccount", (object: Json) => readServiceAccount(object).writtenBy],
  ] as const)("is read behind the gate: %s", ([kind, read]) => {
    const object = { kind, metadata, spec: {} };
    expect(read(admit(object))).toEqual({ name: "Argo CD application shop", reverts: true });
  });

  test("is no controller of Kubernetes' own", () => {
    const object = {
      kind: "ReplicaSet",
      metadata: { name: "web-1", ...owner("Deployment", "web", true) },
      spec: {},
    };
    expect(readWorkload(object)?.writtenBy).toBeUndefined();
    const rollout = { ...object, metadata: { name: "web-1", ...owner("Rollout", "web", true) } };
    expect(readWorkload(rollout)?.writtenBy).toEqual({ name: "Rollout web", reverts: true });
  });
});

describe("what writes a Secret", () => {
  test.for([
    [
      "an ExternalSecret that controls it",
      owner("ExternalSecret", "registry", true),
      "ExternalSecret registry",
    ],
    ["a SealedSecret that controls it", owner("SealedSecret", "regcred", true), "SealedSecret regcred"],
    [
      "reflector, which names the source",
      { annotations: { "reflector.v1.k8s.emberstack.com/reflects": "infra/regcred" } },
      "reflector, from infra/regcred",
    ],
    ["Flux", { labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } }, "Flux Kustomization apps"],
    [
      "Argo CD by its annotation",
      { annotations: { "argocd.argoproj.io/tracking-id": "shop:/Secret:shop/regcred" } },
      "Argo CD application shop",
    ],
    ["Argo CD by its field manager", managed("argocd-controller"), "Argo CD"],
    ["Argo CD", { labels: { "argocd.argoproj.io/instance": "shop" } }, "Argo CD application shop"],
  ] as const)("%s puts back what it wrote", ([, metadata, name]) => {
    expect(writerOf(metadata)).toEqual({ name, reverts: true });
  });

  test.for([
    ["Terraform by its own name", managed("Terraform"), "Terraform"],
    ["Terraform by its user agent", managed("terraform-provider-kubernetes_v2.31.0_x5"), "Terraform"],
    ["Helm by its field manager", managed("helm"), "Helm"],
  ] as const)("%s writes when somebody applies", ([, metadata, name]) => {
    expect(writerOf(metadata)).toEqual({ name, reverts: false });
  });

  test("a Helm release writes when somebody releases", () => {
    expect(writerOf({ annotations: { "meta.helm.sh/release-name": "web" } })).toEqual({
      name: "Helm release web",
      reverts: false,
    });
  });

  test.for([
    ["an owner that only takes it along when it goes", owner("Deployment", "web")],
    ["an owner that says it does not control", owner("ExternalSecret", "registry", false)],
    ["a token's Secret, which owns OpenShift's dockercfg", owner("Secret", "default-token-x", true)],
    ["a kind that is no kind", owner("External Secret", "registry", true)],
    ["a name that is no name", owner("ExternalSecret", "pa:ss w0rd", true)],
    ["a mark whose value is no name", { labels: { "argocd.argoproj.io/instance": "p@ss:word" } }],
    ["labels of no tool", { labels: { "app.kubernetes.io/instance": "web", team: "shop" } }],
    ["a field manager that nobody knows", managed("kubectl-create")],
    ["a tool that only writes a status", managed("argocd-controller", "status")],
    ["a name that only begins like a tool's", managed("helmfile-by-hand")],
    ["a tracking mark that is none", { annotations: { "argocd.argoproj.io/tracking-id": "p@ss:w0rd" } }],
    ["nothing", {}],
  ] as const)("is not told by %s", ([, metadata]) => {
    expect(writerOf(metadata)).toBeUndefined();
  });
});
