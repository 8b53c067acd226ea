import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { differenceOf, type Vector } from "../scripts/vectors.ts";
import { readPullSecret } from "../src/evidence/pull-secret.ts";
import { type ImageReference, parseImageReference } from "../src/pull/image-reference.ts";
import { keyMatches, lookUp, type MissReason, missSentence } from "../src/pull/keyring.ts";

const hub = "https://index.docker.io/v1/";

function imageOf(text: string): Extract<ImageReference, { ok: true }> {
  const reference = parseImageReference(text);
  if (!reference.ok) throw new Error(`${text} is no image`);
  return reference;
}

const lookUpOne = (registryKey: string, image: string): ReturnType<typeof lookUp<{ registryKey: string }>> =>
  lookUp([{ name: "regcred", entries: [{ registryKey }] }], imageOf(image).name);

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
  ["https://index.docker.io/v1//", "myorg/app", false, "one slash only"],
  ["index.docker.io:443", "myorg/app", false, "the fallback wants the exact key"],
  ["index.docker.io:", "myorg/app", false, "an empty port makes another key"],
  ["index.docker.io/myorg", "myorg/app", false, "the fallback knows no paths"],
  ["docker.io", "myorg/app", true, "a direct match"],
  ["https://docker.io/v1/", "nginx", true, "/v1/ is taken off here too"],
  ["docker.io/myorg", "myorg/app", true, "a path is a beginning"],
  ["docker.io/myorg", "myorganization/app", true, "which knows no end of a segment"],
  ["docker.io/library/nginx", "nginx", true, "official images are in library/"],
  ["registry-1.docker.io", "myorg/app", false, "three labels against two"],
  ["hub.docker.com", "myorg/app", false, "another host"],
  ["registry.hub.docker.com", "myorg/app", false, "another host"],
  ["*.docker.io", "myorg/app", false, "three labels against two"],
  ["*.io", "myorg/app", true, "a star is one label"],
  ["*.io", "quay.io/org/app", true, "of any host"],
  [hub, "localhost/app", true, "localhost without a port counts as Docker Hub for the fallback"],
  [hub, "localhost:5000/app", false, "with a port it does not"],
  [hub, "ghcr.io/org/app", false, "another registry"],
  ["ghcr.io", "ghcr.io/org/app:1", true, "the tag is taken off"],
  ["https://ghcr.io", `ghcr.io/org/app@sha256:${"a".repeat(64)}`, true, "the digest is taken off"],
  ["https://ghcr.io/v2/", "ghcr.io/org/app", true, "/v2/ is taken off"],
  ["https://ghcr.io/v2", "ghcr.io/org/app", false, "/v2 without a slash stays"],
  ["https://ghcr.io/v2", "ghcr.io/v2ray/app", true, "and is a beginning by accident"],
  ["ghcr.io/v1/org", "ghcr.io/org/app", true, "/v1/ goes, org stays"],
  ["ghcr.io/v1/v2/", "ghcr.io/v2/app", true, "only one of them goes"],
  ["ghcr.io/org", "ghcr.io/org/app", true, "a path is a beginning"],
  ["ghcr.io/org", "ghcr.io/organic/app", true, "which knows no end of a segment"],
  ["ghcr.io/org/", "ghcr.io/organic/app", false, "a slash makes the end"],
  ["ghcr.io/org/app/", "ghcr.io/org/app", false, "longer than the repository"],
  ["ghcr.io/org/app:1", "ghcr.io/org/app:1", false, "no tag is ever looked up"],
  ["ghcr.io/Org", "ghcr.io/org/app", false, "capitals in the path count"],
  ["GHCR.io", "ghcr.io/org/app", false, "capitals in the host count"],
  ["Registry.io", "Registry.io/org/app", true, "and may be equal"],
  ["ghcr.io/*", "ghcr.io/org/app", false, "no star in a path"],
  ["ghcr.io/org/*", "ghcr.io/org/app", false, "nor at its end"],
  [" ghcr.io", "ghcr.io/org/app", false, "a blank makes the key invalid"],
  ["ghcr.io ", "ghcr.io/org/app", false, "also at the end"],
  ["ghcr.io\n", "ghcr.io/org/app", false, "so does a line break"],
  ["HTTPS://ghcr.io", "ghcr.io/org/app", false, "only a scheme in small letters is taken off"],
  ["oci://ghcr.io", "ghcr.io/org/app", false, "and only http and https"],
  ["docker://ghcr.io", "ghcr.io/org/app", false, "whatever tools print"],
  ["//ghcr.io", "ghcr.io/org/app", false, "and no empty one"],
  ["user@ghcr.io", "ghcr.io/org/app", true, "what stands before @ is dropped"],
  ["https://u:p@ghcr.io", "ghcr.io/org/app", true, "with a password too"],
  ["https://u:p w@ghcr.io", "ghcr.io/org/app", false, "unless Go refuses it"],
  ["ghcr.io?x=1", "ghcr.io/org/app", true, "a query is dropped"],
  ["ghcr.io#x", "ghcr.io/org/app", true, "a fragment is dropped"],
  ["ghcr.io#%", "ghcr.io/org/app", false, "unless its escapes are broken"],
  ["ghcr.io.", "ghcr.io/org/app", false, "an empty label is one more"],
  ["ghcr.io/../org", "ghcr.io/org/app", false, "dots in a path are not resolved"],
  ["ghcr.io/%6frg", "ghcr.io/org/app", true, "a path is percent-decoded"],
  ["ghcr.io/%256frg", "ghcr.io/org/app", true, "twice, since the key is read twice"],
  ["ghcr.io/%3forg", "ghcr.io/app", true, "so that an escaped ? cuts off what follows"],
  ["registry.example.com", "registry.example.com:5000/app", false, "ports are compared as text"],
  ["registry.example.com:443", "registry.example.com/app", false, "and no default is filled in"],
  ["registry.example.com:", "registry.example.com/app", true, "an empty port is none"],
  ["registry.example.com:5000/team", "registry.example.com:5000/team/app", true, "port and path"],
  ["registry.example.com:05000", "registry.example.com:5000/app", false, "as text, not as a number"],
  ["registry.example.com:*", "registry.example.com:5000/app", false, "a port is no pattern"],
  ["*:5000", "registry.example.com:5000/app", false, "one label against three"],
  ["*.*.*:5000", "registry.example.com:5000/app", true, "a star for each label"],
  ["*.example.com", "registry.example.com/app", true, "a star for the first"],
  ["*.example.com", "a.b.example.com/app", false, "is not one for two"],
  ["*.example.com", "example.com/app", false, "nor for none"],
  ["reg*.example.com", "registry.example.com/app", true, "a star may be a part of a label"],
  ["r*g*y.example.com", "registry.example.com/app", true, "or several parts"],
  ["*registryx.example.com", "registry.example.com/app", false, "and has to leave room for the rest"],
  ["regi*istry.example.com", "registry.example.com/app", false, "without counting a letter twice"],
  ["registry.*", "registry.example.com/app", false, "two labels against three"],
  ["reg?stry.example.com", "registry.example.com/app", false, "a question mark begins a query"],
  ["r[ae]gistry.example.com", "ragistry.example.com/app", false, "brackets are for IPv6 addresses"],
  ["*", "localhost/app", true, "one label"],
  ["*", "quay.io/app", false, "against two"],
  ["registry", "registry/app", false, "the image means docker.io/registry/app"],
  ["registry:5000", "registry:5000/app", true, "a port makes it a host"],
  ["[::1]:5000", "[::1]:5000/app", true, "an IPv6 address with a port"],
  ["[::1]", "[::1]/app", false, "without one the brackets are read as a class"],
  ["my_host.io", "my_host.io/app", true, "an underscore is no hindrance"],
  ["{{ .Values.registry }}", "ghcr.io/org/app", false, "an unrendered template is no host"],
  [
    "1234.dkr.ecr.us-east-1.amazonaws.com",
    "1234.dkr.ecr.us-west-2.amazonaws.com/app",
    false,
    "another region",
  ],
  ["*.dkr.ecr.*.amazonaws.com", "1234.dkr.ecr.us-west-2.amazonaws.com/app", true, "stars in the middle"],
  ["*.azurecr.io", "myreg.azurecr.io/app", true, "a registry of a cloud"],
  ["*.azurecr.io", "myreg-x.eastus.data.azurecr.io/app", false, "its data host has more labels"],
  [
    "us-docker.pkg.dev/proj/repo",
    "us-docker.pkg.dev/proj/repo-private/app",
    true,
    "no end of a segment here either",
  ],
  ["auths", "ghcr.io/org/app", false, "the new format in a .dockercfg"],
  ["https://prefix.*.io/path:1111", "prefix.docker.io/path/subpath", false, "a port belongs to the host"],
  ["", "ghcr.io/org/app", false, "no key at all"],
];

