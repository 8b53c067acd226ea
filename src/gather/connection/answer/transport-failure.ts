import { errorCode } from "./go-words.ts";
import { hostPort } from "../http/server-url.ts";

/** Why no whole answer came, in the words of Go's net, tls and http packages where they have some. */
export class TransportFailure extends Error {
  readonly kind: "timeout" | "refused" | "dns" | "tls" | "cancelled" | "cut-body" | "redirect";
  /** Whether client-go tries such a request once more: the connection ended before an answer began. */
  readonly again: boolean;

  constructor(kind: TransportFailure["kind"], message: string, again = false) {
    super(message);
    this.kind = kind;
    this.again = again;
  }
}

export const cancelled = (): TransportFailure => new TransportFailure("cancelled", "context canceled");

const connectWords: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to host",
  EHOSTDOWN: "host is down",
  ENETUNREACH: "network is unreachable",
  ENETDOWN: "network is down",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EADDRNOTAVAIL: "cannot assign requested address",
};

/** A failed TCP connection. Node joins the failures of several addresses in one error that carries the first one's code. */
export function dialFailure(error: unknown, host: string, port: number): TransportFailure {
  const code = errorCode(error);
  if (code === "ENOTFOUND" || code === "ENODATA")
    return new TransportFailure("dns", `dial tcp: lookup ${host}: no such host`);
  if (code === "EAI_AGAIN" || code === "ESERVFAIL" || code === "EAI_FAIL")
    return new TransportFailure("dns", `dial tcp: lookup ${host}: server misbehaving`);
  const tcp = `dial tcp ${hostPort(addressOf(error) ?? host, port)}`;
  if (code === "ETIMEDOUT") return new TransportFailure("timeout", `${tcp}: connect: connection timed out`);
  if (code === "ECONNRESET")
    return new TransportFailure("refused", `${tcp}: connect: connection reset by peer`);
  return new TransportFailure("refused", `${tcp}: connect: ${connectWords[code] ?? (code || "failed")}`);
}

function addressOf(error: unknown): string | undefined {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return typeof first === "object" &&
    first !== null &&
    "address" in first &&
    typeof first.address === "string"
    ? first.address
    : undefined;
}

const unknownAuthority = "x509: certificate signed by unknown authority";

// OpenSSL's verify codes as Node names them, and what Go's crypto/x509 says of the same certificate.
const verifyWords: Record<string, string> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  CERT_SIGNATURE_FAILURE: `${unknownAuthority} (possibly because of a signature that does not fit)`,
  INVALID_CA: "x509: invalid certificate: not authorized to sign other certificates",
  PATH_LENGTH_EXCEEDED: "x509: too many intermediates for path length constraint",
  INVALID_PURPOSE: "x509: certificate specifies an incompatible key usage",
  CERT_REVOKED: "x509: certificate has been revoked",
  CERT_HAS_EXPIRED: "x509: certificate has expired or is not yet valid: its time is over",
  CERT_NOT_YET_VALID: "x509: certificate has expired or is not yet valid: its time has not come",
};

// TLS alerts of the peer by OpenSSL's name; Go's crypto/tls alert.go has a few of its own words.
const alertWords: Record<string, string> = {
  "unknown ca": "unknown certificate authority",
  "certificate expired": "expired certificate",
  "certificate revoked": "revoked certificate",
  "certificate unknown": "unknown certificate",
  "protocol version": "protocol version not supported",
  "no application protocol": "no application protocol",
};

/** A failed handshake, or an alert that the peer sent after it. */
export function tlsFailure(error: unknown): TransportFailure {
  const code = errorCode(error);
  const verify = verifyWords[code];
  if (verify !== undefined)
    return new TransportFailure("tls", `tls: failed to verify certificate: ${verify}`);
  const [, alert] = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_ALERT_(.+)$/.exec(code) ?? [];
  if (alert !== undefined) {
    const words = alert.toLowerCase().replaceAll("_", " ");
    return new TransportFailure("tls", `remote error: tls: ${alertWords[words] ?? words}`);
  }
  const text = error instanceof Error ? error.message : "";
  if (
    /wrong version number|packet length too long|unexpected message|http request/i.test(
      `${code} ${text}`.replaceAll("_", " "),
    )
  )
    return new TransportFailure("tls", "http: server gave HTTP response to HTTPS client");
  if (code === "ECONNRESET" || code === "EPIPE") return new TransportFailure("tls", "EOF", true);
  return new TransportFailure(
    "tls",
    `tls: ${code === "" ? "handshake failure" : code.toLowerCase().replaceAll("_", " ")}`,
  );
}

/** A connection that broke after it stood: before the answer, or (`inBody`) within it. */
export function brokenFailure(error: unknown, inBody: boolean): TransportFailure {
  const code = errorCode(error);
  if (/^ERR_SSL_|^CERT_|^EPROTO$/.test(code)) return tlsFailure(error);
  if (code === "ETIMEDOUT") return new TransportFailure("timeout", "read: connection timed out");
  if (inBody)
    return new TransportFailure("cut-body", "unexpected error when reading response body: unexpected EOF");
  const reset = error instanceof Error && /reset by peer|read ECONNRESET/.test(error.message);
  return new TransportFailure("cut-body", reset ? "read: connection reset by peer" : "EOF", true);
}
