import { deploymentNameOf } from "../../evidence/evidence.ts";
import type { PodFacts } from "../../evidence/pod.ts";
import { readServiceAccount, type ServiceAccountFacts } from "../../evidence/service-account.ts";
import { readWorkload, type WorkloadFacts } from "../../evidence/workload.ts";
import { pathOf } from "./api-paths.ts";
import { isPullFailing, type Neighbours } from "./neighbours.ts";
import { gatherEvents } from "./pod-events.ts";
import {
  isOfDeployment,
  lookedForElsewhere,
  type ReadForFixes,
  readsForFixes,
  type ReadsForFixes,
} from "./reads-for-fixes.ts";
import type { Reader } from "./reader.ts";

/** Reads for one Pod at most, the Pod included. */
const budget = 8;

/**
 * What a Pod names, in two rounds: all that its spec names at once, then what those objects name in turn, for Pods whose
 * pull fails. Never a list of Secrets, and nothing is written.
 */
export async function gatherNamed(reader: Reader, pods: readonly PodFacts[]): Promise<void> {
  await Promise.all([gatherEvents(reader, pods), inTurn(pods, (pod) => firstRound(reader, pod))]);
}

/** The second round of each Pod: paths, as far as its budget goes, and how many reads are done, or kept for what these name. */
export type FurtherReads = ReadonlyMap<PodFacts, Further>;

interface Further {
  readonly paths: readonly string[];
  readonly kept: number;
}

/** Made once the first round is over. */
export function furtherReads(reader: Reader, pods: readonly PodFacts[]): FurtherReads {
  const accountsOf = accountsBy(reader);
  return new Map(pods.map((pod) => [pod, furtherPaths(reader, pod, accountsOf(pod.namespace))]));
}

/** Of each namespace once. */
function accountsBy(reader: Reader): (namespace: string) => Accounts {
  const namespaces = new Map<string, Accounts>();
  return (namespace) => {
    const known = namespaces.get(namespace) ?? readAccounts(reader, namespace);
    namespaces.set(namespace, known);
    return known;
  };
}

/** What bears on the second round beside the objects that were read. */
export interface Beside {
  readonly neighbours: Neighbours;
  /** Whether the Pod's node is asked once more, which goes before what is only of use to the fixes. */
  readonly asksNode: (pod: PodFacts) => boolean;
}

export async function gatherFurther(reader: Reader, further: FurtherReads, beside: Beside): Promise<void> {
  // Where ServiceAccounts may not be listed, the Pod's own comes alone and late, and so does a CronJob: what they name with them.
  const late = new Set(
    [...further.keys()].filter(
      (pod) => missesAccount(reader, pod) || above(reader, pod).some((path) => !reader.isRead(path)),
    ),
  );
  const first = await readAll(reader, further, beside, (pod, { early, all }) =>
    late.has(pod) ? early : all,
  );
  // Of a CronJob's Pod, what is only of use to the fixes makes no round of its own.
  const second = await readAll(reader, furtherReads(reader, [...late]), beside, (pod, { all }, paths) =>
    missesAccount(reader, pod) || paths.length > 0 ? all : [],
  );
  const quotas = new Set([...first, ...second]);
  const accountsOf = accountsBy(reader);
  for (const pod of further.keys()) {
    for (const name of ownNames(reader, pod, accountsOf(pod.namespace))) {
      const path = pathOf("Secret", pod.namespace, name);
      if (!reader.isRead(path)) reader.leaveOut(path, notAskedFor);
    }
    // Mostly there is room, and a rollout that waits for some shows it to the next question. Said only where the node's word took the read.
    if (beside.asksNode(pod) && isOfDeployment(pod) && !quotas.has(pod.namespace))
      reader.leaveOut(pathOf("ResourceQuota", pod.namespace), notAskedFor);
  }
}

/**
 * What the Pod's own way names bears on the verdict, and a quota on what has to be printed: that nobody looked is not
 * that there is nothing.
 */
const notAskedFor = `it was not asked for, since an answer about one Pod takes ${budget} reads at most.`;

