import type { FailureKind } from "./failure-kind.ts";
import type { MessageContext, MessageReading, Sent } from "./message.ts";
import { type Stage, stages } from "./stage.ts";

interface Facts {
  readonly kind: FailureKind;
  readonly sent: Sent;
  /** How far the attempt got: of several, the furthest speaks. */
  readonly progress: number;
  readonly host?: string;
  readonly mirror?: boolean;
  readonly afterChallenge?: boolean;
  readonly inspect?: boolean;
  readonly namesMissing?: "manifest" | "repository";
}

interface Pattern {
  readonly kind: FailureKind;
  readonly text: RegExp;
  readonly sent?: Sent;
  readonly afterChallenge?: boolean;
  readonly missing?: "manifest" | "repository";
}

/**
 * The first that fits decides, on text whose names are masked. So what stands deep inside comes before what wraps it:
 * the kubelet's own refusals, the wire, TLS, the token server, the manifest, the content. Sources: the texts of
 * containerd 1.1-2.3, containers/image 3-5.36, moby, distribution 3.0 and of registries, by version in the project's
 * tests.
 */
const patterns: readonly Pattern[] = [
  // The kubelet and the node, before any request.
  {
    kind: "sandbox-image-failed",
    text: /failed to get sandbox image|failed pulling image "NAME"|unable to pull sandbox image|failed to inspect sandbox image|(create|creating) (pod )?sandbox[^]*(failed to pull image|unable to pull image|pulling image)/i,
    sent: "nothing",
  },
  {
    kind: "never-pull-policy",
    text: /is not present with pull policy of Never|ErrImageNeverPull/,
    sent: "nothing",
  },
  {
    kind: "short-name-unresolved",
    text: /short name mode is enforcing|did not resolve to an alias and no unqualified-search registries|short-name resolution enforced|ambiguous list/,
    sent: "nothing",
  },
  {
    kind: "invalid-image-name",
    text: /invalid reference format|couldn't parse image (reference|name)|InvalidImageName|Invalid image name|repository name must be (lowercase|canonical)|cannot specify 64-byte hexadecimal|repository name must not be more than/,
    sent: "nothing",
  },
  { kind: "pull-qps-exceeded", text: /pull QPS exceeded/, sent: "nothing" },
  {
    kind: "pull-secret-missing",
    text: /Unable to retrieve (some image )?pull secrets?|couldn't find .*pull secret/i,
    sent: "unknown",
  },
  {
    kind: "credential-provider-failed",
    text: /credential provider|Failed to provide credentials for image|error execing credential provider|credential plugin/i,
    sent: "unknown",
  },
  {
    kind: "signature-rejected",
    text: /SignatureValidationFailed|Source image rejected|signature validation failed|A signature was required/,
    sent: "unknown",
  },
  {
    kind: "runtime-unavailable",
    text: /dial unix [^]*(no such file or directory|connection refused|permission denied)|connection error: desc = "transport|(containerd|crio|docker|cri-dockerd|dockershim)\.sock|container runtime is (down|not running)|Cannot connect to the Docker daemon|error reading from server: EOF|transport is closing/,
    sent: "nothing",
  },
  {
    kind: "policy-blocked",
    text: /cannot be pulled due to configured policy|is blocked in|PROJECTPOLICYVIOLATION|current image (with|without) |412 Precondition Failed|not signed by (cosign|notation)|prevent vulnerable images|image is not signed|not allowed by (the )?(policy|admission)|quarantine/i,
  },
  // Disk and unpacking.
  {
    kind: "disk-full",
    text: /no space left on device|not enough space on the disk|[Dd]isk quota exceeded|insufficient disk space/,
  },
  {
    kind: "digest-mismatch",
    text: /unexpected commit digest|failed size validation|[Dd]igest did not match|digest mismatch|digest verification failed|filesystem layer verification failed|does not match (expected )?digest|content digest mismatch/,
  },
  {
    kind: "rate-limited",
    text: /toomanyrequests|[Tt]oo [Mm]any [Rr]equests|pull rate limit|[Rr]ate exceeded|\b429\b|rate limit exceeded|[Dd]ata limit exceeded|throttl(ed|ing)/,
  },
  // DNS before what a dial says, since a lookup dials too.
  {
    kind: "dns-failure",
    text: /\blookup\b[^]*?(no such host|server misbehaving|Temporary failure|Try again|i\/o timeout|connection refused|network is unreachable|cannot assign requested address|timed out|no answer|canceled|SERVFAIL|refused|no suitable address|no route to host|not known)|no such host|Temporary failure in name resolution|server misbehaving|getaddrinfo|Name or service not known|Could not resolve host/,
    sent: "nothing",
  },
  {
    kind: "proxy-failure",
    text: /proxyconnect|Proxy Authentication Required|proxy (error|refused|authentication)|(Get|Head|Post) "?(URL|"URL")"?: (Forbidden|Method Not Allowed|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Timeout|Bad Request|Not Found|Unauthorized|Not Implemented|Moved Permanently|Found)\s*($|[;,)\]])|malformed HTTP response "<|socks connect/,
    sent: "nothing",
  },
  // TLS.
  { kind: "http-not-https", text: /server gave HTTP response to HTTPS client/, sent: "nothing" },
  {
    kind: "tls-expired",
    text: /certificate has expired|is not yet valid|expired certificate|certificate is not valid (yet|any)/,
    sent: "nothing",
  },
  {
    kind: "tls-hostname-mismatch",
    text: /x509: certificate is (valid for|not valid for)|is not valid for any names|doesn't contain any IP SANs|relies on legacy Common Name|certificate is valid for/,
    sent: "nothing",
  },
  {
    kind: "tls-unknown-authority",
    text: /signed by unknown authority|unknown certificate authority|self[- ]signed certificate|unable to get local issuer|unknown ca\b|certificate is not trusted|unable to verify the first certificate/,
    sent: "nothing",
  },
  {
    kind: "tls-other",
    text: /remote error: tls|tls: (?!failed to verify)|first record does not look like a TLS handshake|malformed HTTP response "\\?x1[45]|bad certificate|bad record MAC|x509:|SSL routines|handshake failure|HTTP request to an HTTPS server|unsupported protocol version/,
    sent: "nothing",
  },
  // The wire.
  { kind: "connect-refused", text: /connection refused|actively refused/, sent: "nothing" },
  {
    kind: "network-unreachable",
    text: /network is unreachable|no route to host|host is unreachable|unreachable (host|network)|cannot assign requested address/,
    sent: "nothing",
  },
  {
    kind: "connect-timeout",
    text: /TLS handshake timeout|dial [^]*?(i\/o timeout|timed out)|connection timed out|request canceled while waiting for connection|Client\.Timeout exceeded while awaiting headers|did not properly respond after a period of time|dial tcp[^]*?(operation was canceled|context deadline exceeded|context canceled)|timeout awaiting response headers/,
    sent: "nothing",
  },
  { kind: "transfer-interrupted", text: /happened during read: |unexpected EOF \(after/ },
  // What no registry answers.
  {
    kind: "unexpected-response",
    text: /invalid character '<'|text\/html|unsupported protocol scheme|<!DOCTYPE|<html|error parsing HTTP \d+ response body|decoding bearer token|authorization server did not include a token|failed to find supported auth scheme|unexpected status[^]*: 400 |400 Bad Request|invalid status code from registry [23]\d\d|unexpected status[^]*: [23]\d\d |stopped after 10 redirects|failed to authorize redirect|missing (WWW-Authenticate|realm)|looks like the registry is not|StatusCode: (200|30\d|400)|received unexpected HTTP status: (2|3|400)|no token in response|unrecognized|418/i,
  },
  {
    kind: "registry-server-error",
    text: /\b5\d\d (Internal|Bad Gateway|Service|Gateway|Server|Not Implemented|Insufficient|Backend|Unknown|\(|Web|Origin|<none>|Connection)|(HTTP|status|StatusCode:?|status code|code|with) \(?5\d\d\b|: 5\d\d\b|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|internal server error|unknown: unknown error|received unexpected HTTP status: 5|Origin Time-?out|temporarily unavailable/,
  },
  // The manifest.
  {
    kind: "schema1-unsupported",
    text: /v1\+prettyjws|schema ?(version )?1\b[^]*(support|longer|deprecat)|no signatures|missing signature key|schema1|manifest\.v1\+/,
  },
  {
    kind: "platform-mismatch",
    text: /no match for platform|no matching manifest for|no image found in (manifest list|image index)|does not match the specified platform|image operating system "NAME" cannot be used|cannot be used on this platform|choosing (an )?image(?: instance)? from (a )?manifest list|no child with platform/,
  },
  {
    kind: "unsupported-media-type",
    text: /unsupported (image-specific operation on artifact|media ?type|MIME type|manifest)|encountered unknown type|mediaType [^]*not (supported|allowed)|unknown media ?type|unexpected media ?type|is not (a|an) (container )?image|invalid config (media )?type|application\/vnd\.[^ ]+ (is )?not supported|cannot unmarshal [^]*manifest|unsupported config|not an image/i,
  },
  {
    kind: "unpack-failed",
    text: /failed to (extract|register) layer|failed to (prepare|create|commit|stat) [^]*snapshot|failed to unpack|unpacking failed|wrong diff ?id|mismatched image rootfs|parent snapshot|error creating (overlay|layer)|(committing|adding|creating) layer|ApplyLayer|hcsshim|processing tar file|failed to (mount|convert whiteout)|no such (file or directory|object)|content digest DIGEST: not found|unable to apply layer|read-only file system|input\/output error|apply layer|lchown|invalid tar header|gzip: invalid/i,
  },
  // What a token or a login brought.
  {
    kind: "token-expired",
    text: /token (has |is )?expired|expired token|(login|credential|password)s? (has|have|is) expired/i,
    sent: "credential",
    afterChallenge: true,
  },
  {
    kind: "credentials-rejected",
    text: /failed to fetch oauth token[^]*401/,
    sent: "credential",
    afterChallenge: true,
  },
  {
    kind: "credentials-rejected",
    text: /incorrect username or password|Invalid Username or Password|[Pp]assword is invalid|[Ii]nvalid (user(name)?|login|robot) (or|and) (password|token)|(?<!may have )(bad|wrong|invalid) credentials|[Cc]ould not find robot|HTTP Basic: Access denied|[Bb]asic auth(entication)? failed|authentication failed|login attempt to|invalid_token|[Uu]ser cannot be found|incorrect (login|password)|(personal access )?token (was|is|has been) revoked/,
    sent: "credential",
    afterChallenge: true,
  },
  {
    kind: "auth-denied-or-missing-repo",
    text: /failed to fetch anonymous token[^]*(403|denied)/,
    sent: "anonymous",
    afterChallenge: true,
  },
  {
    kind: "auth-required",
    text: /failed to fetch anonymous token[^]*(401|unauthorized)/i,
    sent: "anonymous",
    afterChallenge: true,
  },
  {
    kind: "forbidden",
    text: /failed to fetch oauth token[^]*(403|denied)/,
    sent: "credential",
    afterChallenge: true,
  },
  {
    kind: "auth-required",
    text: /no basic auth credentials|Unauthenticated request/,
    sent: "anonymous",
    afterChallenge: true,
  },
  {
    kind: "manifest-not-found",
    text: /manifest unknown|[Nn]o such manifest|manifest for NAME not found|[Tt]ag NAME (not found|does not exist|was deleted)|Requested image not found|Requested entity was not found|Failed to fetch "NAME"|artifact NAME not found|manifest invalid|named manifest is not known|tag (unknown|not found)|was deleted or has expired|manifest not found|reference not found/,
    missing: "manifest",
    afterChallenge: true,
  },
  { kind: "auth-denied-or-missing-repo", text: /does not exist or no pull access/, afterChallenge: true },
  {
    kind: "repository-not-found",
    text: /name unknown|repository name not known|[Rr]epository (with name )?('?NAME'? |name )?(not found|does not exist in the registry|is not found)|NAME_UNKNOWN|name invalid|project NAME not found|[Nn]o such repository/,
    missing: "repository",
    afterChallenge: true,
  },
  {
    kind: "forbidden",
    text: /is not allowed access|client with IP|[Pp]ermission (denied|"NAME" denied)|Permission [^]* denied on resource|is not authorized to perform|AccessDenied|Access Denied|blocked by|does not have [^]*permission|security perimeter|VPC Service Controls/,
  },
  {
    kind: "auth-denied-or-missing-repo",
    text: /insufficient_scope|requested access to the resource is denied|pull access denied for|does not exist or no pull access|unauthorized to access repository|access to the requested resource is not authorized|may require 'docker login'|requires? 'docker login'|: denied\s*($|[;,\]])|^denied$|denied: denied/,
    afterChallenge: true,
  },
  {
    kind: "auth-required",
    text: /401|[Uu]nauthorized|authentication required|invalid username\/password|[Pp]lease login|[Nn]ot [Aa]uthorized|login required|authorization failed|UNAUTHORIZED|authorization required|unauthenticated/,
    afterChallenge: true,
  },
  { kind: "forbidden", text: /403|[Ff]orbidden|\bdenied\b/ },
  {
    kind: "manifest-not-found",
    text: /: not found\s*($|[;,\]])|404 Not Found|status code 404|: 404\b|not found$/,
    afterChallenge: false,
  },
  // Content.
  {
    kind: "transfer-interrupted",
    text: /unexpected EOF|\bEOF\b|connection reset by peer|forcibly closed|broken pipe|stream error|GOAWAY|connection (was )?(closed|aborted|lost)|wsarecv|http2: |use of closed network connection|server closed idle connection|short read|incomplete|read tcp/,
  },
  {
    kind: "deadline-exceeded",
    text: /context deadline exceeded|context canceled|request canceled|DeadlineExceeded|timed? ?out|deadline|i\/o timeout|Client\.Timeout/,
  },
  { kind: "unpack-failed", text: /not found: not found|failed to copy|snapshotter/ },
];

