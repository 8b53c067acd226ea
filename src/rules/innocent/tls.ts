import { contacted, elsewhere, nodeOf, person } from "./connect.ts";
import type { InnocentRow } from "./row.ts";
import type { FailedPull } from "../rule.ts";

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

export const tlsRows: readonly InnocentRow[] = [
  {
    id: "tls-unknown-authority",
    kind: "tls-unknown-authority",
    summary: (f) => `Node ${nodeOf(f)} does not trust who signed the certificate of ${contacted(f)}.`,
    claims: elsewhere,
    confirm: (f) =>
      `On ${nodeOf(f)}: openssl s_client -connect ${withPort(contacted(f))} -servername ${contacted(f).replace(/:\d+$/, "")} and read the issuer; on a public registry it is an intercepting proxy.`,
    fixes: (f) =>
      person(
        `Whoever runs the node adds that authority for ${contacted(f)} (certs.d of the runtime, or the system's trust store) and restarts the runtime if it needs that.`,
      ),
  },
  {
    id: "tls-hostname-mismatch",
    kind: "tls-hostname-mismatch",
    summary: (f) => `The certificate that ${contacted(f)} shows ${shows[namesOf(f)]}.`,
    claims: elsewhere,
    confirm: (f) =>
      `openssl s_client -connect ${withPort(contacted(f))} and read the names; those of an ingress or a router mean that the request went astray.`,
    fixes: (f) =>
      person(
        namesOf(f) === "other"
          ? `Use a host that the certificate names, or whoever runs ${contacted(f)} gets one that names it.`
          : `Whoever runs ${contacted(f)} gives it a certificate with its name among the subjectAltName entries${namesOf(f) === "none" ? "; one without any is often the default of an ingress, which the request should pass" : ""}.`,
      ),
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
        `Whoever runs ${contacted(f)} renews its certificate, or whoever runs ${nodeOf(f)} sets its clock.`,
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
