import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runCommand } from "./command.ts";

/** can-pull -f: what of manifests is looked at, what is named as not looked at, and what has to be rendered first. */

const folder = mkdtempSync(join(tmpdir(), "can-pull-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function write(files: Readonly<Record<string, string | object>>): string {
  count += 1;
  const place = join(folder, String(count));
  mkdirSync(place);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(place, name), typeof content === "string" ? content : JSON.stringify(content));
  return place;
}

const ask = (file: string, ...words: readonly string[]) =>
  runCommand(["can-pull", "-f", file, "--no-probe", "--kubeconfig", "/dev/null", ...words], {
    env: { HOME: "/nowhere" },
  });

interface List {
  readonly items: readonly {
    readonly image: string;
    readonly usedBy: readonly { readonly kind: string }[];
  }[];
  readonly notLookedAt?: readonly { readonly kind: string; readonly name: string }[];
}

async function listOf(...objects: readonly object[]): Promise<List> {
  const { stdout } = await ask(write({ "all.json": { kind: "List", items: objects } }), "-o", "json");
  return JSON.parse(stdout) as List;
}

const template = { spec: { containers: [{ name: "app", image: "registry.example/app:1" }] } };
const other = (kind: string, spec: object): object => ({
  apiVersion: "example.com/v1",
  kind,
  metadata: { name: "it" },
  spec,
});

describe("what a controller makes Pods of", () => {
  test.each(["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet", "ReplicationController"])(
    "%s",
    async (kind) => {
      const { items } = await listOf({ kind, metadata: { name: "web" }, spec: { template } });
      expect(items).toMatchObject([{ image: "registry.example/app:1", usedBy: [{ kind }] }]);
    },
  );
});

describe("an object of another's kind that holds an image", () => {
  test.each([
    ["a field", { image: "nginx" }],
    ["a field by another name", { sidecars: [{ baseImage: "registry.example/base:1" }] }],
    ["a repository and a tag", { values: { image: { repository: "nginx", tag: "1" } } }],
    ["a name with its version", { imageName: "registry.example/db:16" }],
  ])("is named: %s", async (_, spec) => {
    const pod = { kind: "Pod", metadata: { name: "web" }, ...template };
    const { notLookedAt } = await listOf(pod, other("Widget", spec));
    expect(notLookedAt).toEqual([{ kind: "Widget", name: "it" }]);
  });

  test.each([
    ["a policy", { imagePullPolicy: "IfNotPresent" }],
    ["a schema", { properties: { image: { type: "string" }, imageName: { description: "a name" } } }],
    ["a format", { heroImage: "wide" }],
  ])("is told from one that holds none: %s", async (_, spec) => {
    const pod = { kind: "Pod", metadata: { name: "web" }, ...template };
    expect(await listOf(pod, other("Widget", spec))).not.toHaveProperty("notLookedAt");
  });

  test("is named also where its kind is called like one of Kubernetes' own", async () => {
    const pod = { kind: "Pod", metadata: { name: "web" }, ...template };
    const { items, notLookedAt } = await listOf(pod, other("Job", { tasks: [{ template }] }));
    expect(items).toHaveLength(1);
    expect(notLookedAt).toEqual([{ kind: "Job", name: "it" }]);
  });

  test("is named where there is nothing else", async () => {
    const { code, stderr } = await ask(write({ "all.json": other("Widget", { image: "nginx" }) }));
    expect(code).toBe(3);
    expect(stderr).toMatch("Not looked at: Widget it");
  });
});

describe("what is not rendered yet", () => {
  const pod = { kind: "Pod", metadata: { name: "web" }, ...template };

  test("is refused where it is a chart, a kustomization, or a template", async () => {
    const chart = await ask(write({ "Chart.yaml": "name: web\n", "pod.json": pod }));
    expect(chart).toMatchObject({ code: 3, stdout: "" });
    expect(chart.stderr).toMatch("helm template NAME");
    for (const name of ["kustomization.yaml", "kustomization.yml", "Kustomization"]) {
      const place = write({ [name]: "resources: [pod.json]\nimages: [{name: nginx}]\n", "pod.json": pod });
      const built = await ask(place);
      expect(built).toMatchObject({ code: 3, stdout: "" });
      expect(built.stderr).toMatch(`kubectl kustomize ${place} |`);
    }
    const text = "{{- if .Values.on }}\nkind: Pod\nmetadata: {name: web}\n{{- end }}\n";
    const unrendered = await ask(join(write({ "pod.yaml": text }), "pod.yaml"));
    expect(unrendered).toMatchObject({ code: 3, stdout: "" });
    expect(unrendered.stderr).toMatch("this is a template, and no YAML yet");
  });

  test("is a no where the variable stands in a string", async () => {
    const spec = { containers: [{ name: "app", image: "registry.example/app:{{ .Values.tag }}" }] };
    const { code, stdout } = await ask(write({ "pod.json": { ...pod, spec } }));
    expect(code).toBe(1);
    expect(stdout).toMatch("unrendered-template");
  });
});