export function classify(
  masked: string,
  original: string,
  context: MessageContext & { readonly wrapper: string; readonly waiting?: string },
): Facts {
  const whole = context.wrapper;
  const hosts = hostOf(original);
  const inspect = /Failed to inspect image/.test(whole) || context.reason === "ImageInspectError";
  if (
    /^\s*(Back-off pulling image|Error: (ErrImagePull|ImagePullBackOff))/.test(stripPrefix(whole)) &&
    masked === ""
  )
    return { kind: "backoff-only", sent: "unknown", progress: 0 };
  if (context.reason === "FailedCreatePodSandBox" && /pull/.test(masked))
    return { kind: "sandbox-image-failed", sent: "nothing", progress: 0 };
  const judged = decisive(masked);
  for (const pattern of patterns)
    if (pattern.text.test(judged)) {
      // A ping asks whether there is a registry, before anybody logs in.
      const ping = /pinging (container|docker) registry/.test(judged);
      const sent = pattern.sent ?? (ping ? "anonymous" : sentByHead(judged, original, context));
      return {
        kind: pattern.kind,
        sent,
        progress: stages.indexOf(stageOf(pattern.kind, {})) * 10 + sentRank[sent],
        ...(hosts === undefined ? {} : hosts),
        ...(pattern.afterChallenge === true && !ping ? { afterChallenge: true } : {}),
        ...(inspect ? { inspect: true } : {}),
        ...(pattern.missing === undefined ? {} : { namesMissing: pattern.missing }),
      };
    }
  if (context.reason === "BackOff" || isBareBackOff(whole))
    return { kind: "backoff-only", sent: "unknown", progress: 0 };
  return { kind: "unknown", sent: "unknown", progress: 0, ...(inspect ? { inspect: true } : {}) };
}

