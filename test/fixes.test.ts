import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import type { Fix } from "../src/rules/rule.ts";
import { leadingOf } from "../src/verdict.ts";

/** What a fix says of itself beyond the golden reports. */

const cases = await readCases();

/** The fixes of every failing image of the case, after its text was changed. */
function fixesOf(
  name: string,
  replace: Readonly<Record<string, string>>,
  add: readonly Json[] = [],
): readonly Fix[] {
  const folder = cases.find((one) => one.name === name);
  if (folder === undefined) throw new Error(`there is no case ${name}`);
  let text = JSON.stringify(folder.objects);
  for (const [from, to] of Object.entries(replace)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  const objects = [...(JSON.parse(text) as Json[]), ...add];
  return diagnose(indexObjects(objects)).flatMap(({ verdict }) => leadingOf(verdict)?.finding.fixes ?? []);
}

describe("a Secret that is taken off the list", () => {
  const spoilt = "pull-secret-malformed/second-secret-spoils-the-first";

  test("takes its other entries with it, and the fix says so", () => {
    const summaries = fixesOf(spoilt, {
      '\\"readable\\":[]': '\\"readable\\":[\\"docker.io\\",\\"quay.io\\"]',
    }).map(({ summary }) => summary);
    expect(summaries[0]).toContain("goes without old-login's entries for docker.io, quay.io");
  });

  test("that has no others takes nothing", () => {
    for (const { summary } of fixesOf(spoilt, {})) expect(summary).not.toContain("goes without");
  });
});

describe("an ambiguous answer", () => {
  test("has the commands of its other readings, each under its name, and none twice", () => {
    const fixes = fixesOf("forbidden/asked-for-no-login", {});
    const others = fixes.filter(({ summary }) => summary.startsWith("If it is no-pull-secret: "));
    expect(others.length).toBeGreaterThan(0);
    expect(others.every(({ command }) => command !== undefined)).toBe(true);
    const commands = fixes.flatMap(({ command }) => command ?? []);
    expect(new Set(commands).size).toBe(commands.length);
  });
});

describe("a Secret whose login another Pod shows to be refused", () => {
  const hidden = "service-account-list-ignored/own-list-hides-it";
  const folder = cases.find(({ name }) => name === hidden);
  const pod = folder?.objects.find(({ kind }) => kind === "Pod");
  const secret = /"imagePullSecrets":\[\{"name":"([^"]+)"/.exec(
    JSON.stringify(folder?.objects.find(({ kind }) => kind === "ServiceAccount")),
  )?.[1];

  /** A Pod that lists it, and whose pull of another repository was answered so. */
  function other(answer: string): Json {
    const { metadata, spec, status } = JSON.parse(JSON.stringify(pod)) as Record<
      string,
      Record<string, unknown>
    >;
    const images = JSON.stringify(spec).matchAll(/"image":"([^"/]+)\/([^"]+?):([^"]+)"/g);
    const [[, host = "", path = "", tag = ""] = []] = [...images];
    const message = `Back-off pulling image "${host}/${path}:${tag}": ErrImagePull: failed to pull and unpack image "${host}/${path}:${tag}": failed to resolve image: unexpected status from HEAD request to https://${host}/v2/${path}/manifests/${tag}: ${answer}`;
    const text = JSON.stringify(status).replaceAll(
      /"message":"(?:[^"\\]|\\.)*"/g,
      `"message":${JSON.stringify(message)}`,
    );
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, name: "twin", uid: "b7d4f1de-0000-4000-8000-000000000001" },
      spec: { ...spec, imagePullSecrets: [{ name: secret }] },
      status: JSON.parse(text) as unknown,
    };
  }

  function summaries(add: readonly Json[]): string {
    return fixesOf(hidden, {}, add)
      .map(({ summary }) => summary)
      .join("\n");
  }

  test("is offered as long as nothing shows it", () => {
    expect(summaries([])).toContain(`Secret ${secret ?? ""} fits`);
    expect(summaries([other("503 Service Unavailable")])).toContain(`Secret ${secret ?? ""} fits`);
  });

  test("is not offered, and the fix says why", () => {
    const text = summaries([other("401 Unauthorized")]);
    expect(text).not.toContain(`Secret ${secret ?? ""} fits`);
    expect(text).toContain(`The login in ${secret ?? ""} is refused where another Pod uses it.`);
  });
});
