import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { type FakeApiServer, startApiServer, status } from "./api-server.ts";
import { runCommand } from "./command.ts";
import { itemsOf } from "./hostile-run.ts";
import {
  dockerConfig,
  namespace,
  otherAccount,
  ownListHides,
  paths,
  type Routes,
  secretMissing,
  templateAhead,
} from "./shop.ts";

/** What the other Pods of a namespace name is asked for by name, and what they show of it decides what is offered. */

const folder = mkdtempSync(join(tmpdir(), "why-pull-neighbours-"));
afterAll(() => rmSync(folder, { recursive: true }));
let server: FakeApiServer | undefined;
afterEach(() => server?.close());

const secretPath = (name: string, place: string = namespace): string =>
  `/api/v1/namespaces/${place}/secrets/${name}`;
const pod = "pod/web-5d9c8b7f6-x2x2x";

function secret(name: string, place: string = namespace): object {
  const time = "2025-12-31T00:00:00Z";
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: place,
      uid: `uid-${name}`,
      creationTimestamp: time,
      managedFields: [{ manager: "kubectl-create", operation: "Update", time, fieldsV1: { "f:data": {} } }],
    },
    type: "kubernetes.io/dockerconfigjson",
    data: dockerConfig({ "registry.example": { username: "robot", password: "planted-password-8" } }),
  };
}

interface Other {
  readonly list: readonly string[];
  readonly image?: string;
  readonly policy?: string;
  readonly answer?: string;
}

/** A Pod that runs, or that waits with the registry's answer. */
function other(
  name: string,
  { list, image = "registry.example/shop/api:0.9", policy, answer }: Other,
): object {
  const state =
    answer === undefined
      ? { running: { startedAt: "2026-01-01T00:00:09Z" } }
      : {
          waiting: {
            reason: "ErrImagePull",
            message: `failed to pull and unpack image "${image}": failed to resolve image: ${answer}`,
          },
        };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, uid: `uid-${name}`, creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: {
      nodeName: "node-1",
      imagePullSecrets: list.map((one) => ({ name: one })),
      containers: [{ name: "app", image, imagePullPolicy: policy ?? "Always" }],
    },
    status: {
      phase: answer === undefined ? "Running" : "Pending",
      containerStatuses: [
        { name: "app", image, imageID: answer === undefined ? "x" : "", restartCount: 0, state },
      ],
    },
  };
}

const refused = `failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.example/token?scope=repository%3Ashop%2Fapi%3Apull: 401 Unauthorized`;

const bareAccounts = {
  kind: "ServiceAccountList",
  apiVersion: "v1",
  items: [{ metadata: { name: "default", namespace } }],
};

/** The shop's Pod has no list, nor has anybody else but these. */
function among(others: readonly object[], secrets: readonly string[]): Routes {
  const { [paths.accountSecret]: _, ...routes } = otherAccount();
  const own = routes[paths.pod];
  return {
    ...routes,
    [paths.accounts]: bareAccounts,
    [paths.pods]: { kind: "PodList", apiVersion: "v1", items: [own, ...others] },
    ...Object.fromEntries(secrets.map((name) => [secretPath(name), secret(name)])),
  };
}

async function ask(
  routes: Routes,
  ...words: readonly string[]
): Promise<{ text: string; asked: readonly string[] }> {
  server = await startApiServer({ routes, certificate: "none" });
  const kubeconfig = join(folder, "kubeconfig");
  const one = { clusters: [{ name: "c", cluster: { server: server.url } }] };
  const context = { name: "c", context: { cluster: "c", user: "c", namespace } };
  writeFileSync(
    kubeconfig,
    JSON.stringify({ ...one, users: [{ name: "c", user: {} }], contexts: [context], "current-context": "c" }),
  );
  const { stdout } = await runCommand([...words, "--kubeconfig", kubeconfig], { columns: 100 });
  const asked = server.seen.map(({ path }) => path);
  await server.close();
  server = undefined;
  expect(asked).not.toContain(`/api/v1/namespaces/${namespace}/secrets`);
  return { text: stdout.replaceAll(/\s+/g, " "), asked };
}

const refusedAndGood = [other("a", { list: ["bad"], answer: refused }), other("b", { list: ["good"] })];

test("one Pod's answer offers the Secret with which another pulls, and not the one that is refused", async () => {
  const { text, asked } = await ask(among(refusedAndGood, ["bad", "good"]), pod);
  expect(text).toContain("Secret good holds a login for this image");
  expect(text).toContain("Pod b, which names it, pulled from this repository.");
  expect(asked).toContain(secretPath("good"));
  expect(asked).not.toContain(secretPath("bad"));
  expect(asked.length).toBeLessThanOrEqual(8);
  expect(text).not.toContain("pod/a ");
});

test("a Pod of another registry has nothing to say", async () => {
  const others = [other("b", { list: ["good"], image: "mirror.example/shop/api:1.0" })];
  const { text, asked } = await ask(among(others, ["good"]), pod);
  expect(asked).not.toContain(secretPath("good"));
  expect(text).toContain("Make a Secret");
});

test("a Pod that may have found its image on the node shows that there is a Secret, and no more", async () => {
  const others = [other("b", { list: ["good"], policy: "IfNotPresent" })];
  const { text } = await ask(among(others, ["good"]), pod);
  expect(text).toContain("Secret good holds a login for this image");
  expect(text).toContain("Whether its login is good is not known.");
});

