import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { leadingOf } from "../src/verdict.ts";

/** Certificates whose wildcard is of the host's own domain, and too short for it. */

const cases = await readCases();
const asked = 'pinging container registry front.example: Get \\"https://front.example/v2/\\"';
const shown = "certificate is valid for back.example, not front.example";

function wordsOf(host: string, names: string): string {
  const folder = cases.find(({ name }) => name === "tls-hostname-mismatch/other-name");
  const before = JSON.stringify(folder?.objects);
  if (!before.includes(asked) || !before.includes(shown)) throw new Error("the case has other words");
  const text = before
    .replaceAll(asked, `failed to do request: Get \\"https://${host}/blob\\"`)
    .replaceAll(shown, `certificate is valid for ${names}, not ${host.replace(/:\d+$/, "")}`);
  const [verdict] = diagnose(indexObjects(JSON.parse(text) as Json[])).map((one) => one.verdict);
  const leading = verdict === undefined ? undefined : leadingOf(verdict);
  expect(leading?.id).toBe("tls-hostname-mismatch");
  return [leading?.finding.summary, ...(leading?.finding.fixes ?? []).map(({ summary }) => summary)].join(
    "\n",
  );
}

const store = "s3.eu-west-1.amazonaws.com";

describe("a certificate with a wildcard", () => {
  test.each([
    [`images.larch.test.${store}`, `*.${store}, ${store}`, `*.${store}`],
    [`images.larch.test.${store}:443`, `${store}, *.${store}`, `*.${store}`],
    ["x.y.blob.core.windows.net", "*.blob.core.windows.net", "*.blob.core.windows.net"],
  ])("is the provider's own, and too short for the host: %s by %s", (host, names, wildcard) => {
    const words = wordsOf(host, names);
    expect(words).toContain(`is for ${wildcard}, and * stands for one label only`);
    expect(words).toContain("Whoever runs front.example, which sends the node there, uses a host");
    expect(words).not.toContain("in its place");
  });

  test.each([
    ["another domain", `images.larch.test.${store}`, "*.larch.test"],
    ["another region", `images.larch.test.${store}`, "*.s3.eu-west-2.amazonaws.com"],
    ["the end of a label", `images.larch.test.${store}`, "*.1.amazonaws.com"],
    ["another service of the provider", `images.larch.test.${store}`, "*.amazonaws.com"],
    ["a whole name", `images.larch.test.${store}`, store],
    ["a wildcard below", `images.${store}`, `*.images.${store}`],
    ["a wildcard above all", `images.larch.test.${store}`, "*.com"],
  ])("is not the provider's own where it is for %s", (_, host, names) => {
    const words = wordsOf(host, names);
    expect(words).toContain("something else answers in its place");
    expect(words).not.toContain("one label only");
  });

  test("is spoken of for a host of one's own as well, whose certificate somebody here may change", () => {
    const words = wordsOf("a.b.larch.test", "*.larch.test");
    expect(words).toContain("is for *.larch.test, and * stands for one label only");
    expect(words).toContain("or whoever runs a.b.larch.test gets one that names it");
  });
});
