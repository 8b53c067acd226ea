import { aboutWhat } from "./event.ts";
import { flag, integer, isRecord, type Json, record, records, text } from "./field.ts";
import { type NodePull, readNodePulls } from "./node-pulls.ts";
import type { Observed, Ref, UnknownReason } from "./observed.ts";
import { readRunningImages, type RunningImage } from "./running-images.ts";

/**
 * Plain Kubernetes objects, however they were obtained: read from a cluster or from files. Reads that failed are in
 * the list too, as the API server's own `Status`, with `metadata.selfLink` naming the path that was asked for (files
 * made by others have no selfLink; then `details` must do).
 */
export interface Objects {
  readonly header?: Header;
  get(kind: string, namespace: string | undefined, name: string): Observed<Json>;
  all(kind: string, namespace?: string): readonly Json[];
  /** In any namespace. */
  allNamed(kind: string, name: string): readonly Json[];
  /** The namespace's events about whatever has this name: a namespace can hold tens of thousands. */
  eventsAbout(namespace: string, name: string): readonly Json[];
  /** What became of listing a kind in a namespace, when somebody listed it. */
  listed(kind: string, namespace: string): { readonly state: "complete" } | ReadProblem | undefined;
  readonly pods: readonly Json[];
  /** Of these, as namespace/name, those that were read only for what they show of Secrets: nobody asked about them. */
  readonly neighbours: ReadonlySet<string>;
  /** Pods among them that run an image. */
  running(image: string): readonly RunningImage[];
  /** Pulls that have not ended, by node. */
  nodePulls(): ReadonlyMap<string, readonly NodePull[]>;
}

interface ReadProblem {
  readonly state: "absent" | "unknown";
  readonly reason: UnknownReason;
  readonly detail?: string;
}

/** The small document that a saved bundle begins with. */
export interface Header {
  readonly collectedAt?: string;
  /** Flags that a printed kubectl command needs to reach the same cluster, e.g. ["--context", "prod"]. */
  readonly kubectlFlags: readonly string[];
  /** Pods that were asked about, as namespace/name; empty for all failing ones. */
  readonly targets: readonly string[];
  /** Pods that were read for what they show of Secrets. */
  readonly neighbours: readonly string[];
}

/** Resource names as the API's paths and Status details spell them. */
const resources: Readonly<Record<string, string>> = {
  Pod: "pods",
  ServiceAccount: "serviceaccounts",
  Secret: "secrets",
  Event: "events",
  Node: "nodes",
  ReplicaSet: "replicasets",
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
  Job: "jobs",
  CronJob: "cronjobs",
  ReplicationController: "replicationcontrollers",
};

export function resourceOf(kind: string): string {
  return resources[kind] ?? `${kind.toLowerCase()}s`;
}

export function indexObjects(documents: readonly unknown[]): Objects {
  const found = new Map<string, Json>();
  const byKind = new Map<string, Json[]>();
  const byPlace = new Map<string, Json[]>();
  const byName = new Map<string, Json[]>();
  const events = new Map<string, Json[]>();
  const statuses = new Map<string, Json[]>();
  const lists = new Set<string>();
  let header: Header | undefined;
  const neighbours = new Set<string>();
  const targets = new Set<string>();
  for (const document of flatten(documents, lists)) {
    const kind = text(document, "kind") ?? "";
    if (kind === "Status") add(statuses, askedBy(document), document);
    else if (kind === "PullBundle") {
      header = readHeader(document);
      for (const place of header.neighbours) neighbours.add(place);
      for (const place of header.targets) targets.add(place);
    } else {
      const namespace = text(document, "metadata", "namespace");
      const name = text(document, "metadata", "name") ?? "";
      const key = keyOf(kind, namespace, name);
      if (found.has(key)) continue;
      found.set(key, document);
      const place = namespace ?? "default";
      add(byKind, kind, document);
      add(byPlace, `${kind}/${place}`, document);
      add(byName, `${kind}/${name}`, document);
      if (kind === "Event") add(events, `${place}/${aboutWhat(document) ?? ""}`, document);
    }
  }
  const all = (kind: string, namespace?: string): readonly Json[] =>
    (namespace === undefined ? byKind.get(kind) : byPlace.get(`${kind}/${namespace}`)) ?? [];
  let runningImages: ReturnType<typeof readRunningImages> | undefined;
  let nodePulls: ReturnType<typeof readNodePulls> | undefined;
  return {
    ...(header === undefined ? {} : { header }),
    all,
    pods: all("Pod"),
    neighbours: new Set([...neighbours].filter((place) => !targets.has(place))),
    allNamed: (kind, name) => byName.get(`${kind}/${name}`) ?? [],
    eventsAbout: (namespace, name) => events.get(`${namespace}/${name}`) ?? [],
    running(image) {
      runningImages ??= readRunningImages(all("Pod"));
      return runningImages.get(image) ?? [];
    },
    nodePulls() {
      nodePulls ??= readNodePulls(all("Event"), all("Pod"));
      return nodePulls;
    },
    get(kind, namespace, name) {
      const ref: Ref = { kind, ...(namespace === undefined ? {} : { namespace }), name };
      const object = found.get(keyOf(kind, namespace, name));
      if (object !== undefined) return { state: "found", ref, value: object };
      if (lists.has(`${resourceOf(kind)}/${namespace ?? ""}`)) return { state: "absent", ref };
      const problem =
        problemOf(statuses, kind, namespace, name) ?? problemOf(statuses, kind, namespace, undefined);
      if (problem === undefined) return { state: "unknown", ref, reason: "not-collected" };
      if (problem.state === "absent") return { state: "absent", ref };
      return { ref, state: "unknown", reason: problem.reason, ...detailOf(problem) };
    },
    listed(kind, namespace) {
      if (lists.has(`${resourceOf(kind)}/${namespace}`)) return { state: "complete" };
      return problemOf(statuses, kind, namespace, undefined);
    },
  };
}

