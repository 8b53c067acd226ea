import { type CredentialProvider, readCredentialProviders } from "./credential-provider.ts";
import { readEvent, type EventFacts } from "./event.ts";
import { type Json, record, text } from "./field.ts";
import { type KubeletFacts, readKubelet } from "./kubelet.ts";
import { type NodeFacts, readNode } from "./node.ts";
import type { NodePull } from "./node-pulls.ts";
import type { Objects } from "./objects.ts";
import type { Observed, Ref } from "./observed.ts";
import { type PodFacts, readOwner, readPod } from "./pod.ts";
import { type PullSecret, readPullSecret } from "./pull-secret.ts";
import { readRegistryProbe } from "./gate/registry-probe-document.ts";
import type { RegistryProbe } from "./registry-probe.ts";
import { readRevisions, type Revision } from "./revision.ts";
import type { RunningImage } from "./running-images.ts";
import { readServiceAccount, type ServiceAccountFacts } from "./service-account.ts";
import { readWorkload, type WorkloadFacts } from "./workload.ts";

/** All that is known about one Pod and what it names. Every value knows where it was read, or why it was not. */
export interface Evidence {
  readonly pod: PodFacts;
  readonly serviceAccount: Observed<ServiceAccountFacts>;
  /** Whether the list of the namespace's ServiceAccounts was read, or why not. */
  readonly accountList: Observed<undefined>;
  /** The other ServiceAccounts of the namespace, as far as they are known. */
  readonly otherServiceAccounts: readonly ServiceAccountFacts[];
  /** Secrets of the Pod's namespace that anything names, by name. */
  readonly secrets: ReadonlyMap<string, Observed<PullSecret>>;
  /** Secrets of other namespaces under the names that the Pod lists. */
  readonly secretsElsewhere: readonly { readonly ref: Ref; readonly secret: PullSecret }[];
  readonly events: Observed<readonly EventFacts[]>;
  readonly node: Observed<NodeFacts>;
  /** The Pod's direct owner and the owner's owner, as far as they have templates; nearest first. */
  readonly workloads: readonly Observed<WorkloadFacts>[];
  /** The node's exec credential providers, where somebody gave their configuration. */
  readonly providers: Observed<readonly CredentialProvider[]>;
  /** What the node's kubelet says of itself, where that may be read. */
  readonly kubelet: Observed<KubeletFacts>;
  /** For each image of the Pod, the Pods among the objects that run it. */
  readonly running: ReadonlyMap<string, readonly RunningImage[]>;
  /** Pulls of the Pod's node that have not ended, as far as events at hand tell, the oldest first. */
  readonly nodePulls: readonly NodePull[];
  /** Revisions of the Deployment whose Pod this is, as far as they were read; the newest first. */
  readonly revisions: readonly Revision[];
  /** Quotas of the namespace: one may keep a new Pod from starting beside the old one. */
  readonly quotas: Observed<readonly Ref[]>;
  /** What registries answered from the user's machine, for images of this Pod with this Pod's list; only where they were asked. */
  readonly probes: readonly RegistryProbe[];
  readonly collectedAt?: string;
  /** The kubeconfig's context, where several clusters were asked. */
  readonly context?: string;
}

/** Reads the evidence of one Pod after the other. What the Pods of a namespace or of a node share is read once. */
export function evidenceReader(objects: Objects, context?: string): (podObject: Json) => Evidence {
  const neighbours = once((namespace: string) => readNeighbours(objects, namespace));
  const providers = once((node: string | undefined) => readCredentialProviders(objects, node));
  const kubelet = once((node: string | undefined) => readKubelet(objects, node));
  const nodes = once((node: string) => read(objects, "Node", undefined, node, readNode));
  return (podObject) => {
    const pod = readPod(podObject);
    const { namespace, node } = pod;
    const workloads = readWorkloads(objects, podObject, pod);
    return {
      pod,
      serviceAccount: read(objects, "ServiceAccount", namespace, pod.serviceAccount, readServiceAccount),
      accountList: neighbours(namespace).accountList,
      otherServiceAccounts: neighbours(namespace).accountsBut(pod.serviceAccount),
      secrets: neighbours(namespace).secrets(pod, workloads),
      secretsElsewhere: elsewhere(objects, namespace, pod.pullSecrets),
      events: readEvents(objects, pod),
      node:
        node === undefined ? { state: "absent", ref: { ...pod.ref, path: ".spec.nodeName" } } : nodes(node),
      workloads,
      providers: providers(node),
      kubelet: kubelet(node),
      nodePulls: (node === undefined ? undefined : objects.nodePulls().get(node)) ?? [],
      probes: neighbours(namespace).probes(pod),
      running: new Map(pod.images.map(({ image }) => [image, objects.running(image)])),
      revisions: neighbours(namespace).revisions.get(deploymentOf(workloads) ?? "") ?? [],
      quotas: neighbours(namespace).quotas,
      ...(context === undefined ? {} : { context }),
      ...(objects.header?.collectedAt === undefined ? {} : { collectedAt: objects.header.collectedAt }),
    };
  };
}

