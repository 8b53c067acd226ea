import { describe, expect, test } from "vitest";
import { parseImageReference } from "../src/pull/image-reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Image, registry, repository, tag, whether it names a host, and why. */
const valid: readonly (readonly [string, string, string, string | undefined, boolean, string])[] = [
  ["nginx", "docker.io", "library/nginx", undefined, false, "one word is an official image"],
  ["nginx:1.27", "docker.io", "library/nginx", "1.27", false, "with a tag"],
  ["team/app", "docker.io", "team/app", undefined, false, "two words are a repository of Docker Hub"],
  ["docker.io/nginx", "docker.io", "library/nginx", undefined, true, "Docker Hub by its name"],
  ["index.docker.io/team/app", "docker.io", "team/app", undefined, true, "and by its old one"],
  ["docker.io/team/app", "docker.io", "team/app", undefined, true, "library/ is for single words"],
  ["localhost/app", "localhost", "app", undefined, true, "localhost is a host"],
  ["localhosts/app", "docker.io", "localhosts/app", undefined, false, "and nothing else without dot or port"],
  ["registry:5000/app", "registry:5000", "app", undefined, true, "a port makes a host"],
  ["registry/app", "docker.io", "registry/app", undefined, false, "without one it is a path"],
  ["Registry/app", "Registry", "app", undefined, true, "capitals make a host"],
  ["ghcr.io/a/b/c/d:V1", "ghcr.io", "a/b/c/d", "V1", true, "tags may have capitals"],
  ["GHCR.io/app", "GHCR.io", "app", undefined, true, "hosts keep theirs"],
  ["[::1]:5000/app", "[::1]:5000", "app", undefined, true, "an IPv6 address"],
  ["my_host.io/app", "my_host.io", "app", undefined, true, "a host that the grammar takes for a path"],
  [`ghcr.io/app:1@${digest}`, "ghcr.io", "app", "1", true, "tag and digest"],
  ["a__b/c--d.e", "docker.io", "a__b/c--d.e", undefined, false, "what may stand between letters"],
  [`a/b:${"t".repeat(128)}`, "docker.io", "a/b", "t".repeat(128), false, "the longest tag"],
  [`ghcr.io/${"a/".repeat(127)}b`, "ghcr.io", `${"a/".repeat(127)}b`, undefined, true, "the longest path"],
];

describe("an image is taken apart as the kubelet does it", () => {
  test.each(valid)("%s", (text, registry, repository, tag, hostGiven) => {
    const parsed = parseImageReference(text);
    expect(parsed).toMatchObject({ ok: true, registry, repository, hostGiven });
    expect(parsed).toHaveProperty("name", `${registry}/${repository}`);
    expect(parsed.ok ? parsed.tag : "").toBe(tag);
  });

  test("a digest is kept as it is", () => {
    expect(parseImageReference(`app@${digest}`)).toMatchObject({ digest, name: "docker.io/library/app" });
  });
});

const invalid = "invalid reference format";
const lowercase = "must be lowercase";

/** Image, the kubelet's words, and why. */
const refused: readonly (readonly [string, string, string])[] = [
  ["", invalid, "nothing"],
  ["/app", invalid, "no host before the slash"],
  ["ghcr.io/", invalid, "no path behind it"],
  ["ghcr.io//app", invalid, "an empty segment"],
  ["ghcr.io/org/App:1", `${invalid}: repository name (org/App) ${lowercase}`, "capitals in the path"],
  ["App", `${invalid}: repository name (library/App) ${lowercase}`, "capitals in one word"],
  [
    "app@SHA256:ab",
    `${invalid}: repository name (library/app@SHA256) ${lowercase}`,
    "before the first colon",
  ],
  ["My_Host.io/app", "repository name must be lowercase", "a path in capitals that begins like a host"],
  ["https://ghcr.io/org/app", invalid, "a scheme"],
  ["ghcr.io/org/app:", invalid, "an empty tag"],
  ["ghcr.io/org/app:1:2", invalid, "two tags"],
  [`a/b:${"t".repeat(129)}`, invalid, "a tag too long"],
  ["ghcr.io/org/app:${TAG}", invalid, "a variable"],
  ["ghcr.io/org/app:{{ .Values.tag }}", invalid, "a template"],
  [" ghcr.io/app", invalid, "a blank before"],
  ["ghcr.io/app\n", invalid, "a line break behind"],
  ["-ghcr.io/app", invalid, "a dash first"],
  ["ghcr.io/app-", invalid, "a dash last"],
  ["a___b/c", invalid, "three underscores"],
  ["ghcr.io/app@sha256:12", invalid, "a digest of two characters"],
  [`app@sha256:${"a".repeat(40)}`, "invalid checksum digest length", "a digest of the wrong length"],
  [`app@sha256:${"A".repeat(64)}`, "invalid checksum digest format", "a digest in capitals"],
  [`app@md5:${"a".repeat(32)}`, "unsupported digest algorithm", "an algorithm that nobody registered"],
  [`app:1@SHA256:${"a".repeat(64)}`, "invalid checksum digest format", "an algorithm in capitals"],
  [
    "f".repeat(64),
    `invalid repository name (${"f".repeat(64)}), cannot specify 64-byte hexadecimal strings`,
    "an image's ID",
  ],
  [`ghcr.io/${"a/".repeat(128)}b`, "repository name must not be more than 255 characters", "a path too long"],
  ["a".repeat(100_000), "repository name must not be more than 255 characters", "a word far too long"],
];

describe("what the kubelet refuses is refused in its words", () => {
  test.each(refused)("%.60j: %s", (text, error) => {
    expect(parseImageReference(text)).toEqual({ ok: false, error });
  });
});
