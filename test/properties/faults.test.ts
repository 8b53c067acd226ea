import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Route, startApiServer, status } from "../api-server.ts";
import { runCommand } from "../command.ts";
import { isConfidentlyWrong, type Item, itemsOf } from "../hostile-run.ts";
import {
  changedLater,
  mismatch,
  namespace,
  otherAccount,
  ownListHides,
  paths,
  type Routes,
  secretMissing,
  templateAhead,
  toldByEvents,
} from "../shop.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "why-pull-"));
afterAll(() => rmSync(folder, { recursive: true }));

const name = "web-5d9c8b7f6-x2x2x";

/** Long enough on a busy machine; only who waits for silence waits for it. */
const usual = "60s";
const short = "2s";

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
  "503 without a body": (response) => void response.writeHead(503).end(),
  "504": status(504, "Timeout", "Timeout: request did not complete within the allotted timeout"),
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

const review = "POST /apis/authorization.k8s.io/v1/subjectaccessreviews";
const providers = join(folder, "providers.yaml");
writeFileSync(
  providers,
  JSON.stringify({
    apiVersion: "kubelet.config.k8s.io/v1",
    kind: "CredentialProviderConfig",
    providers: [
      {
        name: "acme-login",
        matchImages: ["registry.example"],
        tokenAttributes: { serviceAccountTokenAudience: "registry.example", requireServiceAccount: true },
      },
    ],
  }),
);

/** The node's provider pulls as the ServiceAccount, and the node may not ask for a token with its audience. */
function audienceDenied(): Routes {
  return {
    ...changedLater(),
    [paths.accounts]: {
      kind: "ServiceAccountList",
      apiVersion: "v1",
      items: [{ metadata: { name: "default", namespace } }],
    },
    [review]: {
      kind: "SubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      status: { allowed: false },
    },
  };
}

interface Scene {
  readonly story: string;
  readonly routes: () => Routes;
  readonly words: readonly string[];
  readonly cause: string;
  /** All faults are tried on the first scenes, those that differ to the report on every one. */
  readonly faults?: readonly string[];
  /** Causes that are true when an object is said not to exist (404), by its path. */
  readonly without?: Readonly<Record<string, readonly string[]>>;
}

const different = [
  "401",
  "403",
  "404",
  "404 of a proxy",
  "410",
  "500",
  "no JSON",
  "an object of the wrong shape",
];

const scenes: readonly Scene[] = [
  {
    story: "a Secret for another registry",
    routes: mismatch,
    words: [name],
    cause: "registry-key-mismatch",
    without: { [paths.secret]: ["pull-secret-missing"] },
  },
  {
    story: "every Pod of the namespace",
    faults: different,
    routes: mismatch,
    words: [],
    cause: "registry-key-mismatch",
    without: { [paths.secret]: ["pull-secret-missing"] },
  },
  {
    story: "a ServiceAccount that was changed later",
    routes: changedLater,
    words: [name],
    cause: "service-account-changed-later",
    without: { [paths.accounts]: ["no-pull-secret"], [paths.accountSecret]: ["no-pull-secret"] },
  },
  {
    story: "a list of the Pod's own that hides the ServiceAccount's",
    faults: different,
    routes: ownListHides,
    words: [name],
    cause: "service-account-list-ignored",
    without: {
      [paths.accounts]: ["registry-key-mismatch"],
      [paths.accountSecret]: ["registry-key-mismatch"],
    },
  },
  {
    story: "another ServiceAccount that has the Secret",
    faults: different,
    routes: otherAccount,
    words: [name],
    cause: "wrong-service-account",
    without: { [paths.accounts]: ["no-pull-secret"], [paths.accountSecret]: ["no-pull-secret"] },
  },
  {
    story: "a template that is ahead of the Pod",
    faults: different,
    routes: templateAhead,
    words: [name],
    cause: "template-not-rolled-out",
    without: {
      [paths.secret]: ["pull-secret-missing"],
      [paths.deployment]: ["service-account-list-ignored"],
      [paths.accountSecret]: ["registry-key-mismatch"],
    },
  },
  {
    story: "a Secret that does not exist",
    faults: different,
    routes: secretMissing,
    words: [name],
    cause: "pull-secret-missing",
  },
  {
    story: "a cause that only an event tells",
    faults: different,
    routes: toldByEvents,
    words: [name],
    cause: "registry-key-mismatch",
    without: { [paths.secret]: ["pull-secret-missing"] },
  },
  {
    story: "an audience that the node may not ask for",
    faults: different,
    routes: audienceDenied,
    words: [name, "--credential-provider-config", providers],
    cause: "service-account-not-opted-in",
  },
];

/** What has to be asked to see whether a read is allowed; absent for what is left out quietly where it fails. */
const questions: Readonly<Record<string, string>> = {
  [paths.secret]: `get secrets/regcred -n ${namespace}`,
  [paths.accountSecret]: `get secrets/mirror-login -n ${namespace}`,
  [paths.accounts]: `list serviceaccounts -n ${namespace}`,
  [paths.events]: `list events -n ${namespace}`,
  [paths.node]: "get nodes/node-1",
  [paths.deployment]: `get deployments/web -n ${namespace}`,
};

