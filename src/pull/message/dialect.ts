import type { RuntimeDialect } from "./reading.ts";

/** The engine's own prefix. It comes first: with containerd's image store the engine passes containerd's words on. */
const dockerApi =
  /^docker: |Error response from daemon|\bAPI error \(\d{3}\)|Docker daemon|error during connect|Handler for POST|Error getting v2 registry/;
/** moby's distribution code and dockershim. */
const docker =
  /may require 'docker login'|pulling image configuration|failed to register layer|download failed after attempts|does not exist or no pull access|manifest for <name> not found|no matching manifest for|DEPRECATION NOTICE|missing signature key|failed pulling image|Error pulling image \(|\bdevmapper: |GetImageBlob|Windows version <name> image is|^net\/http: request canceled|tag <name> not found in repository|(?:layer|image|manifest|image config) verification failed for digest|trying to pull repository|^operation timeout: |^Cancel pulling image <name> because/i;
/** Only containerd's CRI plugin says so. */
const containerdCri = /failed to pull and unpack\b|failed to parse image reference/;
const containerd =
  /failed to resolve (?:reference|image|ref|source metadata)|failed to do request|http-?read(?:er)?seeker|failed to fetch (?:oauth|anonymous) token|failed to copy:|failed to get sandbox image|on snapshotter|failed commit on ref|pulling from host|server message:|get image config descriptor|failed to extract layer|failed to prepare extraction|snapshotter not loaded|unexpected status(?: code (?!\d)| from|: \d)|encountered unknown type|image verifier <name> |decode <configuration>|\bno signatures\b|may require authorization/i;
/** containers/image, whoever calls it. */
const containersImage =
  /initializing source|reading manifest <name> in|reading signatures|pinging (?:container|docker) registry|unable to retrieve auth token|requesting bear(?:er)? token|obtain access token|Mirrors also failed|(?:storing|writing|reading|fetching) blob|copying (?:system image|config)|choosing (?:an )?image|parsing image configuration|unsupported image-specific operation|determining manifest MIME type|adding layer with blob|committing the finished image|initializing image from source|docker v2s2|unqualified image|short[- ]name|received unexpected HTTP status|is blocked in|Source image rejected|expected colon-separated|loading registries configuration|transport:reference/i;
const crio =
  /unable to pull image(?: or OCI artifact)?: |artifact err: |SignatureValidationFailed|RegistryUnavailable|creating pod sandbox with name/;

/** What the node runs, as `status.nodeInfo.containerRuntimeVersion` has it. */
function ofVersion(runtimeVersion: string | undefined): RuntimeDialect {
  const scheme = /^([a-z-]{1,32}):\/\//.exec(runtimeVersion ?? "")?.[1];
  return scheme === "containerd" || scheme === "docker" || scheme === "cri-o" ? scheme : "unknown";
}

/**
 * Whose wording it is; where the words are everybody's, what the node runs. podman prints CRI-O's chain behind
 * `Error: `, without a Pod. Kubelets from before the CRI knew docker only.
 */
export function dialectOf(
  masked: string,
  facts: {
    readonly podman: boolean;
    readonly beforeCri: boolean;
    /** A registry of the first protocol was looked for. */
    readonly beforeV2?: boolean;
    readonly runtimeVersion: string | undefined;
  },
): RuntimeDialect {
  const node = ofVersion(facts.runtimeVersion);
  if (facts.beforeCri || dockerApi.test(masked)) return "docker";
  if (containerdCri.test(masked)) return "containerd";
  if (facts.podman && containersImage.test(masked)) return node;
  if (crio.test(masked) || containersImage.test(masked)) return "cri-o";
  if (docker.test(masked)) return "docker";
  if (containerd.test(masked)) return "containerd";
  // `Head <url>: unauthorized: …` without a word around it is the client of moby.
  if (/\b(?:Get|Head) <url>: (?:unauthorized|denied|no basic auth|Get )/.test(masked)) return "docker";
  return facts.beforeV2 === true ? "docker" : node;
}
