import { type Json, text } from "../../evidence/field.ts";
import { type OwnerReference, type PodFacts, readPod } from "../../evidence/pod.ts";
import type { ApiServer, ReadFailure } from "./api-server.ts";
import { pathOf } from "./api-paths.ts";
import { lacksImage } from "./may-fail.ts";
import { watchList, type WatchedList } from "./watch.ts";

/** The little that is kept of a Pod while it is followed. */
export interface FollowedPod {
  /** `namespace/name` */
  readonly place: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: string;
  readonly owner?: OwnerReference;
  /** What its controller calls the template that it was made from. */
  readonly template: string;
  readonly deleting: boolean;
  /** It is not over, and an image is not known to be there. */
  readonly pending: boolean;
}

/** Pods as they are now, and what happened to them. */
export interface FollowedPods {
  /** Resolves when all lists were read once, when they are refused, and with the signal. */
  readonly listed: Promise<unknown>;
  /** Those of one of the scopes, by its place among them. */
  readonly of: (scope: number) => readonly FollowedPod[];
  readonly at: (place: string) => FollowedPod | undefined;
  /**
   * Places of the Pods that changed, came or went since the last call, and of those about which a warning was written;
   * none where the time is over before. Rejects where the Pods may not be followed.
   */
  readonly news: (milliseconds: number) => Promise<ReadonlySet<string>>;
}

/** Which Pods: those of a namespace, or of all, that a query selects. */
export interface PodScope {
  readonly namespace: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

interface Told {
  /** The server does not answer; undefined once it does again. */
  readonly lost: (failure: ReadFailure | undefined) => void;
  /** Why the Pods may not be followed, as it is to be said. */
  readonly refused: (failure: ReadFailure) => Error;
}

/** What comes within this time is looked at together: a status, and the event that says why. */
const together = 400;

/** Follows Pods until the signal: their list, and the warnings that are written about them, where these may be read. */
export function followPods(
  server: Pick<ApiServer, "list" | "watch">,
  scopes: readonly PodScope[],
  told: Told,
  signal: AbortSignal,
): FollowedPods {
  const lists = scopes.map(() => new Map<string, FollowedPod>());
  const at = (place: string): FollowedPod | undefined =>
    lists.map((pods) => pods.get(place)).find((pod) => pod !== undefined);
  let touched = new Set<string>();
  let ring = (): void => undefined;
  let refusal: Error | undefined;
  const touch = (place: string): void => {
    touched.add(place);
    ring();
  };

  const followList = async (
    scope: PodScope,
    pods: Map<string, FollowedPod>,
    read: () => void,
  ): Promise<void> => {
    const take = (pod: FollowedPod): void => {
      pods.set(pod.place, pod);
      touch(pod.place);
    };
    const drop = ({ place }: FollowedPod): void => {
      if (pods.delete(place)) touch(place);
    };
    for await (const seen of watchList(server, podList(scope), signal)) {
      if (seen.state === "listed" || seen.state === "refused") read();
      told.lost(seen.state === "lost" ? seen.failure : undefined);
      if (seen.state === "listed") {
        const there = new Set(seen.objects.map(({ place }) => place));
        for (const pod of pods.values()) if (!there.has(pod.place)) drop(pod);
        for (const pod of seen.objects) if (!isSame(pods.get(pod.place), pod)) take(pod);
        ring();
      } else if (seen.state === "changed") take(seen.object);
      else if (seen.state === "gone") drop(seen.object);
      else if (seen.state === "refused") refusal = told.refused(seen.failure);
    }
    read();
    ring();
  };
  const followWarnings = async (namespace: string | undefined): Promise<void> => {
    for await (const seen of watchList(server, warnings(namespace), signal))
      if (seen.state === "changed" && at(seen.object.place)?.pending === true) touch(seen.object.place);
  };
  // What is no failure of the server is a bug, and ends the run as one.
  const failed = (error: unknown): void => {
    refusal = error instanceof Error ? error : new Error("a watch failed");
    ring();
  };
  const listed = scopes.map(
    (scope, index) =>
      new Promise<void>((read) => void followList(scope, lists[index] ?? new Map(), read).catch(failed)),
  );
  for (const namespace of new Set(scopes.map((scope) => scope.namespace)))
    void followWarnings(namespace).catch(failed);

  return {
    listed: Promise.all(listed),
    of: (scope) => [...(lists[scope]?.values() ?? [])],
    at,
    news: async (milliseconds) => {
      if (touched.size === 0 && refusal === undefined && !signal.aborted)
        await rung((bell) => (ring = bell), milliseconds, signal);
      if (touched.size > 0 && !signal.aborted) await rung(() => undefined, together, signal);
      ring = () => undefined;
      if (refusal !== undefined) throw refusal;
      const found = touched;
      touched = new Set();
      return found;
    },
  };
}

function rung(hang: (bell: () => void) => void, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, Math.min(milliseconds, 2 ** 31 - 1)));
    signal.addEventListener("abort", done, { once: true });
    hang(done);
  });
}

function podList({ namespace, query }: PodScope): WatchedList<FollowedPod> {
  return { path: pathOf("Pod", namespace), kind: "Pod", query, read: (pod) => followed(readPod(pod)) };
}

function warnings(namespace: string | undefined): WatchedList<{ readonly place: string }> {
  return {
    path: pathOf("Event", namespace),
    kind: "Event",
    query: { fieldSelector: "involvedObject.kind=Pod,type=Warning" },
    fromNow: true,
    read: (event: Json) => ({
      place: `${text(event, "involvedObject", "namespace") ?? ""}/${text(event, "involvedObject", "name") ?? ""}`,
    }),
  };
}

function followed(pod: PodFacts): FollowedPod {
  const { namespace, name, uid = "", createdAt = "", owner, phase, deleting } = pod;
  const over = deleting || phase === "Succeeded" || phase === "Failed";
  const label = (key: string): string => text(pod.labels, key) ?? "";
  return {
    place: `${namespace}/${name}`,
    namespace,
    name,
    uid,
    createdAt,
    ...(owner === undefined ? {} : { owner }),
    template:
      label("pod-template-hash") || label("pod-template-generation") || label("controller-revision-hash"),
    deleting,
    pending: !over && lacksImage(pod),
  };
}

/** Of a list that is read anew most Pods are as they were. One that waits may have failed again meanwhile. */
function isSame(before: FollowedPod | undefined, now: FollowedPod): boolean {
  return before?.uid === now.uid && before.deleting === now.deleting && !before.pending && !now.pending;
}
