import type { HttpAnswer } from "./exchange.ts";
import { showServer, type ServerUrl } from "./server-url.ts";
import { TransportFailure } from "../answer/transport-failure.ts";

const longestWait = 10_000;

/**
 * Milliseconds to wait before the same request is sent again, or undefined when its outcome stands: 429 and 5xx with the server's Retry-After
 * in seconds, and a connection that ended before an answer began. A server that wants to be left alone for longer than 10 s is: somebody waits
 * for the rest of the answer. rest/with_retry.go, client-go 0.36, which waits as long as it is told, ten times.
 */
export function retryDelay(outcome: HttpAnswer | TransportFailure, retries: number): number | undefined {
  if (outcome instanceof TransportFailure) {
    if (!outcome.again) return undefined;
    // A kept connection that the server closed meanwhile; after that it is a server in trouble.
    return retries === 0 ? 0 : 1000;
  }
  if (outcome.status !== 429 && outcome.status < 500) return undefined;
  const after = outcome.headers["retry-after"]?.trim() ?? "";
  const delay = /^\d+$/.test(after) ? Number(after) * 1000 : Number.POSITIVE_INFINITY;
  return delay <= longestWait ? delay : undefined;
}

export type Redirect =
  | { readonly kind: "followed"; readonly path: string }
  | { readonly kind: "refused"; readonly message: string };

/**
 * Where an answer sends us; undefined when it does not. Only the same server is followed: client-go would send its credentials along to any other.
 */
export function redirectOf(
  answer: HttpAnswer,
  server: ServerUrl,
  { method, path }: { readonly method: string; readonly path: string },
): Redirect | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  // Elsewhere the same body might be kept: a dry run is one by its path.
  if (method !== "GET")
    return { kind: "refused", message: `the server redirects a ${method}, which is not followed` };
  const own = showServer({ ...server, path: "" });
  const { location } = answer.headers;
  // What answers there is a kubelet, or whatever else the path leads to: it must not send us to another path of the server.
  if (/\/proxy(?:\/|$)/.test(path))
    return {
      kind: "refused",
      message: "what is asked through the server's proxy redirects, which is not followed",
    };
  if (location === undefined)
    return { kind: "refused", message: `${answer.status} response missing Location header` };
  let target: URL;
  try {
    target = new URL(location, `${own}${path}`);
  } catch {
    return { kind: "refused", message: "failed to parse Location header" };
  }
  if (target.origin !== new URL(own).origin)
    return { kind: "refused", message: `the server redirects to ${target.origin}, which is not followed` };
  return { kind: "followed", path: `${target.pathname}${target.search}` };
}
