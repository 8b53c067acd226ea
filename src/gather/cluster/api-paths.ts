/** Paths of the API, as kubectl asks for them. */

const groups: Readonly<Record<string, string>> = {
  Deployment: "apis/apps/v1",
  ReplicaSet: "apis/apps/v1",
  StatefulSet: "apis/apps/v1",
  DaemonSet: "apis/apps/v1",
  Job: "apis/batch/v1",
  CronJob: "apis/batch/v1",
};

const plurals: Readonly<Record<string, string>> = {
  Pod: "pods",
  Secret: "secrets",
  ServiceAccount: "serviceaccounts",
  Event: "events",
  Node: "nodes",
  Namespace: "namespaces",
  Deployment: "deployments",
  ReplicaSet: "replicasets",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
  ReplicationController: "replicationcontrollers",
  Job: "jobs",
  CronJob: "cronjobs",
  ResourceQuota: "resourcequotas",
};

/** The path of one object or, without a name, of the list of a kind; without a namespace, of all namespaces. */
export function pathOf(kind: string, namespace: string | undefined, name?: string): string {
  const group = groups[kind] ?? "api/v1";
  const resource = plurals[kind] ?? `${kind.toLowerCase()}s`;
  const place = namespace === undefined ? "" : `/namespaces/${segment(namespace)}`;
  return `/${group}${place}/${resource}${name === undefined ? "" : `/${segment(name)}`}`;
}

/** One name within a path. Half a surrogate pair, which no name has and JSON can spell, becomes U+FFFD. */
export function segment(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** What a path of pathOf asks for; the name is absent for a list, the namespace for what lies in none or in all. */
export interface Asked {
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

export function askedFor(path: string): Asked {
  const words = path.split("/").slice(1);
  const rest = words[0] === "api" ? words.slice(2) : words.slice(3);
  const inNamespace = rest[0] === "namespaces" && rest.length > 2;
  const [resource = "", name] = inNamespace ? rest.slice(2) : rest;
  const kind = Object.keys(plurals).find((candidate) => plurals[candidate] === resource) ?? "";
  return {
    kind,
    ...(inNamespace ? { namespace: decodeURIComponent(rest[1] ?? "") } : {}),
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
  };
}

/**
 * Why something cannot be asked for, in kubectl's words; undefined when it can. A server or a proxy on the way would
 * read a dot as a step in the path, and answer with a list that nobody asked for (apimachinery
 * api/validation/path/name.go).
 */
export function nameFault({ name, namespace }: Pick<Asked, "name" | "namespace">): string | undefined {
  return segmentFault("namespace", namespace) ?? segmentFault("resource name", name);
}

function segmentFault(what: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const said = `invalid ${what} ${JSON.stringify(name)}`;
  if (name === "." || name === "..") return `${said}: [may not be '${name}']`;
  const [letter] = /[/%]/.exec(name) ?? [];
  return letter === undefined ? undefined : `${said}: [may not contain '${letter}']`;
}

/** Kinds by the words that kubectl takes for them: plural, singular, short, with or without the group. */
const kindWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    po: "Pod",
    pod: "Pod",
    deploy: "Deployment",
    deployment: "Deployment",
    rs: "ReplicaSet",
    replicaset: "ReplicaSet",
    sts: "StatefulSet",
    statefulset: "StatefulSet",
    ds: "DaemonSet",
    daemonset: "DaemonSet",
    rc: "ReplicationController",
    replicationcontroller: "ReplicationController",
    job: "Job",
    cj: "CronJob",
    cronjob: "CronJob",
    no: "Node",
    node: "Node",
  }),
);

export function kindOfWord(word: string): string | undefined {
  const short = word.toLowerCase().split(".")[0] ?? "";
  return kindWords.get(short) ?? kindWords.get(short.replace(/s$/, ""));
}
