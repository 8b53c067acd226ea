import type { Json } from "../../evidence/field.ts";
import { isRecord, records, text } from "../../evidence/field.ts";
import { admit, type Gate } from "../../evidence/gate/admit.ts";
import { type Asked, askedFor, nameFault } from "./api-paths.ts";
import type { ApiServer, ReadFailure } from "./api-server.ts";

/**
 * Reads each path once, however many Pods need it, and keeps what was read as plain objects: the object, the items of
 * a list, or the server's own word for why there is none. Everything has passed the gate.
 */
export interface Reader {
  readonly documents: readonly Json[];
  /** Of these, what lies in a namespace, by its kind. */
  all(kind: string, namespace: string): readonly Json[];
  /** The object, or undefined where it could not be read; the failure is among the documents then. */
  get(path: string): Promise<Json | undefined>;
  /** What get brought for this path. */
  found(path: string): Json | undefined;
  /** Whether get was answered for this path, in whatever way. */
  isRead(path: string): boolean;
  /**
   * The items of a list. `wanted` sees each as the server sent it, and decides which are kept; what it leaves out is not
   * said to be absent.
   */
  list(
    path: string,
    kind: string,
    query: Readonly<Record<string, string>>,
    wanted?: (item: Json) => boolean,
  ): Promise<readonly Json[] | undefined>;
  /** Notes why an object that may matter was not asked for. */
  leaveOut(path: string, why: string): void;
  /** The failure of a path that was read before, or undefined. */
  failureOf(path: string): ReadFailure | undefined;
}

export function createReader(server: ApiServer, gate: Gate = admit): Reader {
  const documents: Json[] = [];
  const byPlace = new Map<string, Json[]>();
  const reads = new Map<string, Promise<readonly Json[] | undefined>>();
  const objects = new Map<string, Json>();
  const failures = new Map<string, ReadFailure>();
  /** What says that a list was read to its end, by its path. */
  const complete = new Map<string, Json>();
  const once = (
    key: string,
    read: () => Promise<readonly Json[] | undefined>,
  ): Promise<readonly Json[] | undefined> => {
    const known = reads.get(key);
    if (known !== undefined) return known;
    const started = read();
    reads.set(key, started);
    return started;
  };
  const add = (object: Json): void => {
    documents.push(object);
    const place = `${text(object, "kind")}/${text(object, "metadata", "namespace")}`;
    const neighbours = byPlace.get(place);
    if (neighbours === undefined) byPlace.set(place, [object]);
    else neighbours.push(object);
  };
  const fail = (path: string, failure: ReadFailure): undefined => {
    const known = failures.has(path);
    failures.set(path, failure);
    // One Pod's events do not make up for those of another that could not be read.
    const marker = complete.get(path);
    if (marker !== undefined) documents.splice(documents.indexOf(marker), 1);
    complete.delete(path);
    if (!known) documents.push(statusOf(path, failure));
  };
  const finish = (path: string, kind: string): void => {
    if (failures.has(path) || complete.has(path)) return;
    const marker = { kind: `${kind}List`, items: [], metadata: { selfLink: path } };
    complete.set(path, marker);
    documents.push(marker);
  };
  let room = mostKept;
  return {
    documents,
    all: (kind, namespace) => byPlace.get(`${kind}/${namespace}`) ?? [],
    found: (path) => objects.get(path),
    isRead: (path) => objects.has(path) || failures.has(path),
    leaveOut: (path, why) => fail(path, { kind: "too-many", message: why }),
    failureOf: (path) => failures.get(path),
    async get(path) {
      const found = await once(path, async () => {
        const asked = askedFor(path);
        const fault = nameFault(asked);
        if (fault !== undefined) return fail(path, { kind: "rejected", message: fault });
        const answer = await server.get(path);
        if (!answer.ok) return fail(path, answer.failure);
        const body = answer.body as Json;
        if (isForeign(body, asked)) return fail(path, foreign);
        if (asked.kind === "Secret" && sizeOf(body) > largestSecret) return fail(path, tooBig);
        const object = gate(body);
        if (sizeOf(object) > largestObject) return fail(path, tooMuch);
        add(object);
        objects.set(path, object);
        return [object];
      });
      return found?.[0];
    },
    list(path, kind, query, wanted = () => true) {
      return once(`${path}?${new URLSearchParams(query).toString()}`, async () => {
        const asked = askedFor(path);
        const fault = nameFault(asked);
        if (fault !== undefined) return fail(path, { kind: "rejected", message: fault });
        let others = false;
        let full = false;
        // Stripped page by page, so that a namespace of thousands of Pods stays small.
        let dropped = false;
        const keep = (item: object): object | "drop" | "stop" => {
          const named: Json = { kind, ...item };
          others = isForeign(named, asked);
          if (others) return "stop";
          if (!wanted(named)) {
            dropped = true;
            return "drop";
          }
          const admitted = gate(named);
          room -= sizeOf(admitted);
          full = room < 0;
          return full ? "stop" : admitted;
        };
        const answer = await server.list(path, query, { keep, ...longestList[kind] });
        if (!answer.ok) return fail(path, answer.failure);
        if (others) return fail(path, foreign);
        const items = answer.items.filter(isRecord);
        for (const item of items) add(item);
        if (full || !answer.complete) fail(path, tooLong);
        else if (!dropped || kind === "Event") finish(path, kind);
        return items;
      });
    },
  };
}