interface Asked {
  readonly code: number;
  readonly item: Item | undefined;
  readonly stderr: string;
  readonly stdout: string;
  /** Paths in their order, once each. */
  readonly asked: readonly string[];
}

async function ask(routes: Routes, words: readonly string[], timeout = usual): Promise<Asked> {
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
    ...words,
    "-o",
    "json",
    "--kubeconfig",
    kubeconfig,
    "--request-timeout",
    timeout,
  ]);
  await server.close();
  const asked = server.seen.map(({ method, path }) => (method === "GET" ? path : `${method} ${path}`));
  return { ...ran, item: ran.stdout === "" ? undefined : itemsOf(ran.stdout)[0], asked: [...new Set(asked)] };
}

/** The Pod's own read. Where it is named, the list of its neighbours is only of use to its fixes. */
const isPod = (path: string, words: readonly string[]): boolean =>
  path === paths.pod || (path === paths.pods && !words.some((word) => paths.pod.endsWith(`/${word}`)));

function expectCalm({ stdout, stderr }: Asked, what: string): void {
  expect(stdout + stderr, what).not.toMatch(/planted-(password|token)/);
  expect(stderr, what).not.toMatch(/^\s+at |a fault of|<html>|\{/m);
}

/** Without the Pod nothing can be said: exit code 3, in the words that kubectl would use. */
function expectError(outcome: Asked, what: string): void {
  expectCalm(outcome, what);
  expect(outcome.code, what).toBe(3);
  expect(outcome.stdout, what).toBe("");
  expect(outcome.stderr, what).toMatch(
    /^(error: |Error from server \(\w+\): |Unable to connect to the server: )\S/,
  );
}

function questionsIn({ unknowns }: Item): readonly string[] {
  return unknowns.map(({ help }) => help.replace(/^kubectl auth can-i /, "").replace(/ --kubeconfig.*/, ""));
}

let combinations = 0;

describe.each(scenes)("$story", ({ routes, words, cause, faults: names, without = {} }) => {
  const tried = Object.entries(faults).filter(([fault]) => names?.includes(fault) !== false);
  const timeoutFor = (fault: string): string => (fault === "silence" ? short : usual);
  let requests: readonly string[] = [];
  beforeAll(async () => {
    const { asked } = await ask(routes(), words);
    requests = asked.filter((path) => path !== paths.secret || cause !== "pull-secret-missing");
    expect(requests.length).toBeGreaterThanOrEqual(6);
  });

  test("is explained while every read succeeds", async () => {
    const { code, item } = await ask(routes(), words);
    expect(code).toBe(1);
    expect(item?.verdict).toMatchObject({ state: "cause", cause, confidence: "likely" });
    expect(item?.unknowns).toEqual([]);
  });

  test.each(tried)("each read alone ends in %s", async (fault, route) => {
    const outcomes = await Promise.all(
      requests.map(async (path) => ({
        path,
        ...(await ask({ ...routes(), [path]: route }, words, timeoutFor(fault))),
      })),
    );
    for (const { path, ...outcome } of outcomes) {
      combinations += 1;
      const what = `${fault} at ${path}`;
      if (isPod(path, words)) {
        expectError(outcome, what);
        continue;
      }
      expectCalm(outcome, what);
      expect(outcome.code, what).toBe(1);
      const { item } = outcome;
      const said = `${what}: ${JSON.stringify(item?.verdict)}`;
      const isAbsent = fault === "404";
      expect(isConfidentlyWrong(item, [cause, ...(isAbsent ? (without[path] ?? []) : [])]), said).toBe(false);
      const question = questions[path];
      // Other ServiceAccounts bear on a Pod without a list alone, and nothing is missing where nothing is there.
      const bears = path !== paths.accounts || routes()[paths.secret] === undefined;
      if (item !== undefined && question !== undefined && bears && !isAbsent)
        expect(questionsIn(item), said).toContain(question);
    }
  });

  test.each(tried)("every read but the Pod's ends in %s", async (fault, route) => {
    combinations += 1;
    const all = requests.map((path) => [path, isPod(path, words) ? routes()[path] : route] as const);
    const outcome = await ask(Object.fromEntries(all) as Routes, words, timeoutFor(fault));
    expectCalm(outcome, fault);
    expect(outcome.code).toBe(1);
    const { item } = outcome;
    const absent = fault === "404" ? Object.values(without).flat() : [];
    expect(isConfidentlyWrong(item, [cause, ...absent]), JSON.stringify(item?.verdict)).toBe(false);
    if (item !== undefined && fault !== "404") {
      expect(item.verdict.confidence).not.toBe("certain");
      expect(questionsIn(item)).toEqual(
        expect.arrayContaining([`list events -n ${namespace}`, "get nodes/node-1"]),
      );
    }
  });

  test.each(tried)("every read ends in %s", async (fault, route) => {
    combinations += 1;
    const all = Object.fromEntries(requests.map((path) => [path, route]));
    expectError(await ask(all, words, timeoutFor(fault)), fault);
  });
});

test("at least 150 combinations of read and fault were tried", () => {
  process.stdout.write(`${combinations} combinations of read and fault\n`);
  expect(combinations).toBeGreaterThanOrEqual(150);
});