test("of Secrets of which nobody shows how good they are, none is chosen: the kubelet tries them in turn", async () => {
  const others = [
    other("b", { list: ["first"], policy: "IfNotPresent" }),
    other("c", { list: ["second"], policy: "IfNotPresent" }),
  ];
  const { text } = await ask(among(others, ["first", "second"]), pod);
  expect(text).toContain(
    "Secret first holds a login for this image, and second may hold another: name them on",
  );
  expect(text).toContain('"imagePullSecrets":[{"name":"first"},{"name":"second"}]');
  // Every Pod to come would stop at one that cannot be decoded.
  expect(text).not.toMatch(/patch serviceaccount\S* .*?second.*?-n shop/);
  expect(text).toContain("Which login is good is not known; the kubelet tries one after the other.");
});

test("a Secret that is shown to be good is named alone", async () => {
  const others = [
    other("b", { list: ["first"], policy: "IfNotPresent" }),
    other("c", { list: ["second"] }),
    other("d", { list: ["third"], policy: "IfNotPresent" }),
  ];
  const { text } = await ask(among(others, ["first", "second", "third"]), pod);
  expect(text).toContain("Secret second holds a login for this image");
  expect(text).not.toContain('{"name":"first"}');
});

const flagz = "/api/v1/nodes/node-1/proxy/flagz";
const providers = "image-credential-provider-config = /etc/kubernetes/providers.yaml\n";
const asText =
  (body: string): Routes[string] =>
  (response) => {
    response.setHeader("content-type", "text/plain");
    response.end(body);
  };

test("where the node's words take the read of the quotas, the fix makes room for the new Pod", async () => {
  const asking = { ...among([], []), [flagz]: asText(providers) };
  const { text, asked } = await ask(asking, pod);
  expect(asked).toContain("/api/v1/nodes/node-1/proxy/metrics");
  expect(asked).not.toContain(`/api/v1/namespaces/${namespace}/resourcequotas`);
  expect(asked.length).toBeLessThanOrEqual(8);
  expect(text).toContain("kubectl rollout status deployment/web --timeout=60s");
});

test("quotas that are read, and are none, leave the fix short", async () => {
  const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
  const none = { kind: "ResourceQuotaList", apiVersion: "v1", items: [] };
  const { text, asked } = await ask({ ...among([], []), [quotas]: none }, pod);
  expect(asked).toContain(quotas);
  expect(text).not.toContain("rollout status");
});

test("who may not list Pods gets the answer without", async () => {
  const routes = { ...among(refusedAndGood, ["good"]), [paths.pods]: status(403, "Forbidden", "no") };
  const { text } = await ask(routes, pod);
  expect(text).toContain("Make a Secret");
  expect(text).not.toContain("pods may not be");
});

test("a saved bundle tells the same, and is about the same Pod", async () => {
  const bundle = join(folder, "bundle.yaml");
  await ask(among(refusedAndGood, ["good"]), pod, "--save-bundle", bundle);
  const { stdout } = await runCommand(["-f", bundle], { columns: 100 });
  expect(stdout).toMatch(/^deployment\/web /);
  expect(stdout).toContain("Pod b, which names it");
  expect(stdout).not.toContain("pod/a ");
});

test("a Secret that is missing is looked for in namespace default", async () => {
  const routes = {
    ...secretMissing(),
    [paths.accounts]: bareAccounts,
    [secretPath("regcred", "default")]: secret("regcred", "default"),
  };
  const { text, asked } = await ask(routes, pod);
  expect(text).toContain(
    "Copy Secret regcred from namespace default; the kubelet uses it at its next attempt",
  );
  expect(asked.length).toBeLessThanOrEqual(8);
});

/** Names before `mirror-login`, the one that fits, on every list that a path's object has. */
function crowded(routes: Routes, path: string): Routes {
  const list = JSON.stringify(["regcred", "one", "two", "three", "mirror-login"].map((name) => ({ name })));
  const text = JSON.stringify(routes[path]).replaceAll(/(?<="imagePullSecrets":)\[[^\]]*\]/g, list);
  const elsewhere = ["one", "two", "three"].map((name) => [
    secretPath(name),
    {
      ...secret(name),
      data: dockerConfig({ "other.example": { username: "robot", password: "planted-password-8" } }),
    },
  ]);
  return { ...routes, ...(Object.fromEntries(elsewhere) as Routes), [path]: JSON.parse(text) as object };
}

const account = `${paths.accounts}/default`;
const listOnly = ownListHides()[paths.accounts] as { readonly items: readonly object[] };

test.each([
  ["ServiceAccount", "service-account-list-ignored", crowded(ownListHides(), paths.accounts)],
  [
    "ServiceAccount that is read by its name alone",
    "service-account-list-ignored",
    crowded(
      {
        ...ownListHides(),
        [paths.accounts]: status(403, "Forbidden", "no"),
        [account]: { apiVersion: "v1", kind: "ServiceAccount", ...listOnly.items[0] },
      },
      account,
    ),
  ],
  ["template", "template-not-rolled-out", crowded(templateAhead(), paths.deployment)],
])("more Secrets of a %s than may be asked for leave open what they hold", async (_title, cause, routes) => {
  const { text, asked } = await ask(routes, pod, "-o", "json");
  const verdict = itemsOf(text)[0]?.verdict;
  expect([verdict?.cause, ...(verdict?.alternatives ?? [])]).toContain(cause);
  expect(asked.length).toBeLessThanOrEqual(8);
});
