import { describe, expect, test } from "vitest";
import { readCases } from "../../scripts/case-folders.ts";
import { diagnose } from "../../src/diagnose.ts";
import { type Json, record } from "../../src/evidence/field.ts";
import { indexObjects } from "../../src/evidence/objects.ts";
import { toHtml } from "../../src/report/html/page.ts";
import { toMarkdown } from "../../src/report/markdown.ts";
import { toText } from "../../src/report/text.ts";

/** What a registry says stands in every form of the report, and does nothing there. */

const cases = await readCases();
const folder = cases.find(({ name }) => name === "credential-lacks-permission/hub-does-not-tell-when-asked");
const said = "``` </pre><script>alert(1)</script> **denied** \u202Eevil";
const steps = Array.from({ length: 14 }, (_, at) => ({
  by: at < 3 ? "node" : "us",
  method: "GET",
  target: "manifest",
  host: "registry-1.docker.io",
  status: 403,
  scheme: "bearer",
  message: said,
  login: { secret: "hub-login", registryKey: "https://index.docker.io/v1/" },
}));
const objects = (folder?.objects ?? []).map((object): Json =>
  object["kind"] === "RegistryProbe" ? { ...object, status: { ...record(object, "status"), steps } } : object,
);
const diagnoses = diagnose(indexObjects(objects));

describe("the answers of a registry", () => {
  test("are ten lines of eighty columns in the text at most", () => {
    const text = toText(diagnoses, { width: 80, colorLevel: 0, wide: false });
    const [, section = ""] = /\n\n(Probe [^]*?)\n\n/.exec(text) ?? [];
    const lines = section.split("\n");
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("stand in a fence of Markdown that they cannot end", () => {
    const markdown = toMarkdown(diagnoses);
    const [, fence = ""] = /#### Probe\n\n(`+)text\n/.exec(markdown) ?? [];
    expect(fence.length).toBeGreaterThan(3);
    const [, section = ""] = markdown.split("#### Probe");
    expect(section.split(`\n${fence}\n`)[0]).toContain("403  ``` </pre>");
    expect(markdown).not.toContain("\u202E");
  });

  test("are text in HTML", () => {
    const html = toHtml(diagnoses);
    expect(html).toContain("<h3>Probe</h3>");
    expect(html).toContain("``` &lt;/pre&gt;&lt;script&gt;");
    expect(html.match(/<script\b/g)).toHaveLength(1);
  });
});
