import { expect, test } from "vitest";
import { parseImageReference } from "../src/pull/image-reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

const valid: readonly (readonly [string, string, string | undefined, boolean, string])[] = [
  ["nginx", "docker.io/library/nginx", undefined, false, "one word is an official image"],
  ["nginx:1.27", "docker.io/library/nginx", "1.27", false, "with a tag"],
  ["team/app", "docker.io/team/app", undefined, false, "two words are a Docker Hub repository"],
  ["docker.io/nginx", "docker.io/library/nginx", undefined, true, "Docker Hub by name"],
  ["index.docker.io/team/app", "docker.io/team/app", undefined, true, "its old name"],
  ["localhost/app", "localhost/app", undefined, true, "localhost is a host"],
  ["registry:5000/app", "registry:5000/app", undefined, true, "a port makes a host"],
  ["registry/app", "docker.io/registry/app", undefined, false, "without one it is a path"],
  ["Registry/app", "Registry/app", undefined, true, "capitals make a host"],
  ["ghcr.io/a/b/c/d:V1", "ghcr.io/a/b/c/d", "V1", true, "long paths, tags in capitals"],
  ["[::1]:5000/app", "[::1]:5000/app", undefined, true, "IPv6"],
  [`ghcr.io/app:1@${digest}`, "ghcr.io/app", "1", true, "tag and digest"],
  ["a__b/c--d.e", "docker.io/a__b/c--d.e", undefined, false, "separators"],
];

test.each(valid)("%s is %s with tag %s", (text, name, tag, hostGiven) => {
  const parsed = parseImageReference(text);
  expect(parsed).toMatchObject({ ok: true, name, hostGiven });
  expect(parsed.ok ? parsed.tag : "").toBe(tag);
});

const invalid: readonly (readonly [string, RegExp, string])[] = [
  ["", /invalid reference format/, "nothing"],
  ["ghcr.io/org/App:1", /repository name \(org\/App\) must be lowercase/, "capitals in the path"],
  ["https://ghcr.io/org/app", /invalid reference format/, "a scheme"],
  ["ghcr.io/org/app:", /invalid reference format/, "an empty tag"],
  ["ghcr.io/org/app:${TAG}", /invalid reference format/, "a variable"],
  [" ghcr.io/app", /invalid reference format/, "a blank"],
  ["-ghcr.io/app", /invalid reference format/, "a hyphen first"],
  ["ghcr.io/app@sha256:12", /invalid reference format/, "a short digest"],
  [`ghcr.io/app@sha256:${"a".repeat(40)}`, /invalid checksum digest length/, "a digest of the wrong length"],
  [`ghcr.io/app@md5:${"a".repeat(32)}`, /unsupported digest algorithm/, "an algorithm nobody registered"],
  ["a".repeat(64).replaceAll("a", "f"), /64-byte hexadecimal/, "what looks like an image ID"],
  [`ghcr.io/${"a/".repeat(130)}b`, /255 characters/, "too long"],
];

test.each(invalid)("%j is refused: %s", (text, error) => {
  const parsed = parseImageReference(text);
  expect(parsed.ok ? "" : parsed.error).toMatch(error);
});