/** What is only of use to the fixes has to wait where more is to come. Returns the namespaces whose quotas were read. */
async function readAll(
  reader: Reader,
  further: FurtherReads,
  beside: Beside,
  choose: (pod: PodFacts, reads: ReadsForFixes, paths: readonly string[]) => readonly ReadForFixes[],
): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  await inTurn([...further], async ([pod, { paths }]) => {
    const left = readsLeft(pod, further) - (beside.asksNode(pod) ? 1 : 0);
    const reads = readsForFixes(reader, pod, paths, beside.neighbours);
    const chosen = choose(pod, reads, paths).slice(0, Math.max(0, left));
    if (chosen.some(({ kind }) => kind === "ResourceQuota")) asked.add(pod.namespace);
    await Promise.all([...paths.map((path) => reader.get(path)), ...chosen.map(({ read }) => read())]);
  });
  return asked;
}

/** ServiceAccounts may not be listed. */
function missesAccount(reader: Reader, { namespace, mirrorUid }: PodFacts): boolean {
  return reader.failureOf(pathOf("ServiceAccount", namespace)) !== undefined && mirrorUid === undefined;
}

function accountPath({ namespace, serviceAccount }: PodFacts): string {
  return pathOf("ServiceAccount", namespace, serviceAccount);
}

/** Pods at a time: several times as many reads as there are connections, and few enough to wait in little memory. */
const atOnce = 50;

async function inTurn<T>(of: readonly T[], read: (one: T) => Promise<void>): Promise<void> {
  for (let next = 0; next < of.length; next += atOnce)
    await Promise.all(of.slice(next, next + atOnce).map(read));
}

/** Reads that the budget of one Pod leaves after its second round. */
export function readsLeft(pod: PodFacts, further: FurtherReads): number {
  const { paths, kept } = further.get(pod) ?? { paths: [], kept: 0 };
  return Math.max(0, budget - readsFor(pod) - paths.length - kept);
}

/** What the Pod's own spec names: its ServiceAccount (with its neighbours), Secrets, node and owner. */
async function firstRound(reader: Reader, pod: PodFacts): Promise<void> {
  const { namespace } = pod;
  const accounts =
    pod.mirrorUid === undefined
      ? [reader.list(pathOf("ServiceAccount", namespace), "ServiceAccount", {})]
      : [];
  const secrets = secretNames(pod).map((name) => reader.get(pathOf("Secret", namespace, name)));
  await Promise.all([
    ...accounts,
    ...secrets,
    ...(pod.node === undefined ? [] : [reader.get(pathOf("Node", undefined, pod.node))]),
    ...[...ownerPaths(pod), ...guessedPaths(pod)].map((path) => reader.get(path)),
  ]);
}

function secretNames(pod: PodFacts): readonly string[] {
  const names = [...new Set(pod.pullSecrets)].filter((name) => name !== "");
  return pod.mirrorUid === undefined ? names.slice(0, budget - 5) : [];
}

function ownerPaths(pod: PodFacts): readonly string[] {
  const deployment = deploymentNameOf(pod);
  if (deployment !== undefined) return [pathOf("Deployment", pod.namespace, deployment)];
  const kinds = ["ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"];
  if (pod.owner === undefined || !kinds.includes(pod.owner.kind)) return [];
  return [pathOf(pod.owner.kind, pod.namespace, pod.owner.name)];
}

/**
 * A CronJob names its Jobs `<name>-<minutes>` (pkg/controller/cronjob/utils.go getJobName, 1.26-1.36), and people who run
 * one by hand number them or say so. The Job itself tells whose it is.
 */
function guessedPaths({ owner, namespace }: PodFacts): readonly string[] {
  if (owner?.kind !== "Job") return [];
  const name = /^(.+?)-(?:\d+|manual(?:-[a-z0-9]+)*)$/.exec(owner.name)?.[1];
  return name === undefined ? [] : [pathOf("CronJob", namespace, name)];
}

/** The ServiceAccounts of a namespace, as far as they were read. */
interface Accounts {
  readonly byName: ReadonlyMap<string, ServiceAccountFacts>;
  /** Every Secret that one of them names for pulls. */
  readonly pullSecrets: readonly string[];
}

function readAccounts(reader: Reader, namespace: string): Accounts {
  const accounts = reader.all("ServiceAccount", namespace).map(readServiceAccount);
  return {
    byName: new Map(accounts.toReversed().map((account) => [account.name, account])),
    pullSecrets: [...new Set(accounts.flatMap((account) => account.pullSecrets))],
  };
}

