import type { Words } from "./words.ts";

/**
 * Go's net, crypto/x509, crypto/tls and net/http on the way to a host, and the words that Windows, macOS and the C
 * library lend them. A lookup that times out or finds no route is about names, not about the registry's address, and
 * whatever stands behind `proxyconnect` is about the proxy.
 */
export const connectWords: readonly Words[] = [
  [
    "proxy-failure",
    /\bproxyconnect\b|\bsocks connect\b|Proxy Authentication Required|\bhttp: proxy error|\bconnecting to (?:the )?proxy\b/,
  ],
  ["proxy-failure", refusedConnect()],
  [
    "dns-failure",
    /\blookup <name>|no such host|no suitable address found|server misbehaving|name resolution|Name or service not known|could not resolve host|\bgetaddrinfow?:/i,
  ],
  ["http-not-https", /server gave HTTP response to HTTPS client/],
  [
    "tls-expired",
    /certificate has expired or is not yet valid|certificate has expired|certificate is (?:not yet valid|expired)/,
  ],
  [
    "tls-hostname-mismatch",
    /certificate is valid for|certificate is not valid for any names|contain any IP SANs|relies on legacy Common Name/,
  ],
  [
    "tls-unknown-authority",
    /signed by unknown authority|certificate is not trusted|self[- ]signed certificate|unable to get local issuer|failed to load system roots/i,
  ],
  ["connect-timeout", /TLS handshake timeout/],
  [
    "tls-other",
    /\btls: |\bx509: |malformed HTTP response "?\\x1[45]|HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)|\bclient certificate\b|\bSSL\b/,
  ],
  ["connect-refused", /connection refused|actively refused|^RegistryUnavailable$/],
  [
    "connect-timeout",
    /\bdial [^\n]{0,400}?(?:i\/o timeout|timed out|deadline exceeded)|(?:connection|connect: operation) timed out|did not properly respond after a period of time|request canceled while waiting for connection/,
  ],
  [
    "network-unreachable",
    /network is unreachable|no route to host|host is (?:down|unreachable)|unreachable (?:network|host)|cannot assign requested address|\bdial tcp [^\n]{0,300}?: connect: (?:permission denied|operation not permitted)/,
  ],
];

/**
 * Go gives back the bare reason phrase of a proxy's answer to CONNECT (net/http, Transport.dialConn). Registries'
 * answers have a number or a lower-case code.
 */
function refusedConnect(): RegExp {
  const phrases = [
    "Bad Request",
    "Unauthorized",
    "Payment Required",
    "Forbidden",
    "Not Found",
    "Method Not Allowed",
    "Not Acceptable",
    "Request Timeout",
    "Too Many Requests",
    "Internal Server Error",
    "Not Implemented",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Time-?[Oo]ut",
    "Moved (?:Permanently|Temporarily)",
    "Found",
    "authenticationrequired",
    "Access Denied",
    "Filtered",
    "URLBlocked",
    "Tunnel[A-Za-z ]{0,40}",
  ];
  return new RegExp(`\\b(?:Get|Head|Post|Put) <url>: (?:${phrases.join("|")})(?:[;,)\\]}"\\n]|\\s*$)`);
}

/** A connection that stood and broke, HTTP/2's ways of saying so included. Reading that times out is one of them. */
export const interruptedWords: readonly Words[] = [
  [
    "transfer-interrupted",
    /\bunexpected EOF|\bEOF\b|connection reset|forcibly closed|wsarecv|wsasend|broken pipe|stream error|GOAWAY|client connection lost|use of closed network connection|server closed idle connection|connection (?:was )?(?:aborted|abort)|\bread tcp\b|short read|connection broken|http2: (?:response body closed|Transport)/,
  ],
];

/** Time ran out, or somebody stopped it, and nothing more exact is said. */
export const deadlineWords: readonly Words[] = [
  [
    "deadline-exceeded",
    /context deadline exceeded|context canceled|request canceled|operation was canceled|\bDeadlineExceeded\b|Client\.Timeout|timeout awaiting response|\bi\/o timeout|\btimed out\b|no progress (?:in|for)\b/,
  ],
];