/** What all Pods of a namespace see. */
interface Neighbours {
  readonly quotas: Observed<readonly Ref[]>;
  readonly revisions: ReadonlyMap<string, readonly Revision[]>;
  readonly accountList: Observed<undefined>;
  accountsBut(name: string): readonly ServiceAccountFacts[];
  secrets(
    pod: PodFacts,
    workloads: readonly Observed<WorkloadFacts>[],
  ): ReadonlyMap<string, Observed<PullSecret>>;
  probes(pod: PodFacts): readonly RegistryProbe[];
}

function readNeighbours(objects: Objects, namespace: string): Neighbours {
  const accounts = objects.all("ServiceAccount", namespace).map(readServiceAccount);
  const listed = accounts.flatMap((account) => [...account.pullSecrets, ...account.mountableSecrets]);
  const there = objects.all("Secret", namespace).flatMap((secret) => text(secret, "metadata", "name") ?? []);
  const secret = once((name: string) => read(objects, "Secret", namespace, name, readPullSecret));
  // Pods of one workload name the same Secrets.
  const secrets = once((names: string) => {
    const [own, templates, misplaced] = JSON.parse(names) as readonly (readonly string[])[];
    const named = new Set([...(own ?? []), ...listed, ...(templates ?? []), ...(misplaced ?? []), ...there]);
    named.delete("");
    return new Map([...named].map((name) => [name, secret(name)] as const));
  });
  const probes = objects.all("RegistryProbe", namespace).map(readRegistryProbe);
  // One list for all Pods with the same Secrets, of which there may be thousands.
  const probesWith = once((names: string) =>
    probes.filter(({ pullSecrets }) => JSON.stringify(pullSecrets) === names),
  );
  return {
    revisions: readRevisions(objects.all("ReplicaSet", namespace)),
    quotas: readQuotas(objects, namespace),
    probes: ({ pullSecrets }) => probesWith(JSON.stringify(pullSecrets)),
    accountList: readList(objects, "ServiceAccount", namespace),
    accountsBut: once((name: string) => accounts.filter((account) => account.name !== name)),
    secrets: (pod, workloads) => {
      const found = workloads.flatMap((workload) => (workload.state === "found" ? [workload.value] : []));
      const templates = found.flatMap((workload) => workload.pullSecrets);
      return secrets(JSON.stringify([pod.pullSecrets, templates, misplacedNames(pod, workloads)]));
    },
  };
}

function deploymentOf(workloads: Evidence["workloads"]): string | undefined {
  return workloads.find(({ state, ref }) => state === "found" && ref.kind === "Deployment")?.ref.name;
}

function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const before = made.get(key);
    if (before !== undefined || made.has(key)) return before as Value;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/** Names in lists that the authors of the Pod or its workloads wrote where they do not count. */
function misplacedNames(pod: PodFacts, workloads: Evidence["workloads"]): readonly string[] {
  const lists = [
    ...pod.misplacedLists,
    ...workloads.flatMap((workload) => (workload.state === "found" ? workload.value.misplacedLists : [])),
  ];
  return lists.flatMap(({ names }) => names);
}

export function secretOf(evidence: Evidence, name: string): Observed<PullSecret> {
  return (
    evidence.secrets.get(name) ?? {
      state: "unknown",
      ref: { kind: "Secret", namespace: evidence.pod.namespace, name },
      reason: "not-collected",
    }
  );
}

function read<T>(
  objects: Objects,
  kind: string,
  namespace: string | undefined,
  name: string,
  parse: (object: Json) => T,
): Observed<T> {
  const found = objects.get(kind, namespace, name);
  return found.state === "found" ? { ...found, value: parse(found.value) } : found;
}

