import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeApiServer, startApiServer, status } from "./api-server.ts";
import { type Ran, runCommand } from "./command.ts";
import { mismatch, namespace, paths } from "./shop.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-"));
const kubeconfig = join(folder, "kubeconfig");
const servers: FakeApiServer[] = [];

/** As an API server says that an object is not there. */
function absent(resource: string, ...names: readonly string[]): Record<string, object> {
  const group = resource === "pods" ? "/api/v1" : "/apis/apps/v1";
  return Object.fromEntries(
    names.map((name) => [
      `${group}/namespaces/${namespace}/${resource}/${name}`,
      status(404, "NotFound", `${resource} "${name}" not found`, { details: { name, kind: resource } }),
    ]),
  );
}

/** Three clusters: one fails, one is healthy, one does not answer; a fourth context leads to the first again. */
beforeAll(async () => {
  const failing = { ...mismatch(), ...absent("pods", "nobody", "web"), ...absent("deployments", "none") };
  const other = { ...mismatch(), [`/api/v1/namespaces/${namespace}/pods`]: { kind: "PodList", items: [] } };
  for (const routes of [failing, other]) servers.push(await startApiServer({ routes, certificate: "none" }));
  const urls = {
    east: servers[0]?.url,
    west: servers[1]?.url,
    gone: "http://127.0.0.1:1",
    again: servers[0]?.url,
  };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: Object.entries(urls).map(([name, server]) => ({ name, cluster: { server } })),
      contexts: Object.keys(urls).map((name) => ({ name, context: { cluster: name, user: "", namespace } })),
      "current-context": "west",
    }),
  );
});
afterAll(async () => {
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true });
});

const ask = (...words: readonly string[]): Promise<Ran> => runCommand(["--kubeconfig", kubeconfig, ...words]);
const name = paths.pod.split("/").at(-1) ?? "";

describe("several clusters at once", () => {
  test("are answered in one report, and the one that does not answer hides none", async () => {
    const { code, stdout, stderr } = await ask("--contexts", "west,east,gone");
    expect(code).toBe(1);
    expect(stdout).toContain("deployment/web -n shop --context east");
    expect(stdout).toMatch(/kubectl patch deployment\/web .* --context east$/m);
    expect(stdout).toContain("Not asked: gone.");
    expect(stderr).toContain("context gone: The connection to the server");
  });

  test("have exit codes that say what is known", async () => {
    expect((await ask("--contexts", "west")).code).toBe(0);
    expect((await ask("--contexts", "west,gone")).code).toBe(3);
    expect((await ask("--contexts", "gone")).code).toBe(3);
    expect((await ask("--contexts", "gone")).stdout).toBe("");
  });

  test("are all contexts, and each Pod once where two lead to it", async () => {
    const { stdout } = await ask("--contexts", "all", "-o", "json");
    const { items } = JSON.parse(stdout) as { items: readonly { context: string; pod: { name: string } }[] };
    expect(items.map(({ context, pod }) => [context, pod.name])).toEqual([["east", name]]);
  });

  test("have names that can be told apart", async () => {
    expect((await ask("--contexts", "all", "-o", "name")).stdout).toBe(`pod/${name} --context east\n`);
  });

  test("cannot be misspelt, nor be one cluster", async () => {
    expect(await ask("--contexts", "agan")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("Did you mean again?"),
    });
    expect((await ask("--contexts", "east", "--context", "west")).code).toBe(2);
    expect((await ask("--contexts", "east", "--save-bundle", "x")).code).toBe(2);
  });
});

describe("several targets", () => {
  const east = (...words: readonly string[]): Promise<Ran> => ask("--context", "east", ...words);

  test("are answered as far as they are there", async () => {
    const { code, stdout, stderr } = await east("nobody", name, "-o", "name");
    expect({ code, stdout }).toEqual({ code: 1, stdout: `pod/${name}\n` });
    expect(stderr).toContain('pods "nobody" not found');
  });

  test("are refused where none is there, each in its own words", async () => {
    const { code, stdout, stderr } = await east("nobody", "deploy/none");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/"nobody" not found[^]*"none" not found/);
  });

  test("may name their namespace", async () => {
    for (const word of [`shop/${name}`, `shop/pod/${name}`, "shop/deploy/web"])
      expect((await east("-n", "elsewhere", word, "-o", "name")).stdout).toBe(`pod/${name}\n`);
    expect((await east("svc/web")).code).toBe(2);
  });

  test("by a workload's name alone are offered the workload", async () => {
    expect((await east("web")).stderr).toContain("Did you mean deploy/web?");
  });
});
