import type { Json } from "../../evidence/field.ts";
import { isRecord, text } from "../../evidence/field.ts";
import { admit } from "../../evidence/gate/admit.ts";
import { cancelled } from "../connection/answer/transport-failure.ts";
import type { ApiServer, ReadFailure } from "./api-server.ts";

/** What becomes known of the objects of a list. */
export type Watched<T> =
  /** All that there are, at the beginning and whenever the server forgot what happened in between. */
  | { readonly state: "listed"; readonly objects: readonly T[] }
  | { readonly state: "changed"; readonly object: T }
  | { readonly state: "gone"; readonly object: T }
  /** The server has granted a watch. */
  | { readonly state: "watching" }
  /** The server does not answer, or a watch broke off; it is asked again until it does. */
  | { readonly state: "lost"; readonly failure: ReadFailure }
  /** It refuses, and asking again is of no use: this is the last. */
  | { readonly state: "refused"; readonly failure: ReadFailure };

export interface WatchedList<T> {
  readonly path: string;
  readonly kind: string;
  readonly query: Readonly<Record<string, string>>;
  /** Whether only what happens from now on is of interest: what there is then is not listed. */
  readonly fromNow?: boolean;
  /** What is kept of an object that has passed the gate: lists are long, and watches go on for days. */
  readonly read: (object: Json) => T;
}

/** Seconds after which the server ends a watch: a new one finds its way even where a proxy forgot the old one. */
const lasts = 240;
/** Bookmarks come every minute (apiserver storage/cacher, defaultBookmarkFrequency); a server without them ends the watch in time. */
const silence = (lasts + 30) * 1000;
const firstPause = 250;
const longestPause = 10_000;

/** Whether the same question may be answered in a moment. */
export const isPassing = (failure: ReadFailure): boolean => passing.has(failure.kind);

/** Of these an ordinary server may think otherwise in a moment; any other refusal stands. */
const passing = new Set<ReadFailure["kind"]>([
  "gone",
  "too-many",
  "server-error",
  "timeout",
  "cut-body",
  "invalid-json",
  "refused",
  "dns",
  "tls",
  "wrong-content-type",
  // By us, where it was silent for too long.
  "cancelled",
]);

/**
 * Lists, then watches from there on: after an end, a lost connection or a restart from where it was, after 410 from a new list. Ends with the signal, or with a
 * refusal. A failure of the first list is a refusal: what never worked is not waited for. As client-go's reflector (tools/cache/reflector.go).
 */
export async function* watchList<T extends object>(
  server: Pick<ApiServer, "list" | "watch">,
  list: WatchedList<T>,
  signal: AbortSignal,
): AsyncGenerator<Watched<T>> {
  let version: string | undefined;
  let known = false;
  for (let pause = firstPause; !signal.aborted;) {
    if (version === undefined) {
      const { path, kind, query } = list;
      const listed = list.fromNow
        ? await server.list(path, { ...query, limit: "1" }, { pages: 1, keep: () => "drop" })
        : await server.list(path, query, { keep: (item) => list.read(admitted(item, kind)) });
      if (signal.aborted) return;
      if (!listed.ok) {
        if (!known || !isPassing(listed.failure)) return yield { state: "refused", failure: listed.failure };
        yield { state: "lost", failure: listed.failure };
        pause = await rested(pause, signal);
        continue;
      }
      known = true;
      version = listed.resourceVersion;
      yield { state: "listed", objects: listed.items as readonly T[] };
    }
    const begun = Date.now();
    let failure: ReadFailure | undefined;
    for await (const event of eventsFrom(server, list, version, signal)) {
      if ("failure" in event) {
        failure = event.failure;
        break;
      }
      if ("granted" in event) {
        yield { state: "watching" };
        continue;
      }
      pause = firstPause;
      version = text(event.object, "metadata", "resourceVersion") ?? version;
      if (event.type === "DELETED") yield { state: "gone", object: list.read(event.object) };
      else if (event.type !== "BOOKMARK") yield { state: "changed", object: list.read(event.object) };
    }
    if (signal.aborted) return;
    if (failure?.kind === "gone") version = undefined;
    else if (failure !== undefined && !isPassing(failure)) return yield { state: "refused", failure };
    else if (failure !== undefined) yield { state: "lost", failure };
    // A server that ends each watch at once is not to be asked without a pause.
    if (failure !== undefined || Date.now() - begun < 1000) pause = await rested(pause, signal);
  }
}

function admitted(item: object, kind: string): Json {
  return admit({ kind, ...item });
}

type WatchEvent =
  | { readonly granted: true }
  | { readonly type: string; readonly object: Json }
  | { readonly failure: ReadFailure };

/** The events of one watch. One that is silent for too long is ended, as its connection may be dead. */
async function* eventsFrom(
  server: Pick<ApiServer, "watch">,
  { path, kind, query }: Omit<WatchedList<never>, "read">,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const ending = new AbortController();
  const end = (): void => ending.abort(cancelled());
  signal.addEventListener("abort", end, { once: true });
  let timer = setTimeout(end, silence);
  try {
    const answer = await server.watch(
      path,
      {
        ...query,
        resourceVersion: version,
        allowWatchBookmarks: "true",
        timeoutSeconds: String(lasts),
      },
      ending.signal,
    );
    if (!answer.ok) return yield answer;
    yield { granted: true };
    for await (const line of answer.objects) {
      clearTimeout(timer);
      timer = setTimeout(end, silence);
      const event = "failure" in line ? line : eventOf(line.object, kind);
      if (event === undefined) continue;
      yield event;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    end();
  }
}

/** Undefined for what is no event of this kind of object. */
function eventOf(line: object, kind: string): WatchEvent | undefined {
  const { type, object } = line as { readonly type?: unknown; readonly object?: unknown };
  if (typeof type !== "string" || !isRecord(object)) return undefined;
  if (type !== "ERROR") {
    if (text(object, "kind") !== kind && type !== "BOOKMARK") return undefined;
    return { type, object: admitted(object, kind) };
  }
  const code = object["code"];
  const message = text(object, "message") ?? "the watch has failed";
  if (code === 410) return { failure: { kind: "gone", message, status: 410 } };
  return {
    failure: { kind: "server-error", message, ...(typeof code === "number" ? { status: code } : {}) },
  };
}

/** Waits, and returns how long to wait the next time. */
async function rested(milliseconds: number, signal: AbortSignal): Promise<number> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
  return Math.min(milliseconds * 2, longestPause);
}