/** What the first round's objects name: Secrets of ServiceAccounts and of the template, and the owner's owner. */
function furtherPaths(reader: Reader, pod: PodFacts, accounts: Accounts): Further {
  const { namespace } = pod;
  const own = accounts.byName.get(pod.serviceAccount);
  const upward = above(reader, pod);
  // What other ServiceAccounts name may help; what a template names that is not read yet is for this Pod.
  const awaited = upward.some((path) => !reader.isRead(path));
  const names = [
    ...ownNames(reader, pod, accounts),
    ...(pod.pullSecrets.length === 0 ? (own?.mountableSecrets ?? []).filter(isPullSecretName) : []),
    ...(pod.pullSecrets.length === 0 && !awaited ? accounts.pullSecrets : []),
  ].filter((name) => name !== "" && !pod.pullSecrets.includes(name));
  const wanted = [
    ...(missesAccount(reader, pod) ? [accountPath(pod)] : []),
    ...upward.filter((path) => !guessedPaths(pod).includes(path)),
    ...[...new Set(names)].map((name) => pathOf("Secret", namespace, name)),
  ];
  const open = wanted.filter((path) => !reader.isRead(path));
  const done =
    wanted.length -
    open.length +
    lookedForElsewhere(reader, pod).filter((path) => reader.isRead(path)).length;
  const left = budget - readsFor(pod) - done;
  return { paths: open.slice(0, Math.max(0, left)), kept: done + (awaited ? 1 : 0) };
}

/** Secrets that the Pod's ServiceAccount and template name, and lists in the wrong place, beyond those of its own list. */
function ownNames(reader: Reader, pod: PodFacts, accounts: Accounts): readonly string[] {
  const templates = found(reader, [...ownerPaths(pod), ...above(reader, pod)]);
  return [
    ...(accounts.byName.get(pod.serviceAccount)?.pullSecrets ?? []),
    ...templates.flatMap((template) => template.pullSecrets),
    ...[pod, ...templates].flatMap((from) => from.misplacedLists.flatMap((list) => list.names)),
  ].filter((name) => name !== "" && !pod.pullSecrets.includes(name));
}

function found(reader: Reader, paths: readonly string[]): readonly WorkloadFacts[] {
  return paths.flatMap((path) => {
    const object = reader.found(path);
    return object === undefined ? [] : (readWorkload(object) ?? []);
  });
}

/** Paths of the owner's owner. */
function above(reader: Reader, pod: PodFacts): readonly string[] {
  return upwards(pod, found(reader, ownerPaths(pod)));
}

/** A ServiceAccount's `secrets` mostly holds tokens; those of Kubernetes before 1.24 say so in their names. */
function isPullSecretName(name: string): boolean {
  return !/-token-[a-z0-9]{5}$/.test(name);
}

/** Whether there is room for a look at the Pod's neighbours, and for what they name; above a Job there may be more. */
export function asksNeighbours(pod: PodFacts): boolean {
  const more = pod.owner?.kind === "Job" ? 4 : 2;
  return isPullFailing(pod) && ownReads(pod) + more <= budget;
}

/** Reads of the first two rounds. */
function readsFor(pod: PodFacts): number {
  return ownReads(pod) + (asksNeighbours(pod) ? 1 : 0);
}

/** What the Pod itself names, and the kubelet's own words. */
function ownReads(pod: PodFacts): number {
  const one = (is: boolean): number => (is ? 1 : 0);
  const kubelet = one(pod.node !== undefined && pod.pullSecrets.length === 0);
  return (
    2 +
    one(pod.mirrorUid === undefined) +
    secretNames(pod).length +
    one(pod.node !== undefined) +
    ownerPaths(pod).length +
    guessedPaths(pod).length +
    kubelet
  );
}

/** The owner's owner where it was not reached by the Deployment's name: a CronJob, or a ReplicaSet's own owner. */
function upwards(
  pod: PodFacts,
  owners: readonly { readonly owner?: { kind: string; name: string } }[],
): readonly string[] {
  const above = owners
    .flatMap((owner) => owner.owner ?? [])
    .filter(({ kind }) => kind === "CronJob" || kind === "Deployment");
  const notDeployment = deploymentNameOf(pod) !== undefined && owners.length === 0 && pod.owner !== undefined;
  return [
    ...above.map(({ kind, name }) => pathOf(kind, pod.namespace, name)),
    ...(notDeployment && pod.owner !== undefined
      ? [pathOf(pod.owner.kind, pod.namespace, pod.owner.name)]
      : []),
  ];
}