test.each(table)("the key %j for %s: %s, since %s", (registryKey, image, matches) => {
  const found = lookUpOne(registryKey, image);
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
      imageOf(image).name,
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

  test("a literal host comes before a pattern", () => {
    expect(order({ a: ["*.io"], b: ["ghcr.io"] }, "ghcr.io/org/app")).toEqual(["b ghcr.io", "a *.io"]);
  });

  test("a Secret that is listed twice gives its logins twice", () => {
    const secret = { name: "a", entries: [{ registryKey: "ghcr.io" }] };
    expect(lookUp([secret, secret], "ghcr.io/org/app").given).toHaveLength(2);
  });

  test("an entry for docker.io keeps the one for index.docker.io from being asked, and it is said so", () => {
    const found = lookUp(
      [{ name: "hub", entries: [{ registryKey: hub }, { registryKey: "docker.io" }] }],
      "docker.io/myorg/app",
    );
    expect(found.given.map(({ entry }) => entry.registryKey)).toEqual(["docker.io"]);
    expect(found.misses.map(({ reason }) => reason)).toEqual([{ kind: "shadowed", by: "docker.io" }]);
  });

  test("an entry for another registry keeps nobody from anything", () => {
    const keys = [hub, "ghcr.io"].map((registryKey) => ({ registryKey }));
    const found = lookUp([{ name: "a", entries: keys }], "ghcr.io/org/app");
    expect(found.misses.map(({ reason }) => reason.kind)).toEqual(["other-host"]);
  });

  test("two keys of one Secret that mean the same are tried in an order that nobody knows", () => {
    const entries = ["ghcr.io", "https://ghcr.io"].map((registryKey) => ({ registryKey }));
    expect(lookUp([{ name: "a", entries }], "ghcr.io/org/app").unordered).toBe(true);
    expect(lookUp([{ name: "a", entries: entries.slice(1) }], "ghcr.io/org/app").unordered).toBe(false);
    const apart = entries.map((entry, index) => ({ name: `${index}`, entries: [entry] }));
    expect(lookUp(apart, "ghcr.io/org/app").unordered).toBe(false);
  });

  test("an image that cannot be parsed is given nothing", () => {
    expect(lookUp([{ name: "a", entries: [{ registryKey: "*" }, { registryKey: hub }] }], "").given).toEqual(
      [],
    );
  });
});

