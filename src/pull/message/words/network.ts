import type { Words } from "../words.ts";

/**
 * Go's net, crypto/x509, crypto/tls and net/http on the way to a host, rustls in a confidential guest, and the words that
 * Windows, macOS and the C library lend them. A lookup that times out or finds no route is about names, not about the registry's address, and
 * whatever stands behind `proxyconnect` is about the proxy.
 */
export const connectWords: readonly Words[] = [
  [
    "proxy-failure",
    [
      ["proxyconnect", /\bproxyconnect\b/],
      ["socks connect", /\bsocks connect\b/],
      ["invalid proxy address", /\binvalid proxy address\b/],
    ],
  ],
  ["proxy-failure", [["<url>: ", refusedConnect()]]],
  [
    "dns-failure",
    [
      ["lookup <name>", /\blookup <name>/i],
      "no such host",
      "no suitable address found",
      "server misbehaving",
      "failure in name resolution",
    ],
  ],
  ["http-not-https", ["server gave http response to https client"]],
  ["tls-expired", ["certificate has expired", "certificate is expired", "peer certificate: expired"]],
  [
    "tls-hostname-mismatch",
    [
      "certificate is valid for",
      "peer certificate: notvalidforname",
      "certificate is not valid for any names",
      "contain any ip sans",
      "relies on legacy common name",
    ],
  ],
  [
    "tls-unknown-authority",
    [
      "signed by unknown authority",
      "peer certificate: unknownissuer",
      "certificate is not trusted",
      "failed to load system roots",
    ],
  ],
  ["connect-timeout", ["tls handshake timeout"]],
  [
    "tls-other",
    [
      ["tls:", /\btls: /],
      ["x509:", /\bx509: /],
      ["malformed http response", /malformed HTTP response "?\\x1[45]/],
      ["http request", /HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)/],
      ["client certificate", /\bclient certificate\b/],
    ],
  ],
  [
    "connect-refused",
    ["connection refused", "actively refused", ["registryunavailable", /^RegistryUnavailable$/]],
  ],
  [
    "connect-timeout",
    [
      ["dial", /\bdial [^\n]{0,400}?(?:i\/o timeout|deadline exceeded)/],
      ["timed out", /(?:connection|connect: operation) timed out/],
      "did not properly respond after a period of time",
      "request canceled while waiting for connection",
    ],
  ],
  [
    "network-unreachable",
    [
      "network is unreachable",
      "no route to host",
      "host is down",
      ["unreachable", /unreachable (?:network|host)/],
      "cannot assign requested address",
      [
        "dial tcp",
        /\bdial tcp [^\n]{0,300}?: (?:connect|socket): (?:permission denied|operation not permitted|address family not supported)/,
      ],
    ],
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
    [
      ["eof", /\bEOF\b/],
      "connection reset",
      "forcibly closed",
      "broken pipe",
      "stream error",
      ["goaway", /GOAWAY/],
      "client connection lost",
      "use of closed network connection",
      "server closed idle connection",
      "connection was aborted",
      ["read tcp", /\bread tcp\b/],
      "connection broken",
      "http2: response body closed",
    ],
  ],
];

/** Time ran out, or somebody stopped it, and nothing more exact is said. */
export const deadlineWords: readonly Words[] = [
  // Go names the operation where a connection stood (\`read tcp\`, above); what is left of a cut text is the dial.
  ["connect-timeout", [["i/o timeout", /\bi\/o timeout/]]],
  [
    "deadline-exceeded",
    [
      "context deadline exceeded",
      "context canceled",
      "request canceled",
      "operation was canceled",
      ["deadlineexceeded", /\bDeadlineExceeded\b/],
      "timeout awaiting response",
      ["timed out", /\btimed out\b/],
      ["no progress", /no progress (?:in|for)\b/],
    ],
  ],
];
