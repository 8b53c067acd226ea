import { expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { leadingOf } from "../src/verdict.ts";

/** Proxies that do not resolve, as Go names them. */

const cases = await readCases();

function fixFor(proxy: string): string {
  const folder = cases.find(({ name }) => name === "proxy-failure/proxy-refuses-connect");
  const text = JSON.stringify(folder?.objects).replaceAll(
    /(?<=\/v2\/\\": )Forbidden/g,
    `proxyconnect tcp: dial tcp: lookup ${proxy} on 10.0.0.2:53: no such host`,
  );
  if (!text.includes(`lookup ${proxy} on`)) throw new Error("the case has other words");
  const [verdict] = diagnose(indexObjects(JSON.parse(text) as Json[])).map((one) => one.verdict);
  const leading = verdict === undefined ? undefined : leadingOf(verdict);
  expect(leading?.id).toBe("proxy-failure");
  return leading?.finding.fixes.map(({ summary }) => summary).join("\n") ?? "";
}

test.each(["http", "https"])(
  "a proxy that is called %s is a scheme, miswritten in one of several ways",
  (name) => {
    expect(fixFor(name)).toContain(
      "miswritten (twice, or without its colon or a slash) or has no host behind it",
    );
  },
);

test.each(["http-proxy", "https.larch.test", "proxy"])("a proxy that is called %s is one", (name) => {
  expect(fixFor(name)).toContain("a proxy that the node reaches");
  expect(fixFor(name)).not.toContain("scheme");
});
