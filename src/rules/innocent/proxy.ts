import { hostOf } from "../facts/listed.ts";
import { contacted, elsewhere, isLoopback, nodeOf, person } from "./connect.ts";
import type { InnocentRow } from "./row.ts";
import type { FailedPull, Fix } from "../rule.ts";

/** A proxy that the runtime did not come to speak with, and why. */
interface LostProxy {
  readonly at: string;
  readonly why: "refused" | "unresolved" | "unreached";
}

/**
 * Go's words where the proxy itself could not be reached (net/http, Transport.dialConn); what it answers to CONNECT is put
 * without `proxyconnect`.
 */
function lostProxy({ failure: { message } }: FailedPull): LostProxy | undefined {
  const name = /\bproxyconnect tcp: dial tcp: lookup ([^\s:,;"]{1,253})/.exec(message)?.[1];
  if (name !== undefined) return { at: name, why: "unresolved" };
  const [, at, error = ""] =
    /\bproxyconnect tcp: dial tcp ([^\s,;"]{1,253}:\d{1,5}): ([^\n]{1,80})/.exec(message) ?? [];
  if (at === undefined) return undefined;
  return { at, why: error.startsWith("connect: connection refused") ? "refused" : "unreached" };
}

/**
 * Of `http://http://proxy`, and of a value without scheme or host, before which it sets another http://, Go takes the
 * scheme for the host (golang.org/x/net/http/httpproxy, parseProxy).
 */
function isScheme({ at, why }: LostProxy): boolean {
  return why === "unresolved" && /^https?$/.test(at);
}

/** An https:// before the address of a proxy that itself is spoken to without TLS. */
function isPlain({ failure: { message } }: FailedPull): boolean {
  return /\bproxyconnect tcp: tls: first record does not look like a TLS handshake/.test(message);
}

function asksForLogin({ failure: { message, reading } }: FailedPull): boolean {
  return reading.status === 407 || /: Proxy Authentication Required\b/i.test(message);
}

/** What the request was for: a redirect may have led elsewhere than to the image's host. */
function askedFor(failed: FailedPull): string {
  return /\bproxyconnect\b/.test(failed.failure.message) ? hostOf(failed) : contacted(failed);
}

function summaryOf(failed: FailedPull): string {
  const lost = lostProxy(failed);
  const never = `${askedFor(failed)} itself was never reached.`;
  const whose = `the HTTP proxy of node ${nodeOf(failed)}'s runtime`;
  switch (lost?.why) {
    case "refused":
      return `Nothing listens at ${lost.at}, ${whose}; ${never}`;
    case "unresolved":
      return `T${whose.slice(1)} is named ${lost.at}, which does not resolve; ${never}`;
    case "unreached":
      return `Node ${nodeOf(failed)} cannot reach ${lost.at}, the HTTP proxy of its runtime; ${never}`;
    default:
      return `T${whose.slice(1)} refuses or fails; ${never}`;
  }
}

function fixesOf(failed: FailedPull): readonly Fix[] {
  const lost = lostProxy(failed);
  const host = askedFor(failed);
  if (isPlain(failed))
    return person(
      "Whoever runs the node writes the runtime's proxy with http:// in HTTPS_PROXY, since the proxy itself speaks no TLS there, and restarts it.",
    );
  if (lost === undefined && asksForLogin(failed))
    return person(
      `Whoever runs the node gives the runtime a login for the proxy (in HTTPS_PROXY), or adds ${host} to its NO_PROXY, and restarts it.`,
    );
  if (lost === undefined)
    return person(
      `Whoever runs the proxy allows ${host}, or whoever runs the node adds ${host} to the runtime's NO_PROXY and restarts it.`,
    );
  if (isScheme(lost))
    return person(
      "Whoever runs the node corrects HTTPS_PROXY of the runtime, whose scheme is miswritten (twice, or without its colon or a slash) or has no host behind it, and restarts it.",
    );
  const own = isLoopback(lost.at) ? `: there ${lost.at} is the node itself, and no other machine` : "";
  return person(
    `Whoever runs the node gives its runtime a proxy that the node reaches (HTTPS_PROXY), or none, and restarts it${own}.`,
  );
}

export const proxyRows: readonly InnocentRow[] = [
  {
    id: "proxy-failure",
    kind: "proxy-failure",
    summary: summaryOf,
    claims: (f) => (lostProxy(f) === undefined ? elsewhere(f) : []),
    confirm: (f) =>
      `On ${nodeOf(f)}: look at HTTPS_PROXY and NO_PROXY in the environment of the runtime's service.`,
    fixes: fixesOf,
  },
];