/** Whether a server, or what stands before it, answered with something else than what was asked for. */
function isForeign(object: Json, asked: Asked): boolean {
  const is = (field: "name" | "namespace"): boolean =>
    asked[field] === undefined || text(object, "metadata", field) === asked[field];
  if (text(object, "kind") !== asked.kind || !is("name") || !is("namespace")) return true;
  // A Pod without containers would have no failing pull.
  return asked.kind === "Pod" && records(object, "spec", "containers").length === 0;
}

const foreign: ReadFailure = {
  kind: "invalid-json",
  message: "the API server answered with another object than was asked for",
};

/** Letters of its JSON; what it takes in memory is a few times as much. */
function sizeOf(object: object): number {
  return JSON.stringify(object).length;
}

/** MaxSecretSize is 1 MiB (pkg/apis/core/types.go, 1.26-1.36): in base64, and as much again of metadata. */
const largestSecret = 3 * 1024 * 1024;
const tooBig: ReadFailure = {
  kind: "too-large",
  message: "the Secret is larger than the 1 MiB that an API server stores",
};

/** What is left of an object behind the gate; a Secret can hold a hundred thousand entries. */
const largestObject = 4 * 1024 * 1024;
const tooMuch: ReadFailure = { kind: "too-large", message: "the object holds more than can be weighed" };

/** All that is kept of lists. */
const mostKept = 64 * 1024 * 1024;
/**
 * Of what comes as a list beside a Pod, more than belongs to one Pod or one namespace. Events of a namespace are looked
 * through to 50,000, and those of the Pods that were asked about are kept.
 */
const longestList: Readonly<Record<string, { readonly cap: number; readonly pages?: number }>> = {
  Event: { cap: 20_000, pages: 100 },
  ServiceAccount: { cap: 10_000 },
};
const tooLong: ReadFailure = { kind: "too-large", message: "the list is too long to be read whole" };

/** The server's Status as it would have said it, with the path that was asked for. */
function statusOf(path: string, failure: ReadFailure): Json {
  return {
    apiVersion: "v1",
    kind: "Status",
    metadata: { selfLink: path },
    status: "Failure",
    message: failure.message,
    // Only `not-found` says that the object is not there; a server without that API says NotFound too.
    reason: reasons[failure.kind] ?? "ServiceUnavailable",
    code: failure.status ?? 0,
  };
}

const reasons: Partial<Record<ReadFailure["kind"], string>> = {
  forbidden: "Forbidden",
  unauthorized: "Unauthorized",
  "not-found": "NotFound",
  "invalid-json": "Malformed",
  "wrong-content-type": "Malformed",
  "too-large": "Malformed",
};
