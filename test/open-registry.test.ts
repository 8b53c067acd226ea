import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import type { Verdict } from "../src/verdict.ts";

/** Refusals by a registry that gives everybody all that it has, and which sends whoever pulls to other hosts. */

const file = fileURLToPath(new URL("reports/registry-k8s-io-blocked.yaml", import.meta.url));
const objects = JSON.stringify(await readFiles([file], () => []));
const original = "https://registry.k8s.io/v2/sig/driver/manifests/v1: 403 Forbidden";
const elsewhere = "https://us-west2-docker.pkg.dev/v2/k8s-artifacts-prod/images/sig/driver/manifests/v1";

function verdictFor(message: string, image = "registry.k8s.io/sig/driver:v1"): Verdict | undefined {
  if (!objects.includes(original)) throw new Error("the report has other words");
  const written = objects
    .replaceAll(original, JSON.stringify(message).slice(1, -1))
    .replaceAll("registry.k8s.io/sig/driver:v1", image);
  return diagnose(indexObjects(JSON.parse(written) as Json[]))[0]?.verdict;
}

describe("where no login is ever wanted", () => {
  test.each([
    original,
    `${elsewhere}: 403 Forbidden`,
    `${elsewhere}: 401 Unauthorized`,
    "https://registry.k8s.io/v2/sig/driver/manifests/v1: 401 Unauthorized",
  ])("none is missing: %s", (message) => {
    expect(verdictFor(message)).toMatchObject({ state: "cause", leading: { id: "forbidden" } });
  });

  test("none is missing at the first name of registry.k8s.io, as there may be at any other of that cloud", () => {
    const said = (host: string) =>
      `pulling from host ${host} failed with status code [manifests v1]: 403 Forbidden`;
    const first = verdictFor(said("k8s.gcr.io"), "k8s.gcr.io/sig/driver:v1");
    expect(first).toMatchObject({ state: "cause", leading: { id: "forbidden" } });
    expect(verdictFor(said("eu.gcr.io"), "eu.gcr.io/sig/driver:v1")).toMatchObject({ state: "ambiguous" });
  });

  test("what hides whether it exists may not exist", () => {
    const said =
      'denied: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" on resource';
    expect(verdictFor(`${elsewhere}: 403 Forbidden: ${said}`)).toMatchObject({
      leading: { id: "forbidden" },
      alternatives: ["repository-not-found"],
    });
  });

  test.each([
    [
      "another registry's image",
      "https://registry.example/v2/sig/driver/manifests/v1",
      "registry.example/sig/driver:v1",
    ],
    [
      "a mirror of it, which may want one",
      "https://mirror.example/v2/sig/driver/manifests/v1?ns=registry.k8s.io",
      "registry.k8s.io/sig/driver:v1",
    ],
  ])("but for %s", (_, url, image) => {
    const verdict = verdictFor(`${url}: 401 Unauthorized`, image);
    expect(verdict).toMatchObject({ leading: { id: "no-pull-secret" } });
  });
});
