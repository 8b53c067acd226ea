import type { ProbeFailure } from "../../evidence/registry-probe.ts";
import { TransportFailure } from "../connection/answer/transport-failure.ts";

/** Why no answer came, as a label: by the words in which Go would say it. */
export function failureOf(error: unknown): ProbeFailure {
  if (!(error instanceof TransportFailure)) return "unexpected-response";
  const { kind, message } = error;
  if (message.startsWith("proxyconnect") || message.startsWith("socks connect")) return "proxy-failure";
  switch (kind) {
    case "dns":
      return "dns-failure";
    case "timeout":
      return "connect-timeout";
    case "refused":
      return /no route|unreachable|network is down|host is down/.test(message)
        ? "network-unreachable"
        : "connect-refused";
    case "tls":
      return tlsFailureOf(message);
    case "cut-body":
    case "cancelled":
    case "redirect":
      return "transfer-interrupted";
  }
}

function tlsFailureOf(message: string): ProbeFailure {
  if (message.includes("HTTP response to HTTPS client")) return "http-not-https";
  if (message.includes("unknown authority")) return "tls-unknown-authority";
  if (message.includes("has expired or is not yet valid")) return "tls-expired";
  return /certificate is (?:not )?valid for|legacy Common Name|IP SANs/.test(message)
    ? "tls-hostname-mismatch"
    : "tls-other";
}
