import { hostOf } from "../facts/listed.ts";
import { isPublicHost } from "../facts/registry.ts";
import { contacted, elsewhere, nodeOf, person } from "./connect.ts";
import type { InnocentRow } from "./row.ts";
import type { FailedPull, Fix } from "../rule.ts";

/** Which names the certificate has, where the text tells. */
type Names = "other" | "common" | "none";

/** Go's crypto/x509, 1.15 on; the last is of IP addresses alone. */
function namesOf({ failure: { message } }: FailedPull): Names {
  if (/relies on legacy Common Name/.test(message)) return "common";
  return /certificate is not valid for any names/.test(message) ? "none" : "other";
}

const shows: Readonly<Record<Names, string>> = {
  other: "is for another host",
  common: "names its host as common name only, where the node's runtime does not look",
  none: "names no host at all",
};

/**
 * A wildcard of the host's own domain that is too short for it: `*` stands for one label only (RFC 6125, 6.4.3; Go's
 * crypto/x509, matchHostnames), and the name of a bucket may have dots. Of a public host's it is only where the hosts it
 * names are the same provider's.
 */
function shortWildcard(failed: FailedPull): string | undefined {
  const host = contacted(failed).replace(/:\d+$/, "").toLowerCase();
  const listed = [
    ...failed.failure.message.matchAll(
      /\bcertificate is valid for ([^\n]{1,4000}?), not ([^\s,;"')\]]{1,253})/g,
    ),
  ]
    .filter(([, , name]) => name?.toLowerCase() === host)
    .flatMap(([, names = ""]) => names.split(", "));
  return listed.find((name) => {
    const domain = /^\*(\.[^*.\s]+\.[^*\s]+)$/.exec(name)?.[1]?.toLowerCase();
    if (domain === undefined || !host.endsWith(domain)) return false;
    const before = host.slice(0, -domain.length);
    return before.includes(".") && (!isPublicHost(host) || isPublicHost(`any${domain}`));
  });
}

function mismatchSummary(failed: FailedPull): string {
  const host = contacted(failed);
  const wildcard = shortWildcard(failed);
  if (wildcard !== undefined)
    return `The certificate that ${host} shows is for ${wildcard}, and * stands for one label only, without a dot.`;
  return isPublicHost(host)
    ? `What answers node ${nodeOf(failed)} as ${host} shows a certificate that ${shows[namesOf(failed)]}.`
    : `The certificate that ${host} shows ${shows[namesOf(failed)]}.`;
}

/** Nobody here gives a public host another certificate: where it shows a false one, it is not what answers. */
function mismatchFixes(failed: FailedPull): readonly Fix[] {
  const host = contacted(failed);
  if (isPublicHost(host) && shortWildcard(failed) !== undefined)
    return person(
      elsewhere(failed).length === 0 || failed.failure.reading.mirror === true
        ? "Use a host that the certificate names."
        : `Whoever runs ${hostOf(failed)}, which sends the node there, uses a host that the certificate names: for a bucket path-style addressing, or a bucket without dots in its name.`,
    );
  if (isPublicHost(host))
    return person(
      `Whoever runs the network of ${nodeOf(failed)} lets it reach ${host} itself: something else answers in its place, by a wildcard or a search list of the name servers, a gateway or a proxy.`,
    );
  return person(
    namesOf(failed) === "other"
      ? `Use a host that the certificate names, or whoever runs ${host} gets one that names it.`
      : `Whoever runs ${host} gives it a certificate with its name among the subjectAltName entries${namesOf(failed) === "none" ? "; one without any is often the default of an ingress that has no rule for this host" : ""}.`,
  );
}

function trustFixes(failed: FailedPull): readonly Fix[] {
  const host = contacted(failed);
  return person(
    isPublicHost(host)
      ? `Whoever runs the node adds the authority of the proxy that opens TLS on the way to ${host} to the system's trust store and restarts the runtime, or lets ${host} pass it; without such a proxy, the trust store is too old.`
      : `Whoever runs the node adds that authority for ${host} (certs.d of the runtime, or the system's trust store) and restarts the runtime if it needs that.`,
  );
}

export const tlsRows: readonly InnocentRow[] = [
  {
    id: "tls-unknown-authority",
    kind: "tls-unknown-authority",
    summary: (f) => `Node ${nodeOf(f)} does not trust who signed the certificate of ${contacted(f)}.`,
    claims: elsewhere,
    confirm: (f) =>
      `On ${nodeOf(f)}: openssl s_client -connect ${withPort(contacted(f))} -servername ${contacted(f).replace(/:\d+$/, "")} and read the issuer; on a public registry it is an intercepting proxy.`,
    fixes: trustFixes,
  },
  {
    id: "tls-hostname-mismatch",
    kind: "tls-hostname-mismatch",
    summary: mismatchSummary,
    claims: elsewhere,
    confirm: (f) =>
      `openssl s_client -connect ${withPort(contacted(f))} and read the names; those of an ingress or a router mean that the request went astray.`,
    fixes: mismatchFixes,
  },
  {
    id: "tls-expired",
    kind: "tls-expired",
    summary: (f) =>
      `The certificate of ${contacted(f)} has expired or is not valid yet, by the clock of node ${nodeOf(f)}.`,
    claims: elsewhere,
    confirm: () =>
      `Compare the two times in the message with the real one: if the node's is wrong, its clock is the fault.`,
    fixes: (f) =>
      person(
        isPublicHost(contacted(f))
          ? `Whoever runs ${nodeOf(f)} sets its clock; if that is right, something on the way shows a certificate of its own in place of ${contacted(f)}.`
          : `Whoever runs ${contacted(f)} renews its certificate, or whoever runs ${nodeOf(f)} sets its clock.`,
      ),
  },
  {
    id: "tls-other",
    kind: "tls-other",
    summary: (f) => `TLS between node ${nodeOf(f)} and ${contacted(f)} fails.`,
    claims: elsewhere,
    confirm: (f) => `On ${nodeOf(f)}: openssl s_client -connect ${withPort(contacted(f))}`,
    fixes: (f) =>
      person(
        `Whoever runs ${contacted(f)} or what stands between makes it speak TLS that the node's runtime accepts on that port.`,
      ),
  },
];

function withPort(host: string): string {
  return /:\d+$/.test(host) ? host : `${host}:443`;
}
