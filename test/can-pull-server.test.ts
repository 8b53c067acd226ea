import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { takeBareServer } from "../src/cli/bare-server.ts";
import { connectionFlags } from "../src/cli/flag-table.ts";
import { type FakeApiServer, type Route, startApiServer, status } from "./api-server.ts";
import { runCommand } from "./command.ts";

/** can-pull --server: what the API server's admission makes of the Pods, by a dry run. */

const pods = "/api/v1/namespaces/shop/pods";
const image = "registry.example/shop/api:1.0";
const servers: FakeApiServer[] = [];
const folder = mkdtempSync(join(tmpdir(), "can-pull-server-"));

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: {
    template: {
      metadata: {
        labels: { app: "web" },
        annotations: { "example.com/inject": "yes", "example.com/token": "copper-kettle-6" },
      },
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [
          {
            name: "app",
            image,
            env: [{ name: "PASSWORD", value: "sesame-open-4711" }],
            command: ["sh", "-c", "TOKEN=cellar-door-8 exec serve"],
            args: ["--password=plum-tree-12", "--key", "oak-barrel-3"],
            livenessProbe: {
              httpGet: { port: 80, httpHeaders: [{ name: "x-auth", value: "stone-bridge-5" }] },
            },
            resources: { limits: { cpu: "1" } },
          },
        ],
        volumes: [
          { name: "a", csi: { driver: "vault.example", volumeAttributes: { token: "velvet-rope-9" } } },
          { name: "b", flexVolume: { driver: "old.example/nfs", options: { password: "paper-lantern-2" } } },
        ],
      },
    },
  },
};

type Sent = typeof deployment.spec.template;

/** Admission that does what it is told to the Pod that it is sent. */
function admitting(change: (spec: Sent["spec"]) => object): Route {
  return (response, { body }) => {
    const pod = JSON.parse(body) as Sent;
    const made = { ...pod, metadata: { ...pod.metadata, name: "web-x1", namespace: "shop" } };
    response.writeHead(201, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...made, spec: { ...pod.spec, ...change(pod.spec) } }));
  };
}

async function serve(admission: Route, more: Record<string, Route> = {}): Promise<FakeApiServer> {
  const account = { kind: "ServiceAccount", metadata: { name: "default", namespace: "shop" } };
  const server = await startApiServer({
    certificate: "none",
    routes: {
      "/apis/apps/v1/namespaces/shop/deployments/web": deployment,
      "/api/v1/namespaces/shop/serviceaccounts/default": account,
      "/api/v1/nodes": { kind: "NodeList", items: [] },
      [`POST ${pods}`]: admission,
      ...more,
    },
  });
  servers.push(server);
  return server;
}

interface Item {
  readonly image: string;
  readonly answer: string;
  readonly summary: string;
  readonly login: { readonly secret: string } | null;
  readonly admission?: { readonly state: string; readonly message?: string };
}

async function ask(
  server: FakeApiServer,
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly items: readonly Item[]; readonly text: string }> {
  const env = { KUBECONFIG: "/dev/null", HOME: "/nowhere" };
  const place = ["-n", "shop", "-s", server.url, "--no-probe", "-o", "json"];
  const ran = await runCommand(["can-pull", ...words, ...place], { env });
  expect(ran.stderr).toBe("");
  const { items } = JSON.parse(ran.stdout) as { items: readonly Item[] };
  return { code: ran.code, items, text: ran.stdout };
}

const posted = ({ seen }: FakeApiServer) => seen.filter(({ method }) => method !== "GET");

const regcred = {
  kind: "Secret",
  metadata: { name: "regcred", namespace: "shop" },
  type: "kubernetes.io/dockerconfigjson",
  data: {
    ".dockerconfigjson": Buffer.from(
      JSON.stringify({ auths: { "mirror.example": { username: "u", password: "p-12345678" } } }),
    ).toString("base64"),
  },
};

