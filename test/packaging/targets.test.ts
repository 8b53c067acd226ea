import { expect, test } from "vitest";

import { targetName, targets } from "../../scripts/packaging/targets.ts";

test("executables are made for five platforms", () => {
  const names = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"];
  expect(targets.map(targetName)).toEqual(names);
});

test.each(targets.map(({ bun }) => bun))("$name $version is pinned by its whole SHA-512", ({ integrity }) => {
  const [algorithm, digest = ""] = integrity.split("-");
  expect(algorithm).toBe("sha512");
  expect(Buffer.from(digest, "base64").length).toBe(64);
});

test("all are made from one version of Bun", () => {
  expect(new Set(targets.map(({ bun }) => bun.version)).size).toBe(1);
});
