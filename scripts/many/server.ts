import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * An API server of many Pods, without etcd and kubelets: pages of a list, and for kubectl as much of discovery as it asks
 * for. Each Pod takes about 8.7 KB of JSON, as on real clusters; the failing ones are spread over the list.
 */
export async function serveMany(
  pods: number,
  failing: number,
  namespaces: number,
): Promise<{
  readonly url: string;
  readonly close: () => void;
  readonly requests: ReadonlyMap<string, number>;
}> {
  const every = Math.floor(pods / failing);
  const bodies = Array.from({ length: pods }, (_, index) =>
    JSON.stringify(podOf(index, namespaces, index % every === 0)),
  );
  const requests = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const kind = url.pathname.split("/").findLast((word) => kinds.includes(word)) ?? url.pathname;
    requests.set(kind, (requests.get(kind) ?? 0) + 1);
    const body = answer(url, bodies);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(body ?? notFound);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => server.close(), requests };
}

const kinds = ["pods", "events", "secrets", "serviceaccounts", "nodes", "deployments", "proxy"];
const notFound = JSON.stringify({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  reason: "NotFound",
  code: 404,
  details: {},
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function answer(url: URL, bodies: readonly string[]): string | undefined {
  const { pathname, searchParams } = url;
  if (pathname === "/api") return JSON.stringify({ kind: "APIVersions", versions: ["v1"] });
  if (pathname === "/apis") return JSON.stringify({ kind: "APIGroupList", apiVersion: "v1", groups: [] });
  if (pathname === "/api/v1") return JSON.stringify(resources);
  if (pathname === "/api/v1/pods")
    return page(bodies, Number(searchParams.get("limit") ?? 0), Number(searchParams.get("continue") ?? 0));
  const [, namespace] = /^\/api\/v1\/namespaces\/([^/]+)\/events$/.exec(pathname) ?? [];
  if (namespace !== undefined)
    return list(
      "Event",
      eventsOf(namespace, bodies).map((event) => JSON.stringify(event)),
    );
  if (pathname.endsWith("/serviceaccounts")) return list("ServiceAccount", []);
  return undefined;
}

function page(bodies: readonly string[], limit: number, from: number): string {
  const to = limit === 0 ? bodies.length : Math.min(bodies.length, from + limit);
  return list("Pod", bodies.slice(from, to), to < bodies.length ? String(to) : "");
}

function list(kind: string, items: readonly string[], next = ""): string {
  return `{"kind":"${kind}List","apiVersion":"v1","metadata":{"resourceVersion":"1","continue":"${next}"},"items":[${items.join(",")}]}`;
}

const resources = {
  kind: "APIResourceList",
  groupVersion: "v1",
  resources: [
    {
      name: "pods",
      singularName: "pod",
      namespaced: true,
      kind: "Pod",
      verbs: ["get", "list"],
      shortNames: ["po"],
    },
  ],
};

const image = "registry.example/team/web:1.4.2";
const text = `failed to pull and unpack image "${image}": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;

function podOf(index: number, namespaces: number, fails: boolean): object {
  const name = `web-${index % 40}-7d9f8c6b5-${String(index).padStart(5, "0")}`;
  const metadata = {
    name,
    namespace: `team-${index % namespaces}`,
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    creationTimestamp: "2026-11-22T05:00:00Z",
    labels: { app: `web-${index % 40}`, "pod-template-hash": "7d9f8c6b5" },
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: `web-${index % 40}-7d9f8c6b5`, controller: true },
    ],
    annotations: { "example.com/ballast": "x".repeat(6200) },
  };
  const state = fails
    ? {
        waiting: {
          reason: "ImagePullBackOff",
          message: `Back-off pulling image "${image}": ErrImagePull: ${text}`,
        },
      }
    : { running: { startedAt: "2026-11-22T05:00:10Z" } };
  const env = Array.from({ length: 20 }, (_, n) => ({ name: `VARIABLE_${n}`, value: `value-${n}-${index}` }));
  return {
    metadata,
    spec: {
      nodeName: `node-${index % 50}`,
      serviceAccountName: "default",
      containers: [{ name: "app", image, env }],
    },
    status: {
      phase: fails ? "Pending" : "Running",
      containerStatuses: [
        {
          name: "app",
          image,
          imageID: fails ? "" : `${image}@sha256:0`,
          restartCount: 0,
          ready: !fails,
          state,
        },
      ],
    },
  };
}

/** Six events of each failing Pod of a namespace. */
function eventsOf(namespace: string, bodies: readonly string[]): readonly object[] {
  const failing = bodies.filter(
    (body) => body.includes(`"namespace":"${namespace}"`) && body.includes("ImagePullBackOff"),
  );
  return failing.flatMap((body) => {
    const { metadata } = JSON.parse(body) as { metadata: { name: string; uid: string } };
    const { name, uid } = metadata;
    return ["Scheduled", "Pulling", "Failed", "Failed", "BackOff", "Failed"].map((reason, n) => ({
      metadata: { name: `${name}.${n}`, namespace },
      involvedObject: { kind: "Pod", namespace, name, uid, fieldPath: "spec.containers{app}" },
      reason,
      message: n === 2 ? `Failed to pull image "${image}": ${text}` : `${reason} image "${image}"`,
      type: reason === "Failed" ? "Warning" : "Normal",
      count: 4,
      firstTimestamp: "2026-11-22T05:00:00Z",
      lastTimestamp: "2026-11-22T05:20:00Z",
    }));
  });
}
