import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-"));
afterAll(() => rmSync(folder, { recursive: true }));

const noInput = (): readonly Buffer[] => [];

async function read(text: string | Buffer): Promise<readonly Json[]> {
  return readFiles(["-"], () => [Buffer.from(text as string)]);
}

/** Names of the Pods that were read, in order. */
async function pods(text: string | Buffer): Promise<readonly unknown[]> {
  return indexObjects(await read(text)).pods.map(
    (pod) => (pod["metadata"] as Readonly<Record<string, unknown>>)["name"],
  );
}

interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
}
const pod = (name: string): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
});
const list = (...items: readonly object[]): object => ({ apiVersion: "v1", kind: "List", items });
const yaml = (value: object): string => stringify(value, { indentSeq: false });
const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

describe("one Pod is read from", () => {
  test.each([
    ["UTF-16 with a mark, as Windows PowerShell's > writes it", utf16(`\ufeff${yaml(pod("web"))}`)],
    ["UTF-16 without a mark", utf16(yaml(pod("web")))],
    ["big-endian UTF-16", utf16(`\ufeff${yaml(pod("web"))}`).swap16()],
    ["UTF-8 with a mark", `\ufeff${yaml(pod("web"))}`],
    ["lines that end in CR LF", yaml(pod("web")).replaceAll("\n", "\r\n")],
    ["JSON", JSON.stringify(pod("web"))],
    ["JSON with a mark and blank lines in front", `\ufeff\n\n${JSON.stringify(pod("web"), null, 4)}\n`],
    ["an array of JSON objects", JSON.stringify([pod("web")])],
    ["a List of a List of a List", yaml(list(list(list(pod("web")))))],
    [
      "a PodList, whose items have no kind",
      yaml({ kind: "PodList", items: [{ metadata: { name: "web" } }] }),
    ],
    ["documents that are empty or hold only a comment", `---\n---\n# nothing\n---\n${yaml(pod("web"))}---\n`],
    ["a document after a directive", `%YAML 1.2\n---\n${yaml(pod("web"))}`],
    ["a flow mapping that is no JSON", "{kind: Pod, metadata: {name: web}}"],
    ["a Pod beside what is no object at all", `just words\n---\n- 1\n---\n${yaml(pod("web"))}`],
    ["the same Pod twice", `${yaml(pod("web"))}---\n${yaml(pod("web"))}`],
    ["a name with __proto__ beside it", '{"kind":"Pod","metadata":{"name":"web","__proto__":{"name":"x"}}}'],
  ])("%s", async (_, text) => {
    expect(await pods(text)).toEqual(["web"]);
  });
});

describe("two Pods are read from", () => {
  test.each([
    ["two YAML documents", `${yaml(pod("a"))}---\n${yaml(pod("b"))}`],
    [
      "JSON objects below each other, as two calls of kubectl leave them",
      [pod("a"), pod("b")].map((one) => JSON.stringify(one, null, 4)).join("\n"),
    ],
    ["JSON lines", [pod("a"), pod("b")].map((one) => JSON.stringify(one)).join("\n")],
    ["YAML and JSON in turn", `${yaml(pod("a"))}---\n${JSON.stringify(pod("b"), null, 4)}\n`],
  ])("%s", async (_, text) => {
    expect(await pods(text)).toEqual(["a", "b"]);
  });

  test("two files, one of them named twice", async () => {
    const file = join(folder, "a.yaml");
    writeFileSync(file, yaml(pod("a")));
    const json = join(folder, "b.json");
    writeFileSync(json, JSON.stringify(pod("b")));
    expect(indexObjects(await readFiles([file, json, file], noInput)).pods).toHaveLength(2);
  });

  test("a folder with all sorts in it, without its subfolders", async () => {
    const mixed = join(folder, "mixed");
    mkdirSync(join(mixed, "deeper.yaml"), { recursive: true });
    writeFileSync(join(mixed, "a.yml"), yaml(pod("a")));
    writeFileSync(join(mixed, "B.JSON"), JSON.stringify(pod("b")));
    writeFileSync(join(mixed, "values.yaml"), "image: web\n");
    writeFileSync(join(mixed, "empty.yaml"), "");
    writeFileSync(join(mixed, "notes.txt"), "kind: [");
    writeFileSync(join(mixed, "deeper.yaml", "c.yaml"), yaml(pod("c")));
    expect(indexObjects(await readFiles([mixed], noInput)).pods).toHaveLength(2);
  });
});

/** Long enough to be read item by item. */
const many = Array.from({ length: 900 }, (_, index) => ({
  ...pod(`web-${index}`),
  spec: {
    containers: [{ name: "app", image: `registry.example/shop/web:${index}`, args: ["- not: an item"] }],
  },
}));

