import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { diagnoseCase, readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { element } from "../src/report/html/element.ts";
import { toHtml } from "../src/report/html/page.ts";
import { script, scriptDigest } from "../src/report/html/script.ts";
import { wayOf } from "../src/report/way.ts";

const cases = await readCases();

describe("the page of -o html", () => {
  test("admits its own script and no other", () => {
    expect(scriptDigest).toBe(`sha256-${createHash("sha256").update(script).digest("base64")}`);
  });

  test.for(cases.map((folder) => [folder.name, folder] as const))("loads nothing: %s", ([, folder]) => {
    const html = toHtml(diagnoseCase(folder));
    expect(html).toContain("default-src &#39;none&#39;");
    expect(html).not.toMatch(/<(?:link|img|iframe|object|embed|base|form|audio|video|use|image)\b/);
    expect(html).not.toMatch(/\bsrc=|@import|url\(|<a href="(?!#)/);
    expect(html.match(/<script\b/g)).toHaveLength(1);
  });

  test("keeps names of the cluster text, whatever they hold", () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&{{x}}\u202e`;
    const pod: Json = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: hostile, namespace: hostile },
      spec: { containers: [{ name: hostile, image: hostile }], imagePullSecrets: [{ name: hostile }] },
      status: {
        containerStatuses: [
          {
            name: hostile,
            image: hostile,
            state: {
              waiting: {
                reason: "InvalidImageName",
                message: `Failed to apply default image tag "${hostile}"`,
              },
            },
          },
        ],
      },
    };
    const html = toHtml(diagnose(indexObjects([pod])));
    expect(html).toContain("&lt;script&gt;alert(1)");
    expect(html).not.toContain("\u202e");
    expect(html.match(/<script\b/g)).toHaveLength(1);
    const attributes = [...html.matchAll(/<[a-z]\w*((?:\s[\w:-]+="[^"]*")*)>/g)].flatMap(([, written = ""]) =>
      [...written.matchAll(/\s([\w:-]+)="/g)].map(([, name]) => name),
    );
    expect(attributes.filter((name) => name?.startsWith("on"))).toEqual([]);
    expect(attributes.length).toBeGreaterThan(50);
    // Nothing that looks like a tag is left once the well-formed ones are gone.
    const left = html
      .replaceAll(/<(script|style)>[\s\S]*?<\/\1>/g, "")
      .replaceAll(/<!doctype html>|<[a-z]\w*(?:\s[\w:-]+="[^"]*")*>|<\/[a-z]\w*>/g, "");
    expect(left).not.toMatch(/[<>]/);
  });

  test("escapes attributes as it does text", () => {
    expect(element("a", { href: `"x'<` }, "<b>", element("br", {})).markup).toBe(
      '<a href="&quot;x&#39;&lt;">&lt;b&gt;<br></a>',
    );
  });
});

describe("the way that is drawn", () => {
  const states = (name: string): readonly string[] => {
    const folder = cases.find((one) => one.name === name);
    const [diagnosis] = folder === undefined ? [] : diagnoseCase(folder);
    return diagnosis === undefined ? [] : wayOf(diagnosis).map(({ state }) => state);
  };

  test.for([
    ["registry-key-mismatch/another-registry", ["idle", "passed", "broken", "after", "after", "after"]],
    [
      "credential-rejected/stale-login-on-a-public-image",
      ["idle", "passed", "passed", "passed", "passed", "broken"],
    ],
    ["credential-rejected/password-wrong", ["idle", "passed", "passed", "passed", "passed", "doubtful"]],
  ] as const)("breaks where the cause strikes: %s", ([name, expected]) => {
    expect(states(name)).toEqual(expected);
  });

  test("breaks once in every failing case with a cause, and nowhere in a healthy one", () => {
    const breaks = cases.flatMap((folder) =>
      diagnoseCase(folder).map((diagnosis) => ({
        name: folder.name,
        wanted: "leading" in diagnosis.verdict ? 1 : 0,
        seen: wayOf(diagnosis).filter(({ state }) => state === "broken" || state === "doubtful").length,
      })),
    );
    expect(breaks.filter(({ wanted, seen }) => wanted !== seen)).toEqual([]);
  });
});
