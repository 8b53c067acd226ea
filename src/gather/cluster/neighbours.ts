import { isRecord, type Json, records, text } from "../../evidence/field.ts";
import { admit } from "../../evidence/gate/admit.ts";
import { type PodFacts, type PodImage, readPod, readPullSecretNames } from "../../evidence/pod.ts";
import { parseImageReference } from "../../pull/image-reference.ts";
import type { ApiServer } from "./api-server.ts";
import { pathOf } from "./api-paths.ts";

/** Another Pod of the namespace, which names pull secrets and has an image of a registry that the Pod asked about pulls from. */
interface Neighbour {
  readonly object: Json;
  readonly pod: PodFacts;
}

/** By namespace, those first whose Secrets are the most likely to be good. */
export type Neighbours = ReadonlyMap<string, readonly Neighbour[]>;

/** Of Pods that name the same Secrets, as many as show by now and then one what the registry makes of them. */
const ofOneList = 2;
const most = 20;

/** Whether it may help to know with which Secrets other Pods pull: an image of the Pod is waited for in vain. */
export function isPullFailing(pod: PodFacts): boolean {
  return pod.mirrorUid === undefined && isFailingAt(pod);
}

function isFailing(status: PodImage["status"]): boolean {
  return status?.state === "waiting" && ["ErrImagePull", "ImagePullBackOff"].includes(status.reason ?? "");
}

/**
 * One page of the Pods of each namespace: a sample is enough to find a name, and a namespace may hold thousands. Who may
 * not list Pods learns nothing more, and that is said nowhere: it is not what was asked.
 */
export async function readNeighbours(
  server: Pick<ApiServer, "list">,
  failing: readonly PodFacts[],
  asked: readonly PodFacts[],
): Promise<Neighbours> {
  const namespaces = new Map<string, PodFacts[]>();
  for (const pod of failing) namespaces.set(pod.namespace, [...(namespaces.get(pod.namespace) ?? []), pod]);
  const known = new Set(asked.map(placeOf));
  const found = [...namespaces].map(async ([namespace, pods]) => {
    const hosts = new Set(pods.flatMap(hostsOf));
    const keep = (item: object): object | "drop" => {
      const named: Json = { kind: "Pod", ...item };
      const isNeighbour =
        text(named, "metadata", "namespace") === namespace &&
        readPullSecretNames(named, "spec", "imagePullSecrets").some((name) => name !== "") &&
        records(named, "spec", "containers").some((one) => hosts.has(hostOf(text(one, "image") ?? "") ?? ""));
      return isNeighbour ? admit(named) : "drop";
    };
    const answer = await server.list(pathOf("Pod", namespace), { limit: "500" }, { keep, pages: 1 });
    if (!answer.ok) return [namespace, []] as const;
    const others = answer.items
      .filter(isRecord)
      .map((object) => ({ object, pod: readPod(object) }))
      .filter(({ pod }) => !known.has(placeOf(pod)))
      .toSorted((a, b) => rank(a.pod, hosts) - rank(b.pod, hosts));
    return [namespace, fewOf(others)] as const;
  });
  return new Map(await Promise.all(found));
}

function fewOf(others: readonly Neighbour[]): readonly Neighbour[] {
  const seen = new Map<string, number>();
  return others
    .filter(({ pod }) => {
      const list = `${pod.pullSecrets.join(" ")} ${isFailingAt(pod)}`;
      const nth = (seen.get(list) ?? 0) + 1;
      seen.set(list, nth);
      return nth <= ofOneList;
    })
    .slice(0, most);
}

/** What was pulled for certain shows more than what runs, and what is refused is not looked for. */
function rank(pod: PodFacts, hosts: ReadonlySet<string>): number {
  const images = pod.images.filter(({ image }) => hosts.has(hostOf(image) ?? ""));
  if (images.some(({ status }) => isFailing(status))) return 3;
  const running = images.filter(({ status }) => status?.state === "running");
  if (running.length === 0) return 2;
  return running.some(({ policy }) => policy === "Always") ? 0 : 1;
}

function isFailingAt({ images }: PodFacts): boolean {
  return images.some(({ status }) => isFailing(status));
}

function hostsOf({ images }: PodFacts): readonly string[] {
  return images.filter(({ status }) => isFailing(status)).flatMap(({ image }) => hostOf(image) ?? []);
}

function hostOf(image: string): string | undefined {
  const reference = parseImageReference(image);
  return reference.ok ? reference.registry : undefined;
}

function placeOf({ namespace, name }: PodFacts): string {
  return `${namespace}/${name}`;
}

/** Names that other Pods give, and the Pod does not: of Secrets with which nobody is known to be refused. */
export function neighbourSecrets(pod: PodFacts, neighbours: Neighbours): readonly string[] {
  const hosts = new Set(hostsOf(pod));
  const names = (neighbours.get(pod.namespace) ?? [])
    .filter((neighbour) => rank(neighbour.pod, hosts) < 3)
    .flatMap((neighbour) => neighbour.pod.pullSecrets);
  return [...new Set(names)].filter((name) => name !== "" && !pod.pullSecrets.includes(name));
}
