import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

import { TransportFailure } from "../answer/transport-failure.ts";

/**
 * Whether a certificate is good for a name or address; undefined when it is. Go and Node match alike but for one thing: Go never takes the
 * common name. The words are those of crypto/x509 (HostnameError), Go 1.26.
 */
export function nameFailure(name: string, certificate: PeerCertificate): TransportFailure | undefined {
  const alternatives = certificate.subjectaltname ?? "";
  if (alternatives !== "" && checkServerIdentity(name, certificate) === undefined) return undefined;
  const list = (prefix: string): string[] =>
    alternatives
      .split(", ")
      .filter((one) => one.startsWith(prefix))
      .map((one) => one.slice(prefix.length));
  return new TransportFailure(
    "tls",
    `tls: failed to verify certificate: x509: ${words(name, alternatives, list)}`,
  );
}

function words(name: string, alternatives: string, list: (prefix: string) => string[]): string {
  if (alternatives === "") return "certificate relies on legacy Common Name field, use SANs instead";
  const address = isIP(name) !== 0;
  const valid = address ? list("IP Address:") : list("DNS:");
  if (valid.length > 0) return `certificate is valid for ${valid.slice(0, 20).join(", ")}, not ${name}`;
  return address
    ? `cannot validate certificate for ${name} because it doesn't contain any IP SANs`
    : `certificate is not valid for any names, but wanted to match ${name}`;
}
