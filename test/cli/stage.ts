import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Route, startApiServer, status } from "../api-server.ts";
import { mismatch, namespace, paths, type Routes } from "../shop.ts";

/** A folder with files to ask about, and a cluster to ask. */
export interface Stage {
  readonly folder: string;
  /** Takes out of a text what differs from run to run. */
  readonly hide: (text: string) => string;
  readonly close: () => Promise<void>;
}

/** Enters the folder: relative paths and $KUBECONFIG are of the process. */
export async function setStage(): Promise<Stage> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "why-pull-")));
  const server = await startApiServer({ routes: asApiServer(cluster()), certificate: "none" });
  const write = (name: string, text: string | Uint8Array): void => writeFileSync(join(folder, name), text);
  cpSync(fileURLToPath(new URL("fixtures", import.meta.url)), folder, { recursive: true });
  write("kubeconfig", kubeconfig({ shop: server.url }));
  // Port 1 is tcpmux; nobody listens there.
  write("refused.kubeconfig", kubeconfig({ gone: "http://127.0.0.1:1" }));
  mkdirSync(join(folder, "notes"));
  write("notes/read.me", "not for us\n");
  write("empty.yaml", "\n");
  symlinkSync("loop.yaml", join(folder, "loop.yaml"));
  mkdirSync(join(folder, "bin"));
  const before = { cwd: process.cwd(), kubeconfig: process.env["KUBECONFIG"], home: process.env["HOME"] };
  process.chdir(folder);
  process.env["KUBECONFIG"] = "kubeconfig";
  process.env["HOME"] = folder;
  return {
    folder,
    hide: (text) =>
      text
        .replaceAll(folder, "/home/ann")
        .replaceAll(`127.0.0.1:${server.port}`, "127.0.0.1:6443")
        // Files and cluster have their times; the clock is the day's.
        .replaceAll(/\b(?:\d+[smhdy]){1,2} ago \(/g, "AGE ago (")
        .replaceAll(/\bfor (?:\d+[smhdy]){1,2} ·/g, "for AGE ·")
        .replaceAll(
          / why-pull \S+ \(commit .+, (?:Node|Bun) [\d.]+\)/g,
          " why-pull VERSION (commit COMMIT, DATE, Node NODE)",
        ),
    close: async () => {
      process.chdir(before.cwd);
      process.env["KUBECONFIG"] = before.kubeconfig ?? "";
      process.env["HOME"] = before.home ?? "";
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function kubeconfig(servers: Readonly<Record<string, string>>): string {
  const names = Object.keys(servers);
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: names.map((name) => ({ name, cluster: { server: servers[name] } })),
    users: names.map((name) => ({ name, user: {} })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name, namespace } })),
    "current-context": names[0],
  });
}

const pods = (place: string): string => `/api/v1/namespaces/${place}/pods`;

/** The shop's failing Pod, a healthy one, a Deployment without Pods, and namespaces that are empty or closed. */
function cluster(): Routes {
  const routes = mismatch();
  const named = (kind: string, name: string, more: object = {}): object => ({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace },
    ...more,
  });
  const running = named("Pod", "good", {
    spec: { containers: [{ name: "app", image: "registry.example/shop/good:1.0" }] },
    status: {
      phase: "Running",
      containerStatuses: [{ name: "app", imageID: "sha256:1", state: { running: {} } }],
    },
  });
  const failing = routes[paths.pod];
  const closed = (what: string): object =>
    status(
      403,
      "Forbidden",
      `${what} is forbidden: User "ann" cannot list resource "pods" in the namespace "closed"`,
    );
  return {
    ...routes,
    [paths.pods]: { kind: "PodList", apiVersion: "v1", items: [failing, running] },
    [`${paths.pods}/good`]: running,
    [`/apis/apps/v1/namespaces/${namespace}/deployments`]: {
      kind: "DeploymentList",
      apiVersion: "apps/v1",
      items: [named("Deployment", "web"), named("Deployment", "idle")],
    },
    [paths.deployment]: named("Deployment", "web", { spec: { selector: { matchLabels: { app: "web" } } } }),
    [`/apis/apps/v1/namespaces/${namespace}/deployments/idle`]: named("Deployment", "idle", {
      spec: { replicas: 0, selector: { matchLabels: { app: "idle" } } },
    }),
    "/api/v1/namespaces": {
      kind: "NamespaceList",
      apiVersion: "v1",
      items: [{ metadata: { name: namespace } }, { metadata: { name: "empty" } }],
    },
    [`/api/v1/namespaces/${namespace}`]: named("Namespace", namespace),
    "/api/v1/namespaces/empty": named("Namespace", "empty"),
    [pods("empty")]: { kind: "PodList", apiVersion: "v1", items: [] },
    [pods("closed")]: closed("pods"),
    "/api/v1/namespaces/unseen": status(
      403,
      "Forbidden",
      'namespaces "unseen" is forbidden: User "ann" cannot get resource "namespaces" in API group ""',
    ),
    [`/apis/apps/v1/namespaces/${namespace}/daemonsets/web`]: status(
      403,
      "Forbidden",
      "daemonsets.apps is forbidden",
    ),
    [`/apis/apps/v1/namespaces/${namespace}/replicasets/web-5d9c8b7f6`]: status(
      403,
      "Forbidden",
      "replicasets.apps is forbidden",
    ),
  };
}

/** Answers as an API server does: lists are narrowed by selectors, and what is not there is NotFound by its name. */
function asApiServer(routes: Routes): Routes {
  return new Proxy(routes, {
    get: (all, path) => {
      if (typeof path !== "string" || !path.startsWith("/api")) return undefined;
      const found = all[path];
      if (found !== undefined) return path.endsWith("/pods") ? narrowed(found) : found;
      const [resource = "", name] = path.split("/").slice(-2);
      if (path.endsWith("/pods")) return { kind: "PodList", apiVersion: "v1", items: [] };
      return /^(?:pods|deployments|namespaces|secrets|nodes)$/.test(resource) && name !== undefined
        ? status(404, "NotFound", `${resource} "${name}" not found`, { details: { name, kind: resource } })
        : undefined;
    },
  });
}

interface Labelled {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

function narrowed(list: Route): Route {
  if (typeof list === "function" || !("items" in list)) return list;
  return (response, seen) => {
    const [key = "", value] = (seen.query["labelSelector"] ?? "").split("=");
    const items = (list.items as readonly Labelled[]).filter(
      ({ metadata }) => value === undefined || metadata.labels?.[key] === value,
    );
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ ...list, items }));
  };
}