/** Registry key, image, the reason, the key that would serve, and the sentence. */
const misses: readonly (readonly [string, string, MissReason["kind"], string | undefined, string])[] = [
  ["quay.io", "ghcr.io/org/app", "other-host", undefined, "quay.io is another registry than ghcr.io."],
  [
    "https://docker.io/v1/",
    "ghcr.io/a",
    "other-host",
    undefined,
    "https://docker.io/v1/ is another registry than ghcr.io.",
  ],
  [
    "registry",
    "registry/app",
    "other-host",
    undefined,
    "registry is no registry host: it has neither a dot nor a port.",
  ],
  [
    "[::1]",
    "[::1]/app",
    "other-host",
    undefined,
    "[::1] is read as a pattern, since it has no port behind the brackets.",
  ],
  [
    "GHCR.io/org",
    "ghcr.io/org/app",
    "host-case",
    "ghcr.io/org",
    "GHCR.io/org and ghcr.io differ in capitals, which count.",
  ],
  [
    "h.example",
    "h.example:5000/app",
    "port",
    "h.example:5000",
    "h.example names no port, the image port 5000; they have to be equal as text.",
  ],
  [
    "h.example:443/team",
    "h.example/team/app",
    "port",
    "h.example/team",
    "h.example:443/team names port 443, the image no port; they have to be equal as text.",
  ],
  [
    "*.amazonaws.com",
    "1.dkr.ecr.eu-west-1.amazonaws.com/app",
    "label-count",
    "1.dkr.ecr.eu-west-1.amazonaws.com",
    "*.amazonaws.com has 3 host labels, 1.dkr.ecr.eu-west-1.amazonaws.com has 6; a * stands for one label.",
  ],
  [
    "*",
    "quay.io/app",
    "label-count",
    "quay.io",
    "* has 1 host label, quay.io has 2; a * stands for one label.",
  ],
  [
    "*.example.org",
    "a.b.example.com/app",
    "other-host",
    undefined,
    "*.example.org is another registry than a.b.example.com.",
  ],
  [
    "ghcr.io.",
    "ghcr.io/org/app",
    "label-count",
    "ghcr.io",
    "ghcr.io. ends in a dot, which makes it another host than ghcr.io.",
  ],
  [
    "ghcr.io/other",
    "ghcr.io/org/app",
    "path",
    undefined,
    "ghcr.io/other is for another path; the image is org/app.",
  ],
  [
    "ghcr.io/org/app/x",
    "ghcr.io/org/app",
    "path",
    undefined,
    "ghcr.io/org/app/x is for a longer path; the image is org/app.",
  ],
  [
    "ghcr.io/org/app/",
    "ghcr.io/org/app",
    "path",
    "ghcr.io/org/app",
    "ghcr.io/org/app/ is for a longer path, since a slash ends it; the image is org/app.",
  ],
  [
    "ghcr.io/org/app:1",
    "ghcr.io/org/app",
    "path",
    "ghcr.io/org/app",
    "ghcr.io/org/app:1 is for a path with a tag or digest, which is never looked up; the image is org/app.",
  ],
  [
    "https://ghcr.io/v2",
    "ghcr.io/org/app",
    "path",
    "ghcr.io",
    "https://ghcr.io/v2 is for a path that begins with the API's version, which stays unless a slash follows it; the image is org/app.",
  ],
  [
    "ghcr.io/org/*",
    "ghcr.io/org/app",
    "path",
    "ghcr.io/org/",
    "ghcr.io/org/* is for a path with *, which stands for nothing there; the image is org/app.",
  ],
  [
    "ghcr.io/Org",
    "ghcr.io/org/app",
    "path",
    "ghcr.io/org",
    "ghcr.io/Org is for a path in other capitals; the image is org/app.",
  ],
  [
    "ghcr.io/***/x",
    "ghcr.io/org/app",
    "path",
    undefined,
    "ghcr.io/***/x is for another path; the image is org/app.",
  ],
  [
    "registry-1.docker.io",
    "myorg/app",
    "hub-alias",
    hub,
    `registry-1.docker.io never matches Docker Hub's images; the key for them is ${hub}.`,
  ],
  [
    "https://index.docker.io/v1",
    "nginx",
    "hub-alias",
    hub,
    `https://index.docker.io/v1 never matches Docker Hub's images; the key for them is ${hub}.`,
  ],
  [
    "hub.docker.com",
    "myorg/app",
    "hub-alias",
    hub,
    `hub.docker.com never matches Docker Hub's images; the key for them is ${hub}.`,
  ],
  [
    "registry-1.docker.io",
    "ghcr.io/a",
    "other-host",
    undefined,
    "registry-1.docker.io is another registry than ghcr.io.",
  ],
  [
    "oci://ghcr.io",
    "ghcr.io/org/app",
    "scheme",
    "ghcr.io",
    "oci://ghcr.io begins with oci://; only https:// and http:// in lower case are taken off.",
  ],
  [
    "HTTPS://u:p@ghcr.io/org?x",
    "ghcr.io/org/app",
    "scheme",
    "ghcr.io/org",
    "HTTPS://u:p@ghcr.io/org?x begins with HTTPS://; only https:// and http:// in lower case are taken off.",
  ],
  [
    "https:/ghcr.io",
    "ghcr.io/org/app",
    "scheme",
    "ghcr.io",
    "https:/ghcr.io begins with https:/; only https:// and http:// in lower case are taken off.",
  ],
  [
    "docker://quay.io",
    "ghcr.io/org/app",
    "scheme",
    undefined,
    "docker://quay.io begins with docker://; only https:// and http:// in lower case are taken off.",
  ],
  [
    "ghcr.io:x",
    "ghcr.io/org/app",
    "dropped",
    "ghcr.io",
    "ghcr.io:x is no valid key (its port is no number); the kubelet drops the entry.",
  ],
  [
    " ghcr.io",
    "ghcr.io/org/app",
    "dropped",
    "ghcr.io",
    '" ghcr.io" is no valid key (its host holds a blank or another character that no host has); the kubelet drops the entry.',
  ],
  [
    "ghcr.io\n",
    "ghcr.io/org/app",
    "dropped",
    "ghcr.io",
    '"ghcr.io\\n" is no valid key (it holds a line break or another control character); the kubelet drops the entry.',
  ],
  [
    "g[h]cr.io",
    "ghcr.io/org/app",
    "dropped",
    undefined,
    "g[h]cr.io is no valid key (brackets are for IPv6 addresses only); the kubelet drops the entry.",
  ],
  [
    "é@ghcr.io",
    "ghcr.io/org/app",
    "dropped",
    "ghcr.io",
    "é@ghcr.io is no valid key (what stands before @ is no user name); the kubelet drops the entry.",
  ],
  [
    "ghcr.io/%",
    "ghcr.io/org/app",
    "dropped",
    undefined,
    "ghcr.io/% is no valid key (a % is not followed by two hexadecimal digits); the kubelet drops the entry.",
  ],
  [
    "ghcr.io\u200b",
    "ghcr.io/org/app",
    "invisible-character",
    "ghcr.io",
    '"ghcr.io\\u200b" has a character that cannot be seen, so it is another host than ghcr.io.',
  ],
  [
    "ghcr.io\u00a0",
    "ghcr.io/org/app",
    "invisible-character",
    "ghcr.io",
    '"ghcr.io\\u00a0" has a character that cannot be seen, so it is another host than ghcr.io.',
  ],
  [
    "'ghcr.io'",
    "ghcr.io/org/app",
    "stray-character",
    "ghcr.io",
    "'ghcr.io' has a ' in its host, which no registry's name has.",
  ],
  [
    "quay.io,ghcr.io",
    "ghcr.io/org/app",
    "stray-character",
    undefined,
    "quay.io,ghcr.io has a , in its host, which no registry's name has.",
  ],
  [
    "${REGISTRY}",
    "ghcr.io/org/app",
    "placeholder",
    undefined,
    "${REGISTRY} is a placeholder that was never filled in.",
  ],
  [
    "https://{{ .Values.registry }}",
    "ghcr.io/org/app",
    "placeholder",
    undefined,
    '"https://{{ .Values.registry }}" is a placeholder that was never filled in.',
  ],
  [
    "(not shown)",
    "ghcr.io/org/app",
    "hidden",
    undefined,
    "(not shown) stands for a key that does not read as a registry host.",
  ],
  ["", "ghcr.io/org/app", "empty-key", undefined, '"" names no registry.'],
];