describe("--server", () => {
  test("sends the template whole, by a dry run and nothing else", async () => {
    const server = await serve(admitting(() => ({})));
    await ask(server, "deploy/web", "--server");
    expect(posted(server)).toMatchObject([{ method: "POST", path: pods, query: { dryRun: "All" } }]);
    const { spec, metadata } = JSON.parse(posted(server)[0]?.body ?? "{}") as Sent & { metadata: object };
    expect(spec).toEqual({ ...deployment.spec.template.spec, serviceAccountName: "default" });
    expect(metadata).toEqual({ generateName: "web-", ...deployment.spec.template.metadata });
  });

  test("is not asked unless it is said", async () => {
    const server = await serve(admitting(() => ({})));
    const { items } = await ask(server, "deploy/web");
    expect(posted(server)).toEqual([]);
    expect(items[0]).not.toHaveProperty("admission");
  });

  test("takes the list and the images that admission has made", async () => {
    const rewritten = "mirror.example/shop/api:1.0";
    const change = (spec: Sent["spec"]): object => ({
      imagePullSecrets: [{ name: "regcred" }],
      containers: [
        ...spec.containers.map((container) => ({ ...container, image: rewritten })),
        { name: "mesh", image: "mesh.example/proxy:2" },
      ],
    });
    const server = await serve(admitting(change), { "/api/v1/namespaces/shop/secrets/regcred": regcred });
    const { items } = await ask(server, "deploy/web", "--server");
    expect(items).toMatchObject([
      { image: rewritten, login: { secret: "regcred" }, admission: { state: "admitted" } },
      { image: "mesh.example/proxy:2", login: null },
    ]);
    expect(items[0]?.summary).toMatch(`Admission makes it of ${image}.`);
    expect(items[1]?.summary).toMatch("Admission adds mesh.");
  });

  test.each([
    'admission webhook "policy.example" denied the request: no',
    'pods "web-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
  ])("that refuses the Pod is a no, in its own words: %s", async (message) => {
    const server = await serve(status(403, "Forbidden", message));
    const { code, items } = await ask(server, "deploy/web", "--server");
    expect(code).toBe(1);
    expect(items).toMatchObject([{ answer: "no", admission: { state: "refused", message } }]);
  });

  test.each([
    [
      403,
      'pods is forbidden: User "ci" cannot create resource "pods" in API group "" in the namespace "shop"',
    ],
    [403, 'pods "web-" is forbidden: error looking up service account shop/x: serviceaccount "x" not found'],
    [403, 'pods "web-" is forbidden: exceeded quota: few, requested: pods=1, used: pods=4, limited: pods=4'],
    [400, 'admission webhook "policy.example" does not support dry run'],
    [500, 'Internal error occurred: failed calling webhook "policy.example": context deadline exceeded'],
    [404, 'namespaces "shop" not found'],
  ])("that says nothing of the Pod leaves it unknown: %s %s", async (code, message) => {
    const server = await serve(status(code, "Whatever", message));
    const answered = await ask(server, "deploy/web", "--server");
    expect(answered.code).toBe(3);
    expect(answered.items).toMatchObject([
      { answer: "unknown", admission: { state: "unanswered", message } },
    ]);
  });

  test("refuses nothing by what only our own Pod lacks", async () => {
    const server = await serve(status(403, "Forbidden", 'pods "image-" is forbidden: must have an owner'));
    expect(await ask(server, image, "--server")).toMatchObject({ code: 3, items: [{ answer: "unknown" }] });
  });

  test("shows no value of the template, whoever quotes it", async () => {
    const quoting = 'admission webhook "p" denied the request: PASSWORD is sesame-open-4711';
    const invalid = 'Pod "web-" is invalid: spec.x: Invalid value: "tell-nobody": must be y';
    const lines =
      'admission webhook "p" denied the request: not TOKEN=cellar-door-8, plum-tree-12, oak-barrel-3, stone-bridge-5';
    const maps =
      'admission webhook "p" denied the request: not copper-kettle-6, velvet-rope-9, paper-lantern-2';
    for (const message of [quoting, invalid, lines, maps]) {
      const { text } = await ask(await serve(status(422, "Invalid", message)), "deploy/web", "--server");
      expect(text).toMatch("Admission refuses the Pod");
      expect(text).not.toMatch(/sesame|4711|tell-nobody|cellar|plum|oak|stone|copper|velvet|lantern/);
    }
  });

  test("asks no more in a namespace where it may not", async () => {
    const words = 'pods is forbidden: User "ci" cannot create resource "pods"';
    const server = await serve(status(403, "Forbidden", words));
    const many = Array.from({ length: 30 }, (_, index) => `${image}.${index}`);
    await ask(server, ...many, "--server");
    expect(posted(server).length).toBeLessThanOrEqual(4);
  });

  test("is not followed elsewhere: there the body might be kept", async () => {
    for (const code of [301, 302, 303, 307, 308]) {
      const server = await serve((response) => {
        response.writeHead(code, { location: pods });
        response.end();
      });
      const { items } = await ask(server, "deploy/web", "--server");
      expect(items).toMatchObject([{ answer: "unknown", admission: { state: "unanswered" } }]);
      expect(posted(server)).toHaveLength(1);
    }
  });

  test("lets no namespace of a file lead to another path", async () => {
    const server = await serve(admitting(() => ({})));
    const file = join(folder, "web.json");
    for (const namespace of ["shop/pods?x=", "../shop", "shop?dryRun=", "Shop", "shop%2f", "."]) {
      writeFileSync(file, JSON.stringify({ ...deployment, metadata: { name: "web", namespace } }));
      const { items } = await ask(server, "-f", file, "--server");
      expect(items).toMatchObject([{ answer: "unknown" }]);
    }
    expect(posted(server)).toEqual([]);
  });

  test("sends the list of a ServiceAccount that comes with the files, and a StatefulSet's claims", async () => {
    const server = await serve(admitting(() => ({})));
    const file = join(folder, "all.json");
    const spec = { serviceAccountName: "runner", containers: [{ name: "db", image }] };
    const items = [
      { kind: "ServiceAccount", metadata: { name: "runner" }, imagePullSecrets: [{ name: "regcred" }] },
      {
        kind: "StatefulSet",
        metadata: { name: "db" },
        spec: { template: { spec }, volumeClaimTemplates: [{ metadata: { name: "data" } }] },
      },
    ];
    writeFileSync(file, JSON.stringify({ kind: "List", items }));
    await ask(server, "-f", file, "--server");
    expect(JSON.parse(posted(server)[0]?.body ?? "{}")).toMatchObject({
      spec: {
        serviceAccountName: "runner",
        imagePullSecrets: [{ name: "regcred" }],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }],
      },
    });
  });
});