function elsewhere(
  objects: Objects,
  namespace: string,
  names: readonly string[],
): Evidence["secretsElsewhere"] {
  return [...new Set(names)].flatMap((name) =>
    objects
      .allNamed("Secret", name)
      .map((object) => readPullSecret(object))
      .filter((secret) => secret.namespace !== namespace)
      .map((secret) => ({ ref: { kind: "Secret", namespace: secret.namespace, name }, secret })),
  );
}

function readEvents(objects: Objects, pod: PodFacts): Observed<readonly EventFacts[]> {
  const ref: Ref = { kind: "Event", namespace: pod.namespace, name: `for Pod ${pod.name}` };
  const uids = [pod.uid, pod.mirrorUid].filter((uid) => uid !== undefined);
  const about = { namespace: pod.namespace, name: pod.name, uids };
  const events = objects
    .eventsAbout(pod.namespace, pod.name)
    .flatMap((object) => readEvent(object, about) ?? []);
  if (events.length > 0) return { state: "found", ref, value: events };
  const list = readList(objects, "Event", pod.namespace);
  // Files with events of other Pods show that events were collected: this Pod's are over.
  const others =
    list.state === "unknown" && list.reason === "not-collected" && objects.all("Event", pod.namespace);
  if (list.state === "found" || (others !== false && others.length > 0)) return { state: "absent", ref };
  return { ...list, ref };
}

function readList(objects: Objects, kind: string, namespace: string): Observed<undefined> {
  const ref: Ref = { kind, namespace, name: "" };
  const listed = objects.listed(kind, namespace);
  if (listed === undefined) return { state: "unknown", ref, reason: "not-collected" };
  if (listed.state === "complete") return { state: "found", ref, value: undefined };
  if (listed.state === "absent") return { state: "absent", ref };
  const { reason, detail } = listed;
  return { state: "unknown", ref, reason, ...(detail === undefined ? {} : { detail }) };
}

function readQuotas(objects: Objects, namespace: string): Observed<readonly Ref[]> {
  const kind = "ResourceQuota";
  const value = objects
    .all(kind, namespace)
    .map((quota) => ({ kind, namespace, name: text(quota, "metadata", "name") ?? "" }));
  const list = readList(objects, kind, namespace);
  return value.length > 0 || list.state === "found" ? { state: "found", ref: list.ref, value } : list;
}

function readWorkloads(objects: Objects, podObject: Json, pod: PodFacts): readonly Observed<WorkloadFacts>[] {
  const workloads: Observed<WorkloadFacts>[] = [];
  let owner = readOwner(podObject);
  const guess = guessDeployment(objects, pod);
  while (owner !== undefined && workloads.length < 3) {
    const found = objects.get(owner.kind, pod.namespace, owner.name);
    const facts = found.state === "found" ? readWorkload(found.value) : undefined;
    if (found.state !== "found" || facts === undefined) {
      if (found.state !== "found") workloads.push(found);
      break;
    }
    workloads.push({ ...found, value: facts });
    owner = facts.owner;
  }
  const last = workloads.at(-1);
  if (guess !== undefined && (last === undefined || last.state !== "found")) workloads.push(guess);
  return workloads;
}

/**
 * A Deployment names its ReplicaSets `<name>-<pod-template-hash>` and labels their Pods with the hash
 * (kube-controller-manager pkg/controller/deployment/sync.go), so the Deployment can be read in the same round as the
 * Pod's other objects. The selector has to fit, or the name is a coincidence.
 */
export function deploymentNameOf(pod: PodFacts): string | undefined {
  const hash = pod.labels["pod-template-hash"];
  if (pod.owner?.kind !== "ReplicaSet" || typeof hash !== "string" || hash === "") return undefined;
  const ending = `-${hash}`;
  return pod.owner.name.endsWith(ending) ? pod.owner.name.slice(0, -ending.length) : undefined;
}

function guessDeployment(objects: Objects, pod: PodFacts): Observed<WorkloadFacts> | undefined {
  const name = deploymentNameOf(pod);
  if (name === undefined) return undefined;
  const found = objects.get("Deployment", pod.namespace, name);
  if (found.state !== "found") return found;
  const facts = readWorkload(found.value);
  if (facts === undefined) return undefined;
  const selector = Object.entries(record(facts.selector));
  const fits = selector.length > 0 && selector.every(([label, value]) => pod.labels[label] === value);
  return fits ? { ...found, value: facts } : undefined;
}