describe("why an entry does not serve an image", () => {
  test.each(misses)("%j for %s: %s", (registryKey, image, kind, instead, sentence) => {
    const [miss] = lookUpOne(registryKey, image).misses;
    if (miss === undefined) throw new Error("it serves");
    expect(missSentence(miss.reason, miss.entry, imageOf(image))).toBe(sentence);
    expect(miss.reason.kind).toBe(kind);
    expect(miss.reason.instead).toBe(instead);
  });

  test.each(misses.filter(([, , , instead]) => instead !== undefined))(
    "the key that is named in the place of %j for %s serves",
    (_key, image, _kind, instead) => expect(lookUpOne(instead ?? "", image).given).toHaveLength(1),
  );

  test("a shadowed entry names the key that keeps it from being asked", () => {
    const entries = [hub, "*.io"].map((registryKey) => ({ registryKey }));
    const [miss] = lookUp([{ name: "a", entries }], "docker.io/library/nginx").misses;
    expect(miss === undefined ? "" : missSentence(miss.reason, miss.entry, imageOf("nginx"))).toBe(
      `${hub} is asked only when nothing else matches, and *.io does.`,
    );
  });
});

test("the patterns of credential providers are compared in the same way, without a fallback", () => {
  expect(keyMatches("*.dkr.ecr.*.amazonaws.com", "1.dkr.ecr.eu-west-1.amazonaws.com/app")).toBe(true);
  expect(keyMatches("index.docker.io", "docker.io/library/nginx")).toBe(false);
  expect(keyMatches("https://ghcr.io", "ghcr.io/a")).toBe(false);
});

