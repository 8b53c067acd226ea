import type { Words } from "../words.ts";

/**
 * What the kubelet, the credential providers and the node's own policies say, most of it before any registry was asked.
 * Sources: kubelet 1.1-1.36 (pkg/kubelet/images, kubelet_pods.go, credentialprovider/plugin), CRI-O 1.20-1.36 and
 * containers/image 5.0-5.36 (short names, signatures, blocked registries).
 */
export const nodeWords: readonly Words[] = [
  ["pull-secret-missing", [["unable to retrieve", /^Unable to retrieve (?:some image )?pull secrets?\b/]]],
  [
    "credential-provider-failed",
    [
      "registry credential provider",
      ["credential provider", /credential provider (?:plugin|config)\b/i],
      "error getting credentials - err:",
      "register cri auth plugins",
      ["plugin binary", /plugin binary (?:directory|executable)/i],
      "credential plugin response",
      ["service account", /\bget(?:ting)? service account (?:token |data )?<name>: /i],
      "audience <name> not found in pod spec volume",
    ],
  ],
  // The API server, asked for logs of a container that has none.
  [
    "backoff-only",
    [
      [
        "is waiting to start:",
        /is waiting to start: (?:trying and failing to pull image|[^\n]{0,1024}can't be pulled)/,
      ],
    ],
  ],
  ["pull-qps-exceeded", [["pull qps exceeded", /\bpull QPS exceeded/i]]],
  [
    "never-pull-policy",
    ["is not present with pull policy of never", ["errimageneverpull", /^ErrImageNeverPull$/]],
  ],
  [
    "signature-rejected",
    [
      "signaturevalidationfailed",
      "source image rejected",
      ["trust data", /\btrust data\b/],
      "signatures do not satisf",
    ],
  ],
  // containerd 2.0 on asks programs in a folder (plugin io.containerd.image-verifier.v1.bindir).
  [
    "signature-rejected",
    [
      [
        "image verifier <name> blocked pull of",
        /image verifier <name> blocked pull of [^\n]{0,4000}(?:signature|\bsigned|attestation)/i,
      ],
    ],
  ],
  ["policy-blocked", ["image verifier <name> blocked pull of"]],
  [
    "policy-blocked",
    [
      ["is blocked in", /\bis blocked in\b/i],
      "the registry is blocked",
      "image policy rejected",
      "due to configured policy",
      ["violation", /PROJECT_?POLICY_?VIOLATION/i],
      ["image is not signed", /image is not signed\b/i],
      "download blocking policy",
      ["repository firewall", /\bRepository Firewall\b/i],
      ["quarantined", /\bquarantined\b/i],
    ],
  ],
  // Whoever's policy it is. Straight behind a URL the words are a proxy's answer to CONNECT.
  [
    "policy-blocked",
    [
      [
        "polic",
        /(?<!<url>: [a-z ]{0,40})\b(?:(?:blocked|prohibited|disallowed|not allowed) by|violates?) (?:[a-z-]{1,20} ){0,3}polic(?:y|ies)\b/i,
      ],
    ],
  ],
  [
    "short-name-unresolved",
    [
      "no registries configured while trying to pull an unqualified image",
      "short name mode is enforcing",
      "did not resolve to an alias",
      "short-name resolution enforced",
    ],
  ],
  // containerd core/remotes/docker/config/hosts.go and its CRI plugin; containers/image pkg/sysregistriesv2 and
  // signature/policy_config.go; k3s, RKE2.
  [
    "runtime-configuration-invalid",
    [
      ["loading registries configuration", /\bloading registries configuration\b/i],
      ["<configuration>", /\b(?:decode|process|reading) (?:[a-z]{1,20} ){0,3}<configuration>/i],
      ["<configuration>", /<configuration>:? [^\n]{0,80}\b(?:toml|yaml): /i],
      "invalid `host` tree",
      [
        "parse <name>: missing protocol scheme",
        /\bresolve reference <name>: parse <name>: missing protocol scheme/,
      ],
      ["invalid policy in <path>", /\binvalid policy in <path>/i],
      "cannot be set when `<name>` is provided",
    ],
  ],
  [
    "invalid-image-name",
    [
      "invalid reference format",
      ["invalidimagename", /^InvalidImageName$/i],
      ["invalid image name", /\binvalid image name\b/i],
      "invalid repository name",
      "repository name component must match",
      ["repository name must", /repository name must (?:be|not|have)/i],
      ["name invalid", /\bname invalid\b(?!: Requested repository)/i],
    ],
  ],
];

/** The CRI client's and the Docker client's, about the runtime; a snapshotter and a content store have sockets as well. */
export const silentRuntimeWords =
  /dial unix|connect endpoint <|connection error: desc =|Cannot connect to the Docker daemon|error during connect|unknown service <name>|is not implemented for endpoint|server is not initialized yet|transport is closing|error reading from server|keepalive ping failed|by RST_STREAM|container runtime is down|failed to dial/i;
/** What only a runtime says, so it did answer. */
export const runtimeSpeaks =
  /failed to (?:pull and unpack|resolve|extract|prepare|copy|solve)\b|writing blob/i;
