import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Route, startApiServer, status } from "./api-server.ts";
import { runCommand } from "./command.ts";
import { changedLater, mismatch, namespace, paths, type Routes } from "./shop.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-"));
afterAll(() => rmSync(folder, { recursive: true }));

const name = "web-5d9c8b7f6-x2x2x";

/** All the ways in which one read can fail, each as an API server or what stands before it does it. */
const faults: Readonly<Record<string, Route>> = {
  "401": status(401, "Unauthorized", "Unauthorized"),
  "403": status(403, "Forbidden", 'it is forbidden: User "dev" cannot get resource'),
  "404": status(404, "NotFound", "not found", { details: { name: "x", kind: "x" } }),
  "404 of a proxy": (response) => {
    response.writeHead(404, { "content-type": "text/html" }).end("<html>not here</html>");
  },
  "404 of a missing API": status(404, "NotFound", "the server could not find the requested resource", {
    details: {},
  }),
  "409": status(409, "Conflict", "the object has been modified"),
  "410": status(410, "Expired", "The provided continue parameter is too old"),
  "429": status(429, "TooManyRequests", "Too many requests, please try again later."),
  "500": status(500, "InternalError", "Internal error occurred: etcdserver: leader changed"),
  "503 of an aggregated API": status(
    503,
    "ServiceUnavailable",
    "the server is currently unable to handle the request",
  ),
  "502 of a proxy": (response) => {
    response.writeHead(502, { "content-type": "text/html" }).end("<html>bad gateway</html>");
  },
  silence: () => undefined,
  "a cut body": (response, _seen, socket) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
    response.write('{"kind":"Pod","metadata":{"name":');
    setTimeout(() => socket.destroy(), 5);
  },
  "no JSON": (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"kind": "Pod", oops');
  },
  "another content type": (response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<html>log in here</html>");
  },
  "an empty body": (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("");
  },
  "an object of the wrong shape": {
    kind: "Pod",
    apiVersion: "v1",
    metadata: 7,
    items: "x",
    spec: [],
    status: "y",
    data: 1,
  },
};

const scenes: readonly {
  readonly story: string;
  readonly routes: () => Routes;
  readonly accepted: readonly string[];
}[] = [
  { story: "a Secret for another registry", routes: mismatch, accepted: ["registry-key-mismatch"] },
  {
    story: "a ServiceAccount that was changed later",
    routes: changedLater,
    accepted: ["service-account-changed-later"],
  },
];

interface Item {
  readonly verdict: {
    readonly state: string;
    readonly cause: string | null;
    readonly confidence: string | null;
    readonly alternatives: readonly string[];
  };
  readonly unknowns: readonly { readonly text: string; readonly help: string }[];
}

async function ask(
  routes: Routes,
): Promise<{ code: number; item: Item | undefined; stderr: string; stdout: string }> {
  const server = await startApiServer({ routes, certificate: "none" });
  const kubeconfig = join(folder, `${server.port}.yaml`);
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: server.url } }],
      users: [{ name: "u", user: { token: "planted-token-7" } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u", namespace } }],
      "current-context": "c",
    }),
  );
  const ran = await runCommand([
    name,
    "-o",
    "json",
    "--kubeconfig",
    kubeconfig,
    "--request-timeout",
    "400ms",
  ]);
  await server.close();
  const list = ran.stdout === "" ? undefined : (JSON.parse(ran.stdout) as { items: readonly Item[] });
  return { code: ran.code, item: list?.items[0], stderr: ran.stderr, stdout: ran.stdout };
}

/** A confident wrong answer is worse than none. */
function isConfidentlyWrong({ verdict }: Item, accepted: readonly string[]): boolean {
  return (
    verdict.state === "cause" && verdict.confidence !== "possible" && !accepted.includes(verdict.cause ?? "")
  );
}

/** With another object in the place of the real one, the truth is another too. */
const changesTruth: Readonly<Record<string, readonly string[]>> = {
  [`404 ${paths.secret}`]: ["pull-secret-missing"],
  [`404 ${paths.accountSecret}`]: ["no-pull-secret", "service-account-changed-later"],
  [`404 ${paths.accounts}`]: ["no-pull-secret", "service-account-changed-later"],
  [`an object of the wrong shape ${paths.secret}`]: ["pull-secret-wrong-type", "pull-secret-missing"],
  [`an object of the wrong shape ${paths.accountSecret}`]: ["no-pull-secret"],
  [`an object of the wrong shape ${paths.accounts}`]: ["no-pull-secret"],
};

let combinations = 0;

describe.each(scenes)("$story", ({ routes, accepted }) => {
  const reads = Object.keys(routes()).filter(
    (path) => path !== paths.pods && path !== `${paths.accounts}/default`,
  );

  test("is explained while every read succeeds", async () => {
    const { code, item } = await ask(routes());
    expect(code).toBe(1);
    expect(accepted).toContain(item?.verdict.cause);
    expect(item?.verdict.confidence).not.toBe("possible");
  });

  test.each(Object.keys(faults))("each read alone ends in %s", { timeout: 60_000 }, async (fault) => {
    const route = faults[fault];
    if (route === undefined) throw new Error("no such fault");
    const outcomes = await Promise.all(
      reads.map(async (path) => ({ path, ...(await ask({ ...routes(), [path]: route })) })),
    );
    for (const { path, code, item, stderr, stdout } of outcomes) {
      combinations += 1;
      const what = `${fault} at ${path}`;
      expect(stdout + stderr, what).not.toMatch(/planted-(password|token)/);
      expect(stderr, what).not.toMatch(/^\s+at |<html>|\{/m);
      if (path === paths.pod) {
        expect(code, what).toBe(3);
        continue;
      }
      expect(code, what).toBe(1);
      const truth = [...accepted, ...(changesTruth[`${fault} ${path}`] ?? [])];
      expect(
        item === undefined || isConfidentlyWrong(item, truth),
        `${what}: ${JSON.stringify(item?.verdict)}`,
      ).toBe(false);
      const settled = item?.verdict.state === "cause" && item.verdict.confidence === "certain";
      const bears = path === paths.secret || path === paths.accounts || path === paths.events;
      const said =
        fault.startsWith("404") ||
        fault === "an object of the wrong shape" ||
        path === paths.events ||
        settled ||
        !bears;
      const named =
        item?.unknowns.some(({ help, text }) => `${text} ${help}`.includes(path.split("/").at(-1) ?? "")) ===
        true;
      const accountRead = path === paths.accounts;
      expect(said || named || accountRead, `${what} is not named: ${JSON.stringify(item?.unknowns)}`).toBe(
        true,
      );
    }
  });

  test.each(Object.keys(faults))(
    "every read but the Pod's ends in %s",
    { timeout: 60_000 },
    async (fault) => {
      const route = faults[fault];
      if (route === undefined) throw new Error("no such fault");
      combinations += 1;
      const all = Object.fromEntries(
        Object.keys(routes()).map((path) => [path, path === paths.pod ? routes()[path] : route]),
      );
      const { code, item, stderr } = await ask(all as Routes);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(1);
      const truth =
        fault === "404" || fault === "an object of the wrong shape"
          ? [...accepted, "pull-secret-missing", "no-pull-secret", "pull-secret-wrong-type"]
          : accepted;
      expect(item !== undefined && isConfidentlyWrong(item, truth), JSON.stringify(item?.verdict)).toBe(
        false,
      );
    },
  );
});

test("at least 150 combinations of read and fault were tried", () => {
  process.stdout.write(`${combinations} combinations of read and fault\n`);
  expect(combinations).toBeGreaterThanOrEqual(150);
});
