import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { certificatePath, startApiServer } from "../api-server.ts";
import { runCommand } from "../command.ts";
import { writeKubeconfig } from "../hostile-run.ts";
import { namespace, paths } from "../shop.ts";

// These take seconds by themselves, and others run beside them.
vi.setConfig({ testTimeout: 120_000 });

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const orders = readFileSync(new URL("../cli/fixtures/orders.yaml", import.meta.url), "utf8");
const objects = parseAllDocuments(orders).map((document) => document.toJS() as Item);
const list = (items: readonly object[]): object => ({ apiVersion: "v1", kind: "List", items });

function pod(): Item {
  const found = objects.find(({ kind }) => kind === "Pod");
  if (found === undefined) throw new Error("the sample has no Pod");
  return found;
}

const names = Array.from({ length: 5000 }, (_, index) => `orders-${index}`);
const many = list([
  ...names.map((name) => ({ ...pod(), metadata: { ...pod().metadata, name, uid: name } })),
  ...objects.filter(({ kind }) => kind !== "Pod" && kind !== "Event"),
]);

test.each([
  ["YAML", stringify(many, { indentSeq: false, aliasDuplicateObjects: false })],
  ["JSON", JSON.stringify(many, null, 4)],
])("a List of 5,000 Pods as %s is read to its end", async (_, input) => {
  const { code, stdout, stderr } = await runCommand(["-f", "-", "-o", "name"], { input });
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual(names.map((name) => `pod/${name}`));
  expect(code).toBe(1);
});

const secretOf = (value: string): object => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "registry-login", namespace: "team-a" },
  type: "kubernetes.io/dockerconfigjson",
  data: { ".dockerconfigjson": Buffer.from(value).toString("base64") },
});

/** The API server takes Secrets of up to 1 MiB. */
const large = 1024 * 1024;
const entry = (index: number): [string, object] => [
  `host-${index}.example`,
  { username: "ann", password: `planted-password-${index}` },
];

test.each([
  [
    "one password of that size",
    JSON.stringify({
      auths: { "registry.example": { username: "ann", password: "planted-password-".repeat(large / 17) } },
    }),
  ],
  [
    "thousands of registries",
    JSON.stringify({ auths: Object.fromEntries(Array.from({ length: 11_000 }, (_, index) => entry(index))) }),
  ],
  ["brackets only", "[".repeat(large)],
  ["no JSON at all", "planted-password-".repeat(large / 17)],
])("a Secret of 1 MiB ends in an answer without its values: %s", async (_, value) => {
  const others = objects.filter(({ kind }) => kind !== "Secret");
  for (const format of ["text", "json"]) {
    const input = JSON.stringify(list([...others, secretOf(value)]));
    const { code, stdout, stderr } = await runCommand(["-f", "-", "-o", format], { input });
    expect(code, stderr).toBe(1);
    expect(stdout + stderr).not.toContain("planted");
    expect(stdout.length).toBeLessThan(8_000_000);
  }
});

test.each([
  ["one word", "x".repeat(100_000)],
  ["blanks", `a${" ".repeat(100_000)}b`],
  ["quotes and brackets", '["'.repeat(50_000)],
  [
    "wrappers in wrappers",
    `${'Failed to pull image "a": rpc error: code = Unknown desc = '.repeat(1800)}no such host`,
  ],
  ["lines", "unauthorized: \n".repeat(7000)],
])("a message of 100 KB is read, and shown in part: %s", async (_, message) => {
  const waiting = { reason: "ImagePullBackOff", message };
  const status = { phase: "Pending", containerStatuses: [{ name: "app", imageID: "", state: { waiting } }] };
  const input = JSON.stringify({ ...pod(), status });
  const report = await runCommand(["-f", "-"], { input });
  expect(report.stderr).toBe("");
  expect(report.code).toBe(1);
  expect(report.stdout.length).toBeLessThan(20_000);
  const explained = await runCommand(["explain", "--message", message, "-o", "json"]);
  expect(JSON.parse(explained.stdout)).toMatchObject({ kind: "MessageReading" });
});

test("a list of a cluster is read to its end by HTTP/2, however many windows it fills", async () => {
  const padding = "x".repeat(60_000);
  const items = names.slice(0, 900).map((name) => ({
    ...pod(),
    metadata: { name, namespace, uid: name, annotations: { padding } },
  }));
  const server = await startApiServer({
    routes: { [paths.pods]: { kind: "PodList", apiVersion: "v1", metadata: {}, items } },
    gzipFrom: Number.POSITIVE_INFINITY,
  });
  const authority = { "certificate-authority": certificatePath("ca.crt") };
  const kubeconfig = writeKubeconfig(server.url, { token: "t" }, authority);
  const { code, stdout, stderr } = await runCommand(["-o", "name", "--kubeconfig", kubeconfig]);
  await server.close();
  expect(stderr).toBe("");
  expect(code).toBe(1);
  expect(stdout.trim().split("\n")).toHaveLength(900);
});
