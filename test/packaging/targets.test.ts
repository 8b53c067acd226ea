import { expect, test } from "vitest";

import { builders, targetName, targets } from "../../scripts/packaging/targets.ts";

test("executables are made for five platforms", () => {
  const names = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"];
  expect(targets.map(targetName)).toEqual(names);
});

test.each([...targets.map(({ node }) => node), ...builders])(
  "$name $version is pinned by its whole SHA-512",
  ({ integrity }) => {
    const [algorithm, digest = ""] = integrity.split("-");
    expect(algorithm).toBe("sha512");
    expect(Buffer.from(digest, "base64").length).toBe(64);
  },
);

test.each([...targets])(
  "for Node $node.version there is one of the same version to build with",
  ({ node }) => {
    expect(builders.map(({ version }) => version)).toContain(node.version);
  },
);

// Node 26's linux binaries need libatomic.so.1, which stock images lack.
test.each(targets.filter(({ os }) => os === "linux"))("$os/$arch gets Node 24", ({ node }) => {
  expect(node.version).toMatch(/^24\./);
});
