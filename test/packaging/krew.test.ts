import { readFileSync } from "node:fs";

import { expect, test } from "vitest";
import { parse } from "yaml";

import { filledIn } from "../../scripts/packaging/krew.ts";
import { programName, targets } from "../../scripts/packaging/targets.ts";

const template = readFileSync(new URL("../../krew-manifest.yaml", import.meta.url), "utf8");
const archives = targets.map(({ os, arch }, place) => ({ os, arch, sha256: String(place).repeat(64) }));

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly shortDescription: string;
    readonly platforms: readonly {
      readonly selector: { readonly matchLabels: { readonly os: string; readonly arch: string } };
      readonly uri: string;
      readonly sha256: unknown;
      readonly bin: string;
    }[];
  };
}

const manifest = parse(filledIn(template, "1.2.3", archives)) as Manifest;

test("the manifest names every packaged platform once, each with its own digest and program", () => {
  const platforms = manifest.spec.platforms.map(({ selector, sha256, bin }) => ({
    ...selector.matchLabels,
    sha256,
    bin,
  }));
  expect(platforms).toEqual(archives.map((archive) => ({ ...archive, bin: programName(archive.os) })));
});

test("every archive of the manifest comes from the release of its version", () => {
  expect(manifest.spec.version).toBe("v1.2.3");
  for (const { uri, selector } of manifest.spec.platforms) {
    const { os, arch } = selector.matchLabels;
    expect(uri).toMatch(
      new RegExp(`/releases/download/v1\\.2\\.3/kubectl-why_pull_${os}_${arch}\\.tar\\.gz$`),
    );
  }
});

test("nothing of the template's own marks is left", () => {
  expect(filledIn(template, "1.2.3", archives)).not.toMatch(/\{\{|\}\}|^#/m);
});

// krew-index refuses longer ones: cmd/validate-krew-manifest, krew 0.4.5.
test("the short description fits into krew's list", () => {
  expect(manifest.spec.shortDescription.length).toBeLessThanOrEqual(50);
  expect(manifest.spec.shortDescription).not.toMatch(/\.$|\n/);
});

test("a platform that was not packaged is not passed over", () => {
  expect(() => filledIn(template, "1.2.3", archives.slice(1))).toThrow("linux_amd64");
});

test("an archive that the template forgot is not passed over", () => {
  const more = [...archives, { os: "windows", arch: "arm64", sha256: "f".repeat(64) }];
  expect(() => filledIn(template, "1.2.3", more)).toThrow("windows_arm64");
});
