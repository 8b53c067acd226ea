import { describe, expect, test } from "vitest";
import { readPullSecret, stripSecret } from "../src/evidence/pull-secret.ts";

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
    ["Argo CD", { labels: { "argocd.argoproj.io/instance": "shop" } }, "Argo CD application shop"],
  ] as const)("%s puts back what it wrote", ([, metadata, name]) => {
    expect(writerOf(metadata)).toEqual({ name, reverts: true });
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
    ["nothing", {}],
  ] as const)("is not told by %s", ([, metadata]) => {
    expect(writerOf(metadata)).toBeUndefined();
  });
});
