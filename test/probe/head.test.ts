import { afterEach, expect, test } from "vitest";
import { failingPod, probe, registryHost, startRegistry, type TestRegistry } from "./registry.ts";

let registry: TestRegistry | undefined;
afterEach(async () => registry?.close());

test("a registry that knows no HEAD is asked by GET from then on, and a login is not spent on hearing so again", async () => {
  registry = await startRegistry("server", ({ method }, response) => {
    if (method === "HEAD") response.writeHead(405).end();
    else response.writeHead(401, { "www-authenticate": 'Basic realm="r"' }).end();
  });
  const host = `${registryHost}:${registry.port}`;
  await probe(
    failingPod(`${host}/team/app:1.0`, { [host]: { username: "u", password: "a-password-of-none" } }),
  );
  const asked = registry.seen.map(
    ({ method, url, authorization }) =>
      `${method} ${url} ${authorization === undefined ? "without" : "with"} a login`,
  );
  expect(asked).toEqual([
    "HEAD /v2/team/app/manifests/1.0 without a login",
    "GET /v2/team/app/manifests/1.0 without a login",
    "GET /v2/team/app/manifests/1.0 with a login",
    "GET /v2/ with a login",
  ]);
});
