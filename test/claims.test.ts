import { describe, expect, test } from "vitest";
import { type CaseFolder, readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";

/** Sentences that accompany a cause where the evidence has more to say, and the neighbours for which it has not. */

const cases = await readCases();

function caseOf(name: string): CaseFolder {
  const found = cases.find((folder) => folder.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  return found;
}

/** Replaces text in the case's objects, adds objects, and returns all that the report claims about the failing pull. */
function claimsOf(
  name: string,
  replace: Readonly<Record<string, string>>,
  add: readonly Json[] = [],
): string {
  let text = JSON.stringify(caseOf(name).objects);
  for (const [from, to] of Object.entries(replace)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  const objects = [...(JSON.parse(text) as Json[]), ...add];
  return diagnose(indexObjects(objects))
    .flatMap(({ verdict }) => ("leading" in verdict ? verdict.leading.finding.because : []))
    .map(({ text: sentence }) => sentence)
    .join("\n");
}

const wrong = "credential-rejected/password-wrong";
const none = "no-pull-secret/nobody-names-one";
const ecr = "node-credential-failed/the-node-is-of-the-cloud";

describe("a mirror", () => {
  const manifest = (host: string): Record<string, string> => ({
    "https://registry.example/v2": `https://${host}/v2`,
  });

  test("is named where the manifest was asked of another host", () => {
    expect(claimsOf(wrong, manifest("mirror.example"))).toContain("that of mirror.example, a mirror");
  });

  test("is not where the image's own host was asked", () => {
    expect(claimsOf(wrong, {})).not.toContain("mirror");
  });

  test("is not Docker Hub's own host for manifests", () => {
    const hub = claimsOf(wrong, { ...manifest("registry-1.docker.io"), "registry.example": "docker.io" });
    expect(hub).not.toContain("mirror");
  });
});

describe("a refused login", () => {
  const kind = (user: string, password: string): Record<string, string> => ({
    '\\"userKind\\":\\"other\\",\\"passwordKind\\":\\"other\\"': `\\"userKind\\":\\"${user}\\",\\"passwordKind\\":\\"${password}\\"`,
  });

  test("is a placeholder where nothing was filled in", () => {
    expect(claimsOf(wrong, kind("other", "placeholder"))).toContain(
      "the password of registry.example is a placeholder",
    );
    expect(claimsOf(wrong, kind("placeholder", "placeholder"))).toContain("the user name and password of");
  });
});

describe("a template that differs from the Pod", () => {
  const debug = "template-not-rolled-out/old-revision-left";
  const plain = { '"imagePullSecrets":[{"name":"registry-login"}],': "" };

  test("has another image for the container", () => {
    const end = '","imagePullPolicy":"IfNotPresent"}]}}}}';
    const claims = claimsOf(debug, { ...plain, [`api:1.0${end}`]: `api:1.1${end}` });
    expect(claims).toContain("has registry.example/team-e/api:1.1 for app: a webhook rewrote it");
  });

  test("is not told where both have the same", () => {
    expect(claimsOf(debug, plain)).not.toContain("webhook");
  });
});

describe("another Pod that runs the image", () => {
  const other = (image: string, state: object, more: object = {}): Json => ({
    kind: "Pod",
    metadata: { name: "twin", namespace: "team-a" },
    spec: { nodeName: "node-2", containers: [{ name: "app", image }], ...more },
    status: { containerStatuses: [{ name: "app", image, state }] },
  });
  const image = "registry.example/team-a/api:1.0";
  const running = { running: {} };

  test("is named with its node and what it has that this Pod has not", () => {
    expect(claimsOf(none, {}, [other(image, running)])).toContain(
      "Pod twin runs this image on node node-2: node-2 has a login for it, or had the image already.",
    );
    const listed = other(image, running, { imagePullSecrets: [{ name: "regcred" }] });
    expect(claimsOf(none, {}, [listed])).toContain("node-2: it names pull secret regcred.");
  });

  test("is not if it waits too, or runs another tag", () => {
    expect(claimsOf(none, {}, [other(image, { waiting: {} })])).not.toContain("twin");
    expect(claimsOf(none, {}, [other("registry.example/team-a/api:1.1", running)])).not.toContain("twin");
  });

  test("shows that a tag has existed", () => {
    const absent = "manifest-not-found/tag-absent";
    const [, found = ""] = /"image":"([^"]+)"/.exec(JSON.stringify(caseOf(absent).objects)) ?? [];
    expect(claimsOf(absent, {}, [other(found, running)])).toContain("so it has existed");
    expect(claimsOf(absent, {}, [other(`${found}-2`, running)])).not.toContain("so it has existed");
  });

  test("shows that content is sound, if its node is another", () => {
    const unpack = "unpack-failed/content-is-gone";
    const [found = ""] = /"image":"([^"]+)"/.exec(JSON.stringify(caseOf(unpack).objects))?.slice(1) ?? [];
    expect(claimsOf(unpack, {}, [other(found, running)])).toContain("so what was pulled there is sound");
    const same = JSON.stringify(caseOf(unpack).objects).match(/"nodeName":"([^"]+)"/)?.[1];
    expect(claimsOf(unpack, {}, [other(found, running, { nodeName: same })])).not.toContain("is sound");
  });
});

