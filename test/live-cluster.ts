import type { ServerResponse } from "node:http";
import { type FakeApiServer, type Route, startApiServer, status } from "./api-server.ts";
import { mismatch, namespace, paths, type Routes } from "./shop.ts";

interface Kept {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** A namespace whose Pods come, change and go while they are watched. */
export interface LiveCluster {
  readonly server: FakeApiServer;
  /** Objects other than Pods, by path. */
  readonly routes: Routes;
  readonly put: (pod: object) => void;
  readonly remove: (name: string) => void;
  readonly warn: (event: object) => void;
  /** Ends every watch: by the end of its answer, or by that of its connection. */
  readonly cut: (how: "end" | "drop") => void;
  /** Forgets what has happened: a watch that goes on from there is answered 410. */
  readonly forget: () => void;
  /** Answers nothing but closed connections, until it is there again. */
  readonly leave: () => void;
  readonly comeBack: () => void;
  readonly bookmark: () => void;
  /** Watches of Pods that were granted so far, and lists of Pods. */
  readonly counts: () => { readonly watches: number; readonly lists: number };
}

interface Watcher {
  readonly response: ServerResponse;
  readonly kind: "Pod" | "Event";
  readonly fits: (object: Kept) => boolean;
}

function selects(query: Readonly<Record<string, string>>): (object: Kept) => boolean {
  const name = /metadata\.name=([^,]+)/.exec(query["fieldSelector"] ?? "")?.[1];
  const labels = (query["labelSelector"] ?? "").split(",").filter((part) => part !== "");
  return ({ metadata }) =>
    (name === undefined || metadata.name === name) &&
    labels.every((label) => {
      const [key = "", value] = label.split("=");
      return metadata.labels?.[key] === value;
    });
}

/** `admits` says of an Authorization header whether it is good; without it each is. */
export async function startLiveCluster(
  initial: readonly object[] = [],
  admits: (authorization: string | undefined) => boolean = () => true,
): Promise<LiveCluster> {
  const pods = new Map<string, Kept>();
  const watchers = new Set<Watcher>();
  let version = 100;
  let oldest = 0;
  let away = false;
  let watches = 0;
  let lists = 0;

  const happened: { readonly kind: Watcher["kind"]; readonly type: string; readonly object: Kept }[] = [];
  const tell = (kind: Watcher["kind"], type: string, object: Kept): void => {
    happened.push({ kind, type, object });
    for (const watcher of watchers)
      if (watcher.kind === kind && (type === "BOOKMARK" || watcher.fits(object)))
        watcher.response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const watch = (
    kind: Watcher["kind"],
    response: ServerResponse,
    query: Readonly<Record<string, string>>,
  ): void => {
    response.writeHead(200, { "content-type": "application/json" });
    if (Number(query["resourceVersion"]) < oldest) {
      const object = status(410, "Expired", "too old resource version");
      response.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
      return;
    }
    response.flushHeaders();
    const watcher = { response, kind, fits: selects(query) };
    for (const { kind: of, type, object } of happened)
      if (of === kind && Number(object.metadata.resourceVersion) > Number(query["resourceVersion"]))
        if (watcher.fits(object)) response.write(`${JSON.stringify({ type, object })}\n`);
    watchers.add(watcher);
    response.on("close", () => watchers.delete(watcher));
  };
  const listOf = (kind: string, items: readonly object[]): string =>
    JSON.stringify({
      kind: `${kind}List`,
      apiVersion: "v1",
      metadata: { resourceVersion: String(version) },
      items,
    });
  const onPods: Route = (response, { query }) => {
    if (query["watch"] === "true") {
      watches += 1;
      return watch("Pod", response, query);
    }
    lists += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(listOf("Pod", [...pods.values()].filter(selects(query))));
  };
  const routes: Routes = mismatch();
  const events = routes[paths.events] as { readonly items: object[] };
  const onEvents: Route = (response, { query }) => {
    if (query["watch"] === "true") return watch("Event", response, query);
    const name = /involvedObject\.name=([^,]+)/.exec(query["fieldSelector"] ?? "")?.[1];
    const items = events.items.filter(
      (event) =>
        name === undefined || (event as { involvedObject: { name: string } }).involvedObject.name === name,
    );
    response.writeHead(200, { "content-type": "application/json" });
    response.end(listOf("Event", items));
  };
  const all: Routes = new Proxy(routes, {
    get: (target, path: string): Route | undefined => {
      if (away) return (_response, _seen, socket) => void socket.destroy();
      if (path === paths.pods) return onPods;
      if (path === paths.events) return onEvents;
      const name = path.startsWith(`${paths.pods}/`) ? path.slice(paths.pods.length + 1) : undefined;
      if (name === undefined) return target[path];
      return (
        pods.get(name) ??
        status(404, "NotFound", `pods "${name}" not found`, { details: { name, kind: "pods" } })
      );
    },
  });
  const server = await startApiServer({
    routes: all,
    admits: ({ headers }) => admits(headers.authorization),
  });
  const put = (pod: object): void => {
    version += 1;
    const { metadata } = pod as Kept;
    const kept = {
      apiVersion: "v1",
      kind: "Pod",
      ...pod,
      metadata: { namespace, ...metadata, resourceVersion: String(version) },
    };
    const type = pods.has(metadata.name) ? "MODIFIED" : "ADDED";
    pods.set(metadata.name, kept);
    tell("Pod", type, kept);
  };
  const cut: LiveCluster["cut"] = (how) => {
    for (const { response } of watchers) {
      if (how === "end") response.end();
      else response.destroy();
    }
  };
  for (const pod of initial) put(pod);
  return {
    server,
    routes,
    put,
    remove: (name) => {
      const pod = pods.get(name);
      if (pod === undefined) return;
      version += 1;
      pods.delete(name);
      tell("Pod", "DELETED", { ...pod, metadata: { ...pod.metadata, resourceVersion: String(version) } });
    },
    warn: (event) => {
      events.items.push(event);
      tell("Event", "ADDED", event as Kept);
    },
    cut,
    forget: () => void (oldest = version + 1),
    leave: () => {
      away = true;
      cut("drop");
    },
    comeBack: () => void (away = false),
    bookmark: () => {
      version += 1;
      tell("Pod", "BOOKMARK", {
        kind: "Pod",
        metadata: { name: "", resourceVersion: String(version) },
      } as unknown as Kept);
    },
    counts: () => ({ watches, lists }),
  };
}
