/**
 * An image reference as the kubelet parses it: ParseNormalizedNamed of distribution/reference v0.6 (kubelet 1.30-1.36),
 * which completes what Docker Hub lets people leave out.
 */
export type ImageReference =
  | {
      readonly ok: true;
      /** Host with port: `docker.io`, `registry.example:5000`. */
      readonly registry: string;
      /** Path: `library/nginx`. */
      readonly repository: string;
      /** registry/repository, by which the keyring looks. */
      readonly name: string;
      readonly tag?: string;
      readonly digest?: string;
      /** Whether the text names a host; without one it means Docker Hub. */
      readonly hostGiven: boolean;
    }
  /** `error` in Go's words, as the kubelet reports them behind `couldn't parse image name "…": `. */
  | { readonly ok: false; readonly error: string };

const hubDomain = "docker.io";
const oldHubDomain = "index.docker.io";
const invalid = "invalid reference format";

const identifier = /^[a-f0-9]{64}$/;
const domainComponent = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const domainAndPort = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const pathComponent = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const remoteName = `${pathComponent}(?:/${pathComponent})*`;
const tagPattern = "[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}";
const digestPattern = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}";
const reference = new RegExp(
  `^(?:(${domainAndPort})/)?(${remoteName})(?::(${tagPattern}))?(?:@(${digestPattern}))?$`,
);
const pathLimit = 255;

export function parseImageReference(text: string): ImageReference {
  if (identifier.test(text))
    return refuse(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const { domain, remainder, hostGiven } = splitDomain(text);
  const path = remainder.split(":")[0] ?? "";
  if (path.toLowerCase() !== path) return refuse(`${invalid}: repository name (${path}) must be lowercase`);
  return parseWhole(`${domain}/${remainder}`, hostGiven);
}

function refuse(error: string): ImageReference {
  return { ok: false, error };
}

/** The first segment is a host if it can be no path: it has a dot, a colon or a capital, or is `localhost`. */
function splitDomain(text: string): { domain: string; remainder: string; hostGiven: boolean } {
  const slash = text.indexOf("/");
  const first = text.slice(0, Math.max(slash, 0));
  const hostGiven = first === "localhost" || /[.:]/.test(first) || first.toLowerCase() !== first;
  const domain = !hostGiven || first === oldHubDomain ? hubDomain : first;
  const remainder = hostGiven ? text.slice(slash + 1) : text;
  const official = domain === hubDomain && !remainder.includes("/");
  return { domain, remainder: official ? `library/${remainder}` : remainder, hostGiven };
}

function parseWhole(whole: string, hostGiven: boolean): ImageReference {
  const match = reference.exec(whole);
  if (match === null)
    return refuse(reference.test(lower(whole)) ? "repository name must be lowercase" : invalid);
  const [, domain, path = "", tag, digest] = match;
  if (path.length > pathLimit) return refuse(`repository name must not be more than ${pathLimit} characters`);
  const fault = digest === undefined ? undefined : digestFault(digest);
  if (fault !== undefined) return refuse(fault);
  const name = domain === undefined ? path : `${domain}/${path}`;
  // A host with an underscore is no domain to this grammar; then all of it is the path, and the name is the same.
  const slash = name.indexOf("/");
  return {
    ok: true,
    registry: name.slice(0, slash),
    repository: name.slice(slash + 1),
    name,
    hostGiven,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Go lower-cases İ to a plain i, JavaScript to two characters. */
function lower(text: string): string {
  return text.replaceAll("\u0130", "i").toLowerCase();
}

/** Hexadecimal digits of the algorithms that opencontainers/go-digest registers. */
const digestLengths: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

function digestFault(digest: string): string | undefined {
  const [algorithm = "", digits = ""] = digest.split(":");
  const length = digestLengths.get(algorithm);
  if (length === undefined)
    return algorithm === algorithm.toLowerCase()
      ? "unsupported digest algorithm"
      : "invalid checksum digest format";
  if (digits.length !== length) return "invalid checksum digest length";
  return digits === digits.toLowerCase() ? undefined : "invalid checksum digest format";
}