describe("the word --server", () => {
  const read = (line: string) => {
    const { words, bare } = takeBareServer(line.split(" "), connectionFlags);
    return [words.join(" "), bare];
  };

  test.each([
    ["can-pull -f x --server", "can-pull -f x", true],
    ["can-pull --server -f x", "can-pull -f x", true],
    ["can-pull --server nginx", "can-pull nginx", true],
    ["can-pull --server deploy/web", "can-pull deploy/web", true],
    ["can-pull --server ghcr.io/a/b:1", "can-pull ghcr.io/a/b:1", true],
    ["--server can-pull nginx", "can-pull nginx", true],
    ["can-pull --server https://api:6443 --server", "can-pull --server https://api:6443", true],
  ])("by itself asks admission: %s", (line, rest, bare) => {
    expect(read(line)).toEqual([rest, bare]);
  });

  test.each([
    "can-pull --server https://api:6443 nginx",
    "can-pull --server=api:6443 nginx",
    "can-pull -s api:6443 nginx",
    "web --server https://api:6443",
    "web --server api:6443",
    "-n can-pull --server api web",
    "can-pull -- --server",
  ])("with a URL is kubectl's, as it is in other commands: %s", (line) => {
    expect(read(line)).toEqual([line, false]);
  });

  test.each(["api:6443", "10.0.0.1", "10.0.0.1:6443", "[::1]:6443", "redis:7"])(
    "is not guessed in front of what may be an address or an image: %s",
    async (word) => {
      const { code, stderr } = await runCommand(["can-pull", "--server", word]);
      expect(code).toBe(2);
      expect(stderr).toMatch(`--server=${word}`);
    },
  );
});