/** Of two that got equally far, the one that proves a login tells more. */
const sentRank: Readonly<Record<Sent, number>> = { nothing: 0, anonymous: 1, unknown: 2, credential: 3 };

function stripPrefix(text: string): string {
  return text.replace(/^\(combined from similar events\): /, "").replace(/^spec\.\S+\}: /, "");
}

function isBareBackOff(text: string): boolean {
  return /^(Back-off pulling image "[^"]*"|Error: (ErrImagePull|ImagePullBackOff)|ErrImagePull|ImagePullBackOff)$/.test(
    stripPrefix(text.trim()),
  );
}

/** CRI-O tries an image, then an artifact: the first error speaks. With mirrors, the last part is the origin's. */
function decisive(masked: string): string {
  const artifact = masked.indexOf("; artifact err: ");
  const first = artifact < 0 ? masked : masked.slice(0, artifact);
  const mirrors = first.indexOf("(Mirrors also failed:");
  if (mirrors < 0) return first;
  const last = first.lastIndexOf("[");
  return last > mirrors ? first.slice(last) : first;
}

/** A bare 401 from a registry that always asks for Basic (ECR) proves a login, where containerd would say otherwise. */
function sentByHead(masked: string, original: string, context: MessageContext): Sent {
  if (!/unexpected status from HEAD request to \S*: 401/.test(masked) || !/\.dkr[.-]ecr/.test(original))
    return "unknown";
  const version = /containerd:\/\/(\d+)\.(\d+)\.(\d+)/.exec(context.runtimeVersion ?? "");
  if (version === null) return "unknown";
  const [major = 0, minor = 0, patch = 0] = version.slice(1).map(Number);
  const tells = major >= 2 || (major === 1 && ((minor === 7 && patch >= 8) || (minor === 6 && patch >= 25)));
  return tells ? "credential" : "unknown";
}

