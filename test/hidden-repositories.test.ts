import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { leadingOf } from "../src/verdict.ts";

/** What a stranger is told of a repository that is not for everybody: as of one that does not exist, or that it does not. */

async function readReport(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`reports/${name}.yaml`, import.meta.url));
  return JSON.stringify(await readFiles([file], () => []));
}

/** The causes that the verdict names, the first of them first. */
function causesOf(objects: string, replace: readonly (readonly [string, string])[] = []): readonly string[] {
  let text = objects;
  for (const [from, to] of replace) {
    if (!text.includes(from)) throw new Error(`there is no ${from}`);
    text = text.replaceAll(from, to);
  }
  const verdict = diagnose(indexObjects(JSON.parse(text) as Json[]))[0]?.verdict;
  const leading = verdict === undefined ? undefined : leadingOf(verdict);
  return [leading?.id ?? "none", ...(verdict?.state === "ambiguous" ? verdict.alternatives : [])];
}

describe("a registry that gives strangers what is public", async () => {
  const ghcr = await readReport("ghcr-private-docker");
  const said = "manifests/latest: unauthorized";

  test("refuses what is private and what is not there alike", () => {
    expect(causesOf(ghcr)).toEqual(["no-pull-secret", "repository-not-found"]);
  });

  test("is not every registry: most ask everybody for a login first", () => {
    expect(causesOf(ghcr, [["ghcr.io", "registry.example"]])).toEqual(["no-pull-secret"]);
  });

  test("is not what asks for Basic in its place", () => {
    const basic =
      "failed to resolve reference: failed to do request: authorization failed: no basic auth credentials";
    expect(
      causesOf(ghcr, [
        [`Error response from daemon: Get https://ghcr.io/v2/plum/dns-relay/dns-relay/${said}`, basic],
      ]),
    ).not.toContain("repository-not-found");
  });
});

describe("a bare 401", async () => {
  const quay = await readReport("quay-no-such-repository");

  test("is no answer to a login, where strangers are given a token", () => {
    expect(causesOf(quay)).toEqual(["no-pull-secret", "repository-not-found"]);
  });

  test("is one where Basic is asked for, as this runtime has other words without a login", () => {
    expect(causesOf(quay, [["quay.io", "registry.example"]])[0]).toBe("node-credential-failed");
  });
});

describe("docker's first protocol", async () => {
  const gke = await readReport("gke-first-kubelets-scope");
  const open = ["manifest-not-found", "repository-not-found"];
  const said = "Error: image loom-middleware/tdb:latest not found";

  test("tells a stranger that there is no such image, where a cloud's node was to log in", () => {
    expect(causesOf(gke)).toEqual([...open, "node-credential-failed"]);
  });

  test("or where nobody did, at any other registry", () => {
    expect(causesOf(gke, [["gcr.io", "registry.example"]])).toEqual([...open, "no-pull-secret"]);
  });

  test("names a tag only of what it shows", () => {
    const tag = "Tag latest not found in repository gcr.io/loom-middleware/tdb";
    expect(causesOf(gke, [[said, tag]])).not.toContain("node-credential-failed");
  });

  test("tells it to no stranger where the kubelet does not say that it had no login", () => {
    const without = ", this may be because there are no credentials on this request.  details: (";
    const plain = causesOf(gke, [
      ["image pull failed for gcr.io/loom-middleware/tdb", "API error (500"],
      [without, "): "],
      [`${said})`, said],
    ]);
    expect(plain).toContain("manifest-not-found");
    expect(plain).not.toContain("node-credential-failed");
  });

  describe("asked again after the second", async () => {
    const report = await readReport("old-docker-hides-a-401");
    const words = "Error: image weft/postgres:1.0 not found";

    test("hides that the registry wants a login", () => {
      expect(causesOf(report)).toEqual([...open, "no-pull-secret"]);
    });

    test("hides nothing of what is open to all", () => {
      expect(causesOf(report, [["reg.weft.test:444/weft", "docker.io/library"]])).not.toContain(
        "no-pull-secret",
      );
    });

    test("hides no want of a login from a Pod that brings one", async () => {
      const withLogin = await readReport("old-docker-says-only-unauthorized");
      const absent = "Error: image test-service:latest not found";
      expect(causesOf(withLogin, [["unauthorized: authentication required", absent]])).toEqual(open);
    });

    test("is not the second, whose 404 comes after the login", () => {
      expect(causesOf(report, [[words, "manifest unknown: manifest unknown"]])).not.toContain(
        "no-pull-secret",
      );
    });
  });
});
