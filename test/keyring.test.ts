import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { differenceOf, type Vector } from "../scripts/vectors.ts";
import { parseImageReference } from "../src/pull/image-reference.ts";
import { lookUp, missSentence } from "../src/pull/keyring.ts";

const hub = "https://index.docker.io/v1/";

/** Registry key, image, whether the kubelet uses the one for the other, and why. */
const table: readonly (readonly [string, string, boolean, string])[] = [
  [hub, "nginx:1.27", true, "Docker Hub's key is a fallback for images without a host"],
  [hub, "myorg/app:1", true, "the first segment has neither dot nor colon"],
  [hub, "docker.io/myorg/app", true, "the host may be written out"],
  [hub, "index.docker.io/myorg/app", true, "the old host means docker.io"],
  ["https://index.docker.io/v1", "myorg/app", false, "without the last slash /v1 stays a path"],
  ["index.docker.io", "myorg/app", true, "a scheme is not needed"],
  ["http://index.docker.io/", "myorg/app", true, "http is as good as https"],
  ["https://index.docker.io/v2/", "myorg/app", true, "/v2/ is taken off too"],
  ["index.docker.io:443", "myorg/app", false, "the fallback wants the exact key"],
  ["index.docker.io/myorg", "myorg/app", false, "the fallback knows no paths"],
  ["docker.io", "myorg/app", true, "a direct match"],
  ["https://docker.io/v1/", "nginx", true, "/v1/ is taken off here too"],
  ["docker.io/myorg", "myorganization/app", true, "a prefix knows no boundary of segments"],
  ["docker.io/library/nginx", "nginx", true, "official images are in library/"],
  ["registry-1.docker.io", "myorg/app", false, "three labels against two"],
  ["hub.docker.com", "myorg/app", false, "another host"],
  ["*.docker.io", "myorg/app", false, "three labels against two"],
  ["*.io", "quay.io/org/app", true, "a star is one label"],
  [hub, "localhost/app", true, "localhost without a port counts as Docker Hub for the fallback"],
  [hub, "localhost:5000/app", false, "with a port it does not"],
  [hub, "ghcr.io/org/app", false, "another registry"],
  ["ghcr.io", "ghcr.io/org/app:1", true, "the tag is taken off"],
  ["https://ghcr.io", `ghcr.io/org/app@sha256:${"a".repeat(64)}`, true, "the digest is taken off"],
  ["https://ghcr.io/v2", "ghcr.io/org/app", false, "/v2 without a slash stays"],
  ["https://ghcr.io/v2", "ghcr.io/v2ray/app", true, "and is a prefix by accident"],
  ["ghcr.io/v1/org", "ghcr.io/org/app", true, "/v1/ goes, org stays"],
  ["ghcr.io/org/", "ghcr.io/organic/app", false, "a slash makes the boundary"],
  ["ghcr.io/org/app/", "ghcr.io/org/app", false, "longer than the repository"],
  ["ghcr.io/org/app:1", "ghcr.io/org/app:1", false, "no tag is ever looked up"],
  ["ghcr.io/Org", "ghcr.io/org/app", false, "paths mind case"],
  ["GHCR.io", "ghcr.io/org/app", false, "hosts mind case"],
  ["ghcr.io/*", "ghcr.io/org/app", false, "no wildcard in a path"],
  [" ghcr.io", "ghcr.io/org/app", false, "a blank makes the key invalid"],
  ["ghcr.io\n", "ghcr.io/org/app", false, "so does a line break"],
  ["HTTPS://ghcr.io", "ghcr.io/org/app", false, "only a scheme in lower case is taken off"],
  ["oci://ghcr.io", "ghcr.io/org/app", false, "and only http and https"],
  ["//ghcr.io", "ghcr.io/org/app", false, "and no empty one"],
  ["user@ghcr.io", "ghcr.io/org/app", true, "what stands before @ is dropped"],
  ["ghcr.io?x=1", "ghcr.io/org/app", true, "a query is dropped"],
  ["ghcr.io.", "ghcr.io/org/app", false, "an empty label is one more"],
  ["registry.example.com", "registry.example.com:5000/app", false, "ports are compared as text"],
  ["registry.example.com:443", "registry.example.com/app", false, "and no default is filled in"],
  ["registry.example.com:", "registry.example.com/app", true, "an empty port is none"],
  ["registry.example.com:5000/team", "registry.example.com:5000/team/app", true, "port and path"],
  ["registry.example.com:*", "registry.example.com:5000/app", false, "a port is a number"],
  ["*:5000", "registry.example.com:5000/app", false, "one label against three"],
  ["*.*.*:5000", "registry.example.com:5000/app", true, "a star for each label"],
  ["*.example.com", "a.b.example.com/app", false, "a star is one label"],
  ["reg*.example.com", "registry.example.com/app", true, "a star may be a part of a label"],
  ["reg?stry.example.com", "registry.example.com/app", false, "a question mark begins a query"],
  ["r[ae]gistry.example.com", "registry.example.com/app", false, "brackets are for IPv6 addresses"],
  ["*", "localhost/app", true, "one label"],
  ["registry", "registry/app", false, "the image means docker.io/registry/app"],
  ["registry:5000", "registry:5000/app", true, "a port makes it a host"],
  ["[::1]:5000", "[::1]:5000/app", true, "IPv6 with a port"],
  ["[::1]", "[::1]/app", false, "without one the brackets are read as a class"],
  ["{{ .Values.registry }}", "ghcr.io/org/app", false, "an unrendered template is no host"],
  ["us-docker.pkg.dev/proj/repo", "us-docker.pkg.dev/proj/repo-private/app", true, "no boundary here either"],
  ["https://h.example/%6frg", "h.example/org/app", true, "a path is percent-decoded"],
];

