import type { Examples } from "./examples.ts";

const pull =
  "image verifier bindir blocked pull of reg.larch.example/a:1 with digest sha256:22 for reason: verifier v1 rejected image (exit code 1)";

export const nodeExamples: Examples = {
  words: {
    "pull-secret-missing": [
      "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
    ],
    "credential-provider-failed": [
      "Failed getting credential from external registry credential provider: error encoding request: no kind",
      "error execing credential provider plugin ecr-credential-provider for image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web: exit status 1",
      "failed to validate credential provider config: [providers.apiVersion: Required value: apiVersion is required]",
      "error getting credentials - err: exit status 1, out: ``",
      '"Failed to register CRI auth plugins" err="unable to access path: no such file or directory"',
      "plugin binary directory /etc/kubernetes/credential-provider did not exist",
      "plugin binary executable ecr-credential-provider did not exist",
      "apiVersion from credential plugin response did not match expected apiVersion:credentialprovider.kubelet.k8s.io/v1",
      "Error getting service account token shop/web: Unauthorized",
      "Failed to get service account data shop/web: required annotation larch.example/role not found",
      'serviceaccounts "web" is forbidden: audience "harbor" not found in pod spec volume, system:node:larch-1 is not authorized',
    ],
    "backoff-only": [
      'container "upload" in pod "upload" is waiting to start: trying and failing to pull image',
      'container "web" in pod "web-1" is waiting to start: image can\'t be pulled',
    ],
    "pull-qps-exceeded": ["pull QPS exceeded"],
    "never-pull-policy": [
      'Container image "nginx:latest" is not present with pull policy of Never',
      "ErrImageNeverPull",
    ],
    "signature-rejected": [
      "SignatureValidationFailed",
      "Source image rejected: A signature was required, but no signature exists",
      "remote trust data does not exist for docker.io/larch/web: notary.docker.io does not have trust data",
      "Security validate failed: Validate image failed: The signatures do not satisfied! Reject reason: [Match reference failed.]",
      `${pull}: no matching signatures`,
      `${pull}: image is not signed`,
      `${pull}: no attestation of provenance`,
    ],
    "policy-blocked": [
      "registry docker.io is blocked in /etc/containers/registries.conf",
      'cannot pull image "quay.io/x/y:1", the registry is blocked',
      "Image policy rejected: Denied by policy: rejected by `reject` rule",
      "unknown: current image with 268 vulnerabilities cannot be pulled due to configured policy in 'Prevent images'",
      'failed to extract image: PROJECT_POLICY_VIOLATION: "Cannot get the image severity."',
      "unknown: The image is not signed in Notary.",
      "denied: artifact download request rejected: hub/web:5 was not downloaded due to the download blocking policy configured in Xray",
      "unknown: Component has been blocked by Sonatype Repository Firewall",
      "unknown: artifact quarantined: critical vulnerabilities found",
      "denied: image is blocked by the security policy of the registry",
      "unknown: pulling image is prohibited by policy",
      "image cr.larch.example/x:1 is disallowed by policy: unsigned",
      "denied: image registries are not allowed by your organization policies",
      'denied: image violates policy "no-critical"',
      `${pull}: too old`,
    ],
    "short-name-unresolved": [
      "no registries configured while trying to pull an unqualified image",
      "short name mode is enforcing, but image name larch/x:1 returns ambiguous list",
      'short-name "larch/web:1" did not resolve to an alias and no containers-registries.conf(5) was found',
      "short-name resolution enforced but cannot prompt without a TTY",
    ],
    "runtime-configuration-invalid": [
      'time="2026-04-01T22:11:02Z" level=error msg="failed to decode hosts.toml" error="(4, 3): unexpected token"',
      'loading registries configuration "/etc/containers/registries.conf": mixing sysregistry v1/v2 is not supported',
      "failed to process /var/lib/larch/server/manifests/registries.yaml: Object 'Kind' is missing",
      "reading registries.conf.d: lstat /root/.config/containers/registries.conf.d: permission denied",
      'parsing "/etc/containers/registries.conf": toml: line 3: expected value but found nothing',
      "failed to parse /etc/rancher/k3s/registries.yaml: yaml: line 3: mapping values are not allowed in this context",
      "invalid `host` tree",
      'failed to resolve reference "larch.example/web:1": parse ":///mirror.example/larch/web/manifests/1?ns=larch.example": missing protocol scheme',
      'invalid policy in "/etc/containers/policy.json": Unknown key "defalt"',
      "failed to load plugin: invalid cri image config: `mirrors` cannot be set when `config_path` is provided",
    ],
    "invalid-image-name": [
      "invalid reference format",
      "InvalidImageName",
      'Invalid image name "nginx", expected colon-separated transport:reference',
      "invalid repository name (7c31e0b4a95d2f6883d1c09be457a26fd3908e5b1c64f7a29e80d53b6c172af4), cannot specify 64-byte hexadecimal strings",
      'repository name component must match "[a-z0-9]+"',
      'parsing reference "docker://reg.larch.example/App:1": repository name must be lowercase',
      "repository name must not be more than 255 characters",
      "repository name must have at least one component",
      "name invalid: Missing image name. Pushes require an image name following the hostname and project.",
    ],
  },
  nearMisses: [
    ['Get "https://hub.larch.example/v2/": Blocked by policy', "proxy-failure"],
    // GCR's, to a token for another repository: docker 1.11 mixed them up, and so do relays that rewrite paths.
    ["name invalid: Requested repository does not match bearer token resource: larch/web", "unknown"],
    ['error looking up service account shop/web: serviceaccount "web" not found', "unknown"],
    ['serviceaccounts "web" is forbidden: User "larch" cannot create resource', "unknown"],
    ['Container image "nginx:latest" already present on machine', "unknown"],
    ["manifest for larch/hosts.toml:1 not found: manifest unknown", "manifest-not-found"],
    // The registry's address, in a redirect: no file of the node has it.
    [
      'failed to resolve reference "larch.example/web:1": failed to do request: Head "https://larch.example/v2/web/manifests/1": failed to parse Location header ":///store.example/1": parse ":///store.example/1": missing protocol scheme',
      "unexpected-response",
    ],
  ],
};

