import type { Examples } from "./examples.ts";

export const connectExamples: Examples = {
  words: {
    "proxy-failure": [
      'Get "https://hub.larch.example/v2/": proxyconnect tcp: dial tcp 10.9.9.9:3128: i/o timeout',
      'Get "https://registry-1.docker.io/v2/": socks connect tcp 127.0.0.1:7890->registry-1.docker.io:443: unknown error host unreachable',
      'Get "https://hub.larch.example/v2/": invalid proxy address "http://[::1": missing bracket',
      'Get "https://hub.larch.example/v2/": invalid proxy address ":3128": parse ":3128": missing protocol scheme',
      'error pinging docker registry gcr.io: Get "https://gcr.io/v2/": Forbidden',
      'Head "https://hub.larch.example/v2/web/manifests/1": Method Not Allowed',
      'failed to fetch oauth token: Post "https://auth.docker.io/token": Service Unavailable',
      'Get "https://hub.larch.example/v2/": authenticationrequired',
      'Get "https://hub.larch.example/v2/": unknown status code',
      'Get "https://k8s.gcr.io/v2/": Proxy Authentication Required\n, error: exit status 1',
    ],
    "dns-failure": [
      "lookup auth.docker.io: i/o timeout",
      "on 10.0.0.2:53: no such host",
      'failed to do request: Head "https://reg.larch.example/v2/a/manifests/1": dial tcp: address reg.larch.example: no suitable address found',
      "on 127.0.0.53:53: server misbehaving",
      "dial tcp: Temporary failure in name resolution",
    ],
    "http-not-https": ['Get "https://10.9.0.4:5000/v2/": http: server gave HTTP response to HTTPS client'],
    "tls-expired": [
      "x509: certificate has expired or is not yet valid: current time 2026-01-02T03:04:05Z is after 2025-01-02T03:04:05Z",
      "x509: “*.larch.example” certificate is expired",
      "error sending request for url (https://ghcr.io/v2/): client error (Connect): invalid peer certificate: Expired",
    ],
    "tls-hostname-mismatch": [
      "x509: certificate is valid for 127.0.0.1, 10.96.0.1, not 10.0.0.1",
      "error sending request for url (https://ghcr.io/v2/): client error (Connect): invalid peer certificate: NotValidForName",
      "x509: certificate is not valid for any names, but wanted to match hub.larch.example",
      "x509: cannot validate certificate for 10.1.1.1 because it doesn't contain any IP SANs",
      "x509: certificate relies on legacy Common Name field, use SANs instead",
    ],
    "tls-unknown-authority": [
      "x509: certificate signed by unknown authority",
      "error sending request for url (https://ghcr.io/v2/): client error (Connect): invalid peer certificate: UnknownIssuer",
      "x509: “larch-ca” certificate is not trusted",
      "x509: failed to load system roots and no roots provided",
    ],
    "connect-timeout": [
      "Get https://k8s.gcr.io/v2/: net/http: TLS handshake timeout",
      "dial tcp 203.0.113.117:443: i/o timeout",
      "dial tcp 203.0.113.117:443: context deadline exceeded",
      "dial tcp 203.0.113.117:443: getsockopt: connection timed out",
      "dial tcp 203.0.113.117:443: connect: operation timed out",
      "dial tcp 10.3.3.3:443: connectex: A connection attempt failed because the connected party did not properly respond after a period of time",
      "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
    ],
    "tls-other": [
      "remote error: tls: handshake failure",
      "x509: malformed certificate",
      'net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02\\x16"',
      'StatusCode: 400, "Client sent an HTTP request to an HTTPS server."',
      "400 The plain HTTP request was sent to HTTPS port",
      "missing key reg.larch.example.key for client certificate reg.larch.example.cert. CA certificates must use the extension .crt",
    ],
    "connect-refused": [
      "Get http://localhost:5000/v2/: dial tcp [::1]:5000: connect: connection refused",
      "dial tcp 10.1.2.3:443: connectex: No connection could be made because the target machine actively refused it.",
      "RegistryUnavailable",
    ],
    "network-unreachable": [
      "dial tcp [2001:db8::9]:443: connect: network is unreachable",
      "dial tcp 10.0.10.9:443: getsockopt: no route to host",
      "dial tcp 203.0.113.9:443: connect: host is down",
      "dial tcp 10.9.9.9:443: connectex: A socket operation was attempted to an unreachable network.",
      "dial tcp 1.2.3.4:443: connectex: A socket operation was attempted to an unreachable host.",
      "dial tcp [2001:db8::9]:443: connect: cannot assign requested address",
      "dial tcp 10.9.9.9:443: connect: permission denied",
      "dial tcp 10.9.9.9:443: connect: operation not permitted",
      "dial tcp [2001:db8::5]:443: socket: address family not supported by protocol",
    ],
  },
  nearMisses: [
    ['Get "https://hub.larch.example/v2/": EOF', "transfer-interrupted"],
    ["unknown: Forbidden", "forbidden"],
    ['short-name "larch" did not resolve to an alias and no registries are defined', "short-name-unresolved"],
  ],
};

export const interruptedExamples: Examples = {
  words: {
    "transfer-interrupted": [
      "failed to copy: httpReadSeeker: failed open: unexpected EOF",
      "failed to copy: read tcp 10.1.0.5:51234->203.0.113.4:443: read: connection reset by peer",
      "connection reset by peer",
      "write tcp 10.1.0.5:51234->203.0.113.4:443: wsasend: An existing connection was forcibly closed by the remote host.",
      "failed to copy: write tcp 10.1.0.5:51234->203.0.113.4:443: write: broken pipe",
      "failed to copy: stream error: stream ID 7; INTERNAL_ERROR; received from peer",
      "failed to copy: http2: server sent GOAWAY and closed the connection; LastStreamID=5",
      "happened during read: http2: client connection lost",
      "failed to copy: write tcp 10.1.0.5:51234->203.0.113.4:443: use of closed network connection",
      'failed to do request: Head "https://registry-1.docker.io/v2/larch/web/manifests/9": http: server closed idle connection',
      "write tcp 10.1.0.5:51234->203.0.113.4:443: wsasend: An established connection was aborted by the software in your host machine.",
      "read tcp 10.1.0.5:51234->203.0.113.4:443: i/o timeout",
      "net/http: HTTP/1.x transport connection broken: unexpected trailer",
      "failed to copy: http2: response body closed",
    ],
  },
  nearMisses: [["dial tcp 10.1.1.1:443: i/o timeout", "connect-timeout"]],
};

export const deadlineExamples: Examples = {
  words: {
    "connect-timeout": ["203.0.113.117:443: i/o timeout"],
    "deadline-exceeded": [
      "context deadline exceeded",
      "CannotPullContainerError: context canceled",
      "net/http: request canceled",
      "failed to copy: operation was canceled",
      "code = DeadlineExceeded desc = stream terminated",
      "net/http: timeout awaiting response headers",
      "operation timed out",
      "cancel pulling image docker.io/larch/web:9 because of no progress in 5m0s",
      'Cancel pulling image "larch/web:9" because of no progress for 1m0s, latest progress: "e5d9: Downloading"',
    ],
  },
  nearMisses: [["lookup reg.larch.example on 10.0.0.2:53: i/o timeout", "dns-failure"]],
};
