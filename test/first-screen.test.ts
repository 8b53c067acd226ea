import { describe, expect, test } from "vitest";
import { diagnoseCase, readCases } from "../scripts/case-folders.ts";
import { shortMessage } from "../src/report/short-message.ts";
import { toText } from "../src/report/text.ts";

const width = 80;
const height = 24;

const rowsOf = (line: string): number => Math.max(1, Math.ceil([...line].length / width));
const rows = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + rowsOf(line), 0);

const cases = new Map((await readCases()).map((folder) => [folder.name, folder]));

/** The report's lines on a terminal of 80 columns. */
function linesOf(name: string, wide = false): readonly string[] {
  const folder = cases.get(name);
  if (folder === undefined) throw new Error(`there is no case ${name}`);
  return toText(diagnoseCase(folder), { width, colorLevel: 0, wide }).trimEnd().split("\n");
}

describe("a simple answer fits the first screen", () => {
  test.each([
    "credential-rejected/stale-login-on-a-public-image",
    "no-pull-secret/nobody-names-one",
    "pull-secret-missing/absent",
    "pull-secret-wrong-type/opaque",
    "registry-host-omitted/with-its-port",
    "registry-key-mismatch/another-registry",
    "service-account-changed-later/after-the-deployment",
    "template-not-rolled-out/old-revision-left",
    "wrong-service-account/the-secret-hangs-on-another",
  ])("%s", (name) => {
    expect(rows(linesOf(name))).toBeLessThanOrEqual(height);
  });

  test("and says where the rest is", () => {
    expect(linesOf("pull-secret-missing/absent").at(-1)).toMatch(/More: -o wide$/);
    expect(linesOf("pull-secret-missing/absent", true).join("\n")).not.toContain("-o wide");
  });
});

describe("what is said once", () => {
  const short = linesOf("no-pull-secret/nobody-names-one").join("\n");
  const wide = linesOf("no-pull-secret/nobody-names-one", true).join("\n");

  test("is cited where it is said, and a claim of its own with -o wide", () => {
    expect(short).toMatch(/refuses a\s+pull without a login\. \[1\]\[2\]/);
    expect(short).toContain("[1] Pod .spec.imagePullSecrets  [2] ServiceAccount default .imagePullSecrets");
    expect(short).not.toContain("The Pod names no pull secret.");
    expect(wide).toContain("The Pod names no pull secret. [");
    expect(wide).toContain("Pod team-a/shop .spec.imagePullSecrets");
  });

  test("of a fix that begins as the one above it, is how it goes on", () => {
    expect(short).toContain("2  Or name it on this Pod only, and replace it by itself: -o wide.");
    expect(wide).not.toContain("2  Or ");
  });

  test("is not what the summary leaves open: that a template is written replaces Pods", () => {
    const lines = linesOf("registry-key-mismatch/the-image-was-rewritten").join(" ").replaceAll(/\s+/g, " ");
    expect(lines).toContain("name it on the template of deployment/web. (replaces the Pod)");
  });

  test("keeps the namespace of what is elsewhere", () => {
    expect(linesOf("pull-secret-missing/exists-elsewhere").join("\n")).toContain(
      "Secret platform/registry-login",
    );
  });
});

describe("a message of which the cause is known", () => {
  const refused =
    'failed to pull and unpack image "a/b": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
  const token =
    "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.example/token?scope=repository%3Aa%2Fb%3Apull&service=s: 401 Unauthorized";

  test("is told without what every refusal begins with", () => {
    expect(shortMessage(refused, true)).toBe("… authorization failed: no basic auth credentials");
    expect(shortMessage(refused, false)).toContain("pull access denied");
  });

  test("is told without what was asked for at the token server", () => {
    expect(shortMessage(token, true)).toBe(
      "… failed to fetch oauth token: unexpected status from GET request to https://auth.example/token?…: 401 Unauthorized",
    );
    expect(shortMessage(token, false)).toBe(token);
  });
});
