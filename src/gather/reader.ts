import type { Json } from "../evidence/field.ts";
import { isRecord } from "../evidence/field.ts";
import { admit } from "../evidence/redaction.ts";
import type { ApiServer, ReadFailure } from "./api-server.ts";

/**
 * Reads each path once, however many Pods need it, and keeps what was read as plain objects: the object, the items of
 * a list, or the server's own word for why there is none. Everything has passed the gate.
 */
export interface Reader {
  readonly documents: readonly Json[];
  /** The object, or undefined where it could not be read; the failure is among the documents then. */
  get(path: string): Promise<Json | undefined>;
  list(
    path: string,
    kind: string,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly Json[] | undefined>;
  /** The failure of a path that was read before, or undefined. */
  failureOf(path: string): ReadFailure | undefined;
  /** Reads that were made, for budgets. */
  readonly count: number;
}

export function createReader(server: ApiServer): Reader {
  const documents: Json[] = [];
  const reads = new Map<string, Promise<readonly Json[] | undefined>>();
  const failures = new Map<string, ReadFailure>();
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
  const fail = (path: string, failure: ReadFailure): undefined => {
    failures.set(path, failure);
    documents.push(statusOf(path, failure));
  };
  return {
    documents,
    get count() {
      return reads.size;
    },
    failureOf: (path) => failures.get(path),
    async get(path) {
      const found = await once(path, async () => {
        const answer = await server.get(path);
        if (!answer.ok) return fail(path, answer.failure);
        const object = admit(answer.body as Json);
        documents.push(object);
        return [object];
      });
      return found?.[0];
    },
    list(path, kind, query) {
      return once(`${path}?${new URLSearchParams(query).toString()}`, async () => {
        // Stripped page by page, so that a namespace of thousands of Pods stays small.
        const keep = (item: object): object => admit({ kind, ...item });
        const answer = await server.list(path, query, { keep });
        if (!answer.ok) return fail(path, answer.failure);
        const items = answer.items.filter(isRecord);
        documents.push(...items, { kind: `${kind}List`, items: [], metadata: { selfLink: path } });
        return items;
      });
    },
  };
}

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
