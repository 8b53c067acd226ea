import type { Words } from "../words.ts";

/**
 * Go's net, crypto/x509, crypto/tls and net/http on the way to a host, rustls in a confidential guest, and the words that
 * Windows, macOS and the C library lend them. A lookup that times out or finds no route is about names, not about the registry's address, and
 * whatever stands behind `proxyconnect` is about the proxy.
 */
export const connectWords: readonly Words[] = [
  ["proxy-failure", /\bproxyconnect\b|\bsocks connect\b|\binvalid proxy address\b/],
  ["proxy-failure", refusedConnect()],
  [
    "dns-failure",
    /\blookup <name>|no such host|no suitable address found|server misbehaving|failure in name resolution/i,
  ],
  ["http-not-https", /server gave HTTP response to HTTPS client/],
  ["tls-expired", /certificate has expired|certificate is expired|peer certificate: Expired/],
  [
    "tls-hostname-mismatch",
    /certificate is valid for|peer certificate: NotValidForName|certificate is not valid for any names|contain any IP SANs|relies on legacy Common Name/,
  ],
  [
    "tls-unknown-authority",
    /signed by unknown authority|peer certificate: UnknownIssuer|certificate is not trusted|failed to load system roots/i,
  ],
  ["connect-timeout", /TLS handshake timeout/],
  [
    "tls-other",
    /\btls: |\bx509: |malformed HTTP response "?\\x1[45]|HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)|\bclient certificate\b/,
  ],
  ["connect-refused", /connection refused|actively refused|^RegistryUnavailable$/],
  [
    "connect-timeout",
    /\bdial [^\n]{0,400}?(?:i\/o timeout|deadline exceeded)|(?:connection|connect: operation) timed out|did not properly respond after a period of time|request canceled while waiting for connection/,
  ],
  [
    "network-unreachable",
    /network is unreachable|no route to host|host is down|unreachable (?:network|host)|cannot assign requested address|\bdial tcp [^\n]{0,300}?: (?:connect|socket): (?:permission denied|operation not permitted|address family not supported)/,
  ],
];

/**
 * Go gives back the bare reason phrase of a proxy's answer to CONNECT (net/http, Transport.dialConn), and proxies have
 * phrases of their own. Go's errors begin with a small letter (EOF is none of these), registries' answers with a number
 * or a lower-case code.
 */
function refusedConnect(): RegExp {
  const phrase =
    "(?!EOF\\b)[A-Z][A-Za-z']*(?:[ -][A-Za-z'-]{1,40}){0,8}|authenticationrequired|unknown status code";
  return new RegExp(`\\b(?:Get|Head|Post) <url>: (?:${phrase})(?:[;,)\\]}"\\n]|\\s*$)`);
}

/** A connection that stood and broke, HTTP/2's ways of saying so included. Reading that times out is one of them. */
export const interruptedWords: readonly Words[] = [
  [
    "transfer-interrupted",
    /\bEOF\b|connection reset|forcibly closed|broken pipe|stream error|GOAWAY|client connection lost|use of closed network connection|server closed idle connection|connection was aborted|\bread tcp\b|connection broken|http2: response body closed/,
  ],
];

/** Time ran out, or somebody stopped it, and nothing more exact is said. */
export const deadlineWords: readonly Words[] = [
  // Go names the operation where a connection stood (\`read tcp\`, above); what is left of a cut text is the dial.
  ["connect-timeout", /\bi\/o timeout/],
  [
    "deadline-exceeded",
    /context deadline exceeded|context canceled|request canceled|operation was canceled|\bDeadlineExceeded\b|timeout awaiting response|\btimed out\b|no progress (?:in|for)\b/,
  ],
];
