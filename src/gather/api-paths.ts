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
};

/** The path of one object or, without a name, of the list of a kind; without a namespace, of all namespaces. */
export function pathOf(kind: string, namespace: string | undefined, name?: string): string {
  const group = groups[kind] ?? "api/v1";
  const resource = plurals[kind] ?? `${kind.toLowerCase()}s`;
  const place = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/${group}${place}/${resource}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}

/** Kinds by the words that kubectl takes for them: plural, singular, short, with or without the group. */
const kindWords: Readonly<Record<string, string>> = {
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
};

export function kindOfWord(word: string): string | undefined {
  const short = word.toLowerCase().split(".")[0] ?? "";
  return kindWords[short] ?? kindWords[short.replace(/s$/, "")];
}
