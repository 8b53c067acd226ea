import type { Json } from "../../evidence/field.ts";
import { indexObjects } from "../../evidence/objects.ts";
import { readPod } from "../../evidence/pod.ts";
import {
  type PodOptions,
  type PodToBe,
  podForImage,
  podsToBe,
  userKinds,
} from "../../evidence/pods-to-be.ts";
import { pathOf } from "./api-paths.ts";
import type { Reader } from "./reader.ts";
import type { Scope, Target } from "./scope.ts";

/** What is to be checked: images by themselves, or the templates among objects. */
export interface PullUsers {
  readonly images: readonly string[];
  readonly objects: readonly Json[];
}

/** Every workload and Pod of a namespace, or of all. Lists that may not be read are among the documents, as the server's own Status. */
export async function listUsers(reader: Reader, { namespace, selector }: Scope): Promise<void> {
  const query: Record<string, string> = selector === undefined ? {} : { labelSelector: selector };
  await Promise.all([...userKinds, "Pod"].map((kind) => reader.list(pathOf(kind, namespace), kind, query)));
}

/** Pods that may run what workloads would have pulled; who may not list them is only not told of it. */
export async function listPods(reader: Reader, namespace: string): Promise<void> {
  await reader.list(pathOf("Pod", namespace), "Pod", {});
}

/** Workloads and Pods by name. The names of those that could not be read. */
export async function readUsers(
  reader: Reader,
  targets: readonly Target[],
  namespace: string,
): Promise<readonly Target[]> {
  const found = await Promise.all(targets.map(({ kind, name }) => reader.get(pathOf(kind, namespace, name))));
  return targets.filter((_, index) => found[index] === undefined);
}

/** What becomes of Pods to be where the API server's admission is asked. */
export type AskAdmission = (pods: readonly PodToBe[]) => Promise<readonly PodToBe[]>;

/**
 * Reads what decides the logins of the Pods to be: first their ServiceAccounts, then the Secrets on the lists that they end up with, and the nodes they
 * may come to. What is among the given objects is not asked for.
 */
export async function readLogins(
  reader: Reader,
  users: PullUsers,
  options: PodOptions,
  admission?: AskAdmission,
): Promise<readonly PodToBe[]> {
  const bare = madeFrom(users, users.objects, options);
  const accounts = bare
    .map(({ pod }) => readPod(pod))
    .map(({ namespace, serviceAccount }) => [namespace, serviceAccount] as const);
  await readMissing(reader, users.objects, "ServiceAccount", accounts);
  const computed = madeFrom(users, [...users.objects, ...reader.documents], options);
  const pods = admission === undefined ? computed : await admission(computed);
  const secrets = pods
    .map(({ pod }) => readPod(pod))
    .flatMap(({ namespace, pullSecrets }) =>
      pullSecrets.filter((name) => name !== "").map((name) => [namespace, name] as const),
    );
  await Promise.all([
    readMissing(reader, users.objects, "Secret", secrets),
    reader.list(pathOf("Node", undefined), "Node", {}),
  ]);
  return pods;
}

/** The Pods that would be made of what is to be checked, with what is known of ServiceAccounts. */
export function madeFrom(
  { images, objects }: PullUsers,
  known: readonly Json[],
  options: PodOptions,
): readonly PodToBe[] {
  const index = indexObjects(known);
  const named = images.map((image) => podForImage(image, index, options));
  return [...named, ...podsToBe(indexObjects(objects), options, index)];
}

async function readMissing(
  reader: Reader,
  given: readonly Json[],
  kind: "Secret" | "ServiceAccount",
  places: readonly (readonly [namespace: string, name: string])[],
): Promise<void> {
  const there = indexObjects(given);
  const paths = new Set(
    places
      .filter(([namespace, name]) => there.get(kind, namespace, name).state !== "found")
      .map(([namespace, name]) => pathOf(kind, namespace, name)),
  );
  await Promise.all([...paths].map((path) => reader.get(path)));
}