describe("a long List", () => {
  const printed = yaml({ ...list(...many), metadata: { resourceVersion: "" } });
  const place = "/api/v1/namespaces/shop/pods";
  const names = many.map((_, index) => `web-${index}`);

  test.each([
    ["as kubectl prints it", printed],
    ["with its items indented, as yq prints it", stringify(list(...many))],
    [
      "with its own fields in front of the items",
      yaml({ metadata: {}, kind: "List", apiVersion: "v1", items: many }),
    ],
    ["with CR LF", printed.replaceAll("\n", "\r\n")],
    ["with comments between the items", printed.replaceAll(/^- /gm, "# one more\n- ")],
    ["behind another document", `${yaml({ kind: "ConfigMap", metadata: { name: "x" } })}---\n${printed}`],
    [
      "with an anchor that a later item uses",
      printed.replace("name: app", "name: &n app").replaceAll("name: app", "name: *n"),
    ],
    ["of Pods without a kind", yaml({ kind: "PodList", items: many.map(({ metadata }) => ({ metadata })) })],
    ["as JSON", JSON.stringify(list(...many), null, 4)],
  ])("is read whole %s", async (_, text) => {
    expect(await pods(text)).toEqual(names);
  });

  test("keeps what it says of itself, once", async () => {
    const text = yaml({ ...list(...many), kind: "PodList", metadata: { selfLink: place } });
    const objects = await read(text);
    expect(objects.filter(({ kind }) => kind === "PodList")).toEqual([
      { kind: "PodList", items: [], metadata: { selfLink: place } },
    ]);
    expect(indexObjects(objects).listed("Pod", "shop")).toEqual({ state: "complete" });
  });

  test("whose literal text has lines like items is not cut there", async () => {
    const tricky = {
      ...pod("tricky"),
      metadata: { name: "tricky", labels: { text: "- kind: Pod\n- kind: Pod\nitems:\n" } },
    };
    const objects = await read(yaml(list(tricky, ...many)));
    expect(objects).toHaveLength(901);
    expect(objects[0]).toMatchObject({
      metadata: { labels: { text: "- kind: Pod\n- kind: Pod\nitems:\n" } },
    });
  });

  test("names the line of a fault in a late item", async () => {
    const lines = printed.split("\n");
    const at = lines.findIndex((line) => line.includes("name: web-800"));
    const faulty = lines.with(at, '    name: "web').join("\n");
    await expect(read(faulty)).rejects.toThrow(/^standard input, line (\d+): this is no YAML/);
    const said = await read(faulty).catch((error: Error) => Number(/line (\d+)/.exec(error.message)?.[1]));
    // A quote that is not closed is noticed in its own line or in the next.
    expect([at + 1, at + 2]).toContain(said);
  });
});

describe("what cannot be read says so without quoting the text", () => {
  test.each([
    [
      "a quote that is not closed",
      'kind: Secret\nstringData:\n  x: "planted-password-7\n',
      "standard input, line 4: this is no YAML (a quote, bracket or colon is missing)",
    ],
    [
      "a tab",
      "kind: Pod\nmetadata:\n\tname: planted-password-7\n",
      "standard input, line 3: this is no YAML (a tab where blanks must be)",
    ],
    [
      "JSON that ends too early",
      '{"kind": "Secret",\n "data": {"x": "planted-password-7"',
      "standard input, line 2: this is no JSON",
    ],
    [
      "large JSON that ends too early",
      `{"kind": "Secret", "data": {"x": "${"planted-password-7".repeat(60_000)}"`,
      "standard input is no JSON, it seems to be cut off",
    ],
    [
      "an alias without an anchor",
      "kind: Secret\nstringData:\n  x: *planted-password-7\n",
      "standard input: the YAML document at line 1 has aliases that cannot be followed",
    ],
    [
      "aliases that multiply",
      bomb(),
      "standard input: the YAML document at line 1 has aliases that cannot be followed",
    ],
    ["no text", Buffer.from([0x6b, 0xc3, 0x28, 0xff]), "standard input is no text in UTF-8 or UTF-16"],
    ["nothing", "", "standard input is empty"],
    [
      "a table",
      "NAME   READY   STATUS\nweb    0/1     ImagePullBackOff\n",
      "standard input holds no Kubernetes object",
    ],
    [
      "a describe",
      "Name:             web\nNamespace:        shop\nEvents:           <none>\n",
      "standard input is what kubectl describe prints, not YAML",
    ],
  ])("%s", async (_, text, message) => {
    const error: unknown = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "UserError", message, exitCode: 3 });
    expect(JSON.stringify(error)).not.toContain("planted");
  });
});

function bomb(): string {
  const rows = Array.from(
    { length: 12 },
    (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}, *a${index}, *a${index}]`,
  );
  return `kind: Pod\na0: &a0 planted\n${rows.join("\n")}\n`;
}