test.each(table)("the key %j for %s: %s, since %s", (registryKey, image, matches) => {
  const reference = parseImageReference(image);
  expect(reference.ok).toBe(true);
  const found = lookUp([{ name: "regcred", entries: [{ registryKey }] }], reference.ok ? reference.name : "");
  expect(found.given.length).toBe(matches ? 1 : 0);
  expect(found.misses.length).toBe(matches ? 0 : 1);
});

describe("the order of several logins", () => {
  const order = (secrets: Record<string, readonly string[]>, image: string): readonly string[] =>
    lookUp(
      Object.entries(secrets).map(([name, keys]) => ({
        name,
        entries: keys.map((registryKey) => ({ registryKey })),
      })),
      image,
    ).given.map(({ secret, entry }) => `${secret} ${entry.registryKey}`);

  test("a longer path comes first, whatever the order of the list", () => {
    expect(order({ wide: ["ghcr.io"], narrow: ["ghcr.io/org/app"] }, "ghcr.io/org/app")).toEqual([
      "narrow ghcr.io/org/app",
      "wide ghcr.io",
    ]);
  });
  test("the same key in two Secrets keeps the order of the list", () => {
    expect(order({ b: ["ghcr.io"], a: ["https://ghcr.io"] }, "ghcr.io/org/app")).toEqual([
      "b ghcr.io",
      "a https://ghcr.io",
    ]);
  });
  test("a literal host comes before a wildcard", () => {
    expect(order({ a: ["*.io"], b: ["ghcr.io"] }, "ghcr.io/org/app")).toEqual(["b ghcr.io", "a *.io"]);
  });
  test("an entry under docker.io keeps the one under index.docker.io from being asked, and it is said so", () => {
    const found = lookUp(
      [{ name: "hub", entries: [{ registryKey: hub }, { registryKey: "docker.io" }] }],
      "docker.io/myorg/app",
    );
    expect(found.given.map(({ entry }) => entry.registryKey)).toEqual(["docker.io"]);
    expect(found.misses.map(({ reason }) => reason)).toEqual([{ kind: "shadowed", by: "docker.io" }]);
  });
  test("two keys of one Secret that mean the same are tried in an order that nobody knows", () => {
    const found = lookUp(
      [{ name: "a", entries: [{ registryKey: "ghcr.io" }, { registryKey: "https://ghcr.io" }] }],
      "ghcr.io/org/app",
    );
    expect(found.unordered).toBe(true);
  });
});

/** Each kind of miss, and what the sentence has to name. */
const misses: readonly (readonly [string, string, RegExp])[] = [
  ["quay.io", "ghcr.io/org/app", /quay\.io is another registry than ghcr\.io/],
  ["GHCR.io", "ghcr.io/org/app", /capitals/],
  ["h.example", "h.example:5000/app", /no port.*port 5000/],
  ["*.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app", /3 host labels.* has 6/],
  ["ghcr.io/other", "ghcr.io/org/app", /another path; the image is org\/app/],
  ["ghcr.io/org/app:1", "ghcr.io/org/app", /tag/],
  ["https://ghcr.io/v2", "ghcr.io/org/app", /version/],
  ["registry-1.docker.io", "myorg/app", /https:\/\/index\.docker\.io\/v1\//],
  ["oci://ghcr.io", "ghcr.io/org/app", /begins with oci:\/\//],
  ["ghcr.io:x", "ghcr.io/org/app", /port is no number/],
];

test.each(misses)("why %s does not serve %s", (registryKey, image, sentence) => {
  const reference = parseImageReference(image);
  if (!reference.ok) throw new Error("the row is wrong");
  const [miss] = lookUp([{ name: "a", entries: [{ registryKey }] }], reference.name).misses;
  expect(miss === undefined ? "" : missSentence(miss.reason, miss.entry, reference)).toMatch(sentence);
});

test("a sample of what the kubelet's own code does, line by line", () => {
  const lines = readFileSync(new URL("fixtures/keyring.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  expect(lines.length).toBeGreaterThan(300);
  expect(lines.flatMap((line) => differenceOf(JSON.parse(line) as Vector) ?? [])).toEqual([]);
});