/** Texts in which the runtime did not answer. */
export const silentExamples: readonly string[] = [
  "Got permission denied while trying to connect to the Docker daemon socket: dial unix /var/run/docker.sock: connect: permission denied",
  'connect endpoint "unix:///run/containerd/containerd.sock", make sure you are running as root and the endpoint has been started: context deadline exceeded',
  'connection error: desc = "transport: Error while dialing: no such file or directory"',
  "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
  "error during connect: this error may indicate that the docker daemon is not running",
  "rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.ImageService",
  'unable to determine image API version: CRI v1 image API is not implemented for endpoint "unix:///run/containerd/containerd.sock"',
  "server is not initialized yet",
  "rpc error: code = Unavailable desc = transport is closing",
  "rpc error: code = Unavailable desc = error reading from server: EOF",
  "rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout",
  "rpc error: code = Unavailable desc = stream terminated by RST_STREAM with error code: CANCEL",
  "container runtime is down, PLEG is not healthy",
  'ctr: failed to dial "/run/containerd/containerd.sock": context deadline exceeded',
];

/** Texts in which it did, and complains of another socket of the node. */
export const speakingExamples: readonly string[] = [
  'failed to pull and unpack image "reg.larch.example/a:1": connection error: desc = "transport: Error while dialing: dial unix /run/nydus/grpc.sock: connect: connection refused"',
  'failed to resolve image: connection error: desc = "transport: Error while dialing: dial unix /run/soci/grpc.sock: connect: no such file or directory"',
  'failed to extract layer sha256:7c31: failed to dial "/run/decoder.sock": no such file or directory',
  'failed to prepare extraction snapshot "extract-1": connection error: desc = "transport: Error while dialing: dial unix /run/nydus/grpc.sock: connect: connection refused"',
  'failed to copy: connection error: desc = "transport: Error while dialing: dial unix /run/proxy.sock: connect: connection refused"',
  'failed to solve: larch/web:1: failed to dial "/run/buildkit/session.sock": no such file or directory',
  'writing blob: failed to dial "/run/larch/store.sock": no such file or directory',
];