function add(map: Map<string, Json[]>, key: string, object: Json): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [object]);
  else there.push(object);
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${kind === "Node" ? "" : (namespace ?? "default")}/${name}`;
}

function detailOf(problem: ReadProblem): { detail?: string } {
  return problem.detail === undefined ? {} : { detail: problem.detail };
}

/** Lists of any kind are opened; a list that says which path it came from tells that it is complete. */
function flatten(documents: readonly unknown[], lists: Set<string>): readonly Json[] {
  return documents.filter(isRecord).flatMap((document) => {
    const kind = text(document, "kind") ?? "";
    if (!kind.endsWith("List") || !Array.isArray(document["items"])) return [document];
    const path = text(document, "metadata", "selfLink");
    if (path !== undefined) lists.add(placeOf(path).list);
    const itemKind = kind.slice(0, -"List".length);
    return records(document, "items").flatMap((item) =>
      flatten([itemKind === "" ? item : { kind: itemKind, ...item }], lists),
    );
  });
}

function placeOf(path: string): { resource: string; namespace?: string; name?: string; list: string } {
  const words =
    path
      .split("?")[0]
      ?.split("/")
      .filter((word) => word !== "") ?? [];
  const rest = words[0] === "api" ? words.slice(2) : words.slice(3);
  const [namespace, resource, name] =
    rest[0] === "namespaces" && rest.length > 2 ? rest.slice(1) : [undefined, ...rest];
  return {
    resource: resource ?? "",
    list: `${resource ?? ""}/${namespace ?? ""}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

/** What a Status was the answer to, as resource/name; without a name, a list. */
function askedBy(status: Json): string {
  const path = text(status, "metadata", "selfLink");
  const { resource, name } =
    path === undefined
      ? { resource: text(status, "details", "kind"), name: text(status, "details", "name") }
      : placeOf(path);
  return `${resource ?? ""}/${name ?? ""}`;
}

function problemOf(
  statuses: ReadonlyMap<string, readonly Json[]>,
  kind: string,
  namespace: string | undefined,
  name: string | undefined,
): ReadProblem | undefined {
  const status = statuses.get(`${resourceOf(kind)}/${name ?? ""}`)?.find((candidate) => {
    const path = text(candidate, "metadata", "selfLink");
    return path === undefined || kind === "Node" || (placeOf(path).namespace ?? namespace) === namespace;
  });
  return status === undefined ? undefined : readProblem(status);
}

function readProblem(status: Json): ReadProblem {
  const code = integer(status, "code") ?? 0;
  const reason = text(status, "reason") ?? "";
  const detail = text(status, "message");
  const more = detail === undefined ? {} : { detail };
  if (reason === "NotFound" && flag(status, "details", "groupMissing") !== true)
    return { state: "absent", reason: "out-of-reach", ...more };
  if (reason === "Forbidden" || reason === "Unauthorized" || code === 401 || code === 403)
    return { state: "unknown", reason: "forbidden", ...more };
  if (reason === "Malformed") return { state: "unknown", reason: "malformed", ...more };
  return { state: "unknown", reason: "unavailable", ...more };
}

function readHeader(document: Json): Header {
  const spec = record(document, "spec");
  const list = (field: string): readonly string[] => {
    const value = spec[field];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  };
  const collectedAt = text(document, "metadata", "creationTimestamp");
  return {
    kubectlFlags: list("kubectlFlags"),
    targets: list("targets"),
    neighbours: list("neighbours"),
    ...(collectedAt === undefined ? {} : { collectedAt }),
  };
}