describe("an image whose owner moved it", () => {
  const absent = "manifest-not-found/tag-absent";
  const named = (image: string): Record<string, string> => {
    const [found = ""] = /registry\.example\/[\w/-]+/.exec(JSON.stringify(caseOf(absent).objects)) ?? [];
    return { [found]: image };
  };

  test.for([
    ["k8s.gcr.io/pause", "registry.k8s.io"],
    ["gcr.io/kubebuilder/kube-rbac-proxy", "registry.k8s.io/kubebuilder"],
    ["bitnami/redis", "docker.io/bitnamilegacy"],
    ["docker.io/bitnami/redis", "docker.io/bitnamilegacy"],
  ] as const)("is told of: %s", ([image, place]) => {
    expect(claimsOf(absent, named(image))).toContain(place);
  });

  test.for([
    "bitnamilegacy/redis",
    "registry.k8s.io/pause",
    "mirror.example/bitnami/redis",
    "gcr.io/shop/bitnami",
  ])("is not, where it is what it was: %s", (image) => {
    expect(claimsOf(absent, named(image))).not.toMatch(/bitnamilegacy[,;. ]|frozen|ended/);
  });
});

describe("a list that was written beside its place", () => {
  const beside = "no-pull-secret/the-list-is-beside-its-place";

  test("is named where its Secret would help", () => {
    expect(claimsOf(beside, {})).toContain("(registry-login) in .spec, where it is dropped");
  });

  test("is not where its Secret is for another registry", () => {
    const other = { '\\"registryKey\\":\\"registry.corp.example\\"': '\\"registryKey\\":\\"quay.io\\"' };
    expect(claimsOf(beside, other)).not.toContain("is dropped");
  });
});

describe("a cloud identity of the ServiceAccount", () => {
  test("is not what the node pulls with", () => {
    expect(claimsOf(ecr, {})).toContain(
      "eks.amazonaws.com/role-arn gives ServiceAccount default is for the programs",
    );
  });

  test("is not mentioned where a provider of the node asks for it", () => {
    const config = {
      kind: "CredentialProviderConfig",
      apiVersion: "kubelet.config.k8s.io/v1",
      providers: [
        {
          name: "ecr",
          matchImages: ["*.dkr.ecr.*.amazonaws.com"],
          tokenAttributes: {
            serviceAccountTokenAudience: "x",
            requireServiceAccount: true,
            requiredServiceAccountAnnotationKeys: ["eks.amazonaws.com/role-arn"],
          },
        },
      ],
    };
    expect(claimsOf(ecr, {}, [config])).not.toContain("is for the programs");
  });
});

describe("an image that the node has", () => {
  const has = { '"registry.example/tools/api@': '"registry.example/team-a/api@' };

  test("is for Pods with a login only, since 1.35", () => {
    expect(claimsOf(none, has)).toContain("lets only Pods have it that show a login");
    expect(claimsOf(none, {})).not.toContain("show a login");
    expect(claimsOf(none, { ...has, "v1.36.3": "v1.34.2" })).not.toContain("show a login");
    const always = { '"imagePullPolicy":"IfNotPresent"': '"imagePullPolicy":"Always"' };
    expect(claimsOf(none, { ...has, ...always })).not.toContain("show a login");
  });
});