describe("a sample of what the kubelet's own code does", () => {
  const vectors = readFileSync(new URL("fixtures/keyring.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Vector);

  test("line by line the same", () => {
    expect(vectors.length).toBeGreaterThan(300);
    expect(vectors.flatMap((vector) => differenceOf(vector) ?? [])).toEqual([]);
  });

  test("a difference is seen: another image, another order, a login too many, another error", () => {
    const withLogins = vectors.filter(({ given, unordered }) => given.length > 1 && unordered !== true);
    const broken = vectors.filter(({ keyringError }) => keyringError?.startsWith("illegal base64") === true);
    for (const vector of withLogins) {
      const swapped = { ...vector, given: vector.given.toReversed() };
      const isPalindrome = JSON.stringify(swapped.given) === JSON.stringify(vector.given);
      expect(differenceOf(swapped) === undefined).toBe(isPalindrome);
      expect(differenceOf({ ...vector, given: vector.given.slice(1) })).toBeDefined();
      expect(differenceOf({ ...vector, image: "other.example/x" })).toBeDefined();
    }
    for (const vector of broken)
      expect(
        differenceOf({ ...vector, keyringError: "illegal base64 data at input byte 999" }),
      ).toBeDefined();
    expect(withLogins.length * broken.length).toBeGreaterThan(100);
  });

  test("what passed the gate is given in the same order as what did not", () => {
    for (const vector of vectors) {
      const reference = parseImageReference(vector.image);
      // A host of one word with capitals looks like a password, and is hidden like one.
      if (!reference.ok || /^[^./:]*[A-Z][^./:]*$/.test(reference.registry)) continue;
      const secrets = vector.secrets.map(({ name, type, data }) => ({
        name,
        payload: readPullSecret({ metadata: { name }, type, data }).payload,
      }));
      if (secrets.some(({ payload }) => payload.state === "undecodable")) {
        expect(vector.keyringError).toBeDefined();
        continue;
      }
      const held = secrets.flatMap(({ name, payload }) =>
        payload.state === "entries" ? [{ name, entries: payload.entries }] : [],
      );
      const { given, unordered } = lookUp(held, reference.name);
      if (vector.unordered === true) expect(unordered).toBe(true);
      else expect(given.map(({ secret }) => secret)).toEqual(vector.given.map(({ secret }) => secret));
      expect(given.filter(({ entry }) => entry.login === "complete").length).toBe(
        vector.given.filter(({ username, password }) => username !== "" && password !== "").length,
      );
    }
  });
});