function hostOf(original: string): { host: string; mirror?: boolean } | undefined {
  const url = /https?:\/\/([^\s/"'?]{1,255})([^\s"']*)/.exec(original.split("; artifact err: ")[0] ?? "");
  if (url?.[1] !== undefined)
    return {
      host: url[1].split("@").at(-1) ?? "",
      ...(/[?&]ns=/.test(url[2] ?? "") ? { mirror: true } : {}),
    };
  const lookup = /\blookup ([A-Za-z0-9.-]{1,253})/.exec(original)?.[1];
  if (lookup !== undefined) return { host: lookup };
  return undefined;
}

const stageByKind: Partial<Record<FailureKind, Stage>> = {
  "invalid-image-name": "reference",
  "short-name-unresolved": "reference",
  "never-pull-policy": "policy",
  "image-not-authorized": "policy",
  "pull-qps-exceeded": "policy",
  "policy-blocked": "policy",
  "signature-rejected": "policy",
  "sandbox-image-failed": "policy",
  "runtime-unavailable": "policy",
  "pull-secret-missing": "credentials",
  "credential-provider-failed": "credentials",
  "auth-required": "authenticate",
  "credentials-rejected": "authenticate",
  "token-expired": "authenticate",
  "auth-denied-or-missing-repo": "authorize",
  forbidden: "authorize",
  "rate-limited": "authorize",
  "manifest-not-found": "manifest",
  "repository-not-found": "manifest",
  "platform-mismatch": "manifest",
  "unsupported-media-type": "manifest",
  "schema1-unsupported": "manifest",
  "transfer-interrupted": "content",
  "deadline-exceeded": "content",
  "disk-full": "content",
  "unpack-failed": "content",
  "digest-mismatch": "content",
};

export function stageOf(kind: FailureKind, facts: Pick<MessageReading, "inspect">): Stage {
  if (facts.inspect === true) return "policy";
  return stageByKind[kind] ?? "connect";
}
