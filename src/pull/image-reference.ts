/**
 * An image reference as the kubelet parses it: distribution/reference v0.6 ParseNormalizedNamed, which completes what
 * Docker Hub lets people leave out.
 */
export type ImageReference =
  | {
      readonly ok: true;
      /** Host with port: `docker.io`, `registry.example:5000`. */
      readonly registry: string;
      /** Path: `library/nginx`. */
      readonly repository: string;
      /** registry/repository, the string that the keyring looks up. */
      readonly name: string;
      readonly tag?: string;
      readonly digest?: string;
      /** Whether the text names a host; without one it means Docker Hub. */
      readonly hostGiven: boolean;
    }
  | { readonly ok: false; readonly error: string };

const hubDomain = "docker.io";
const oldHubDomain = "index.docker.io";

const identifier = /^[a-f0-9]{64}$/;
const domain =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
/** Hexadecimal digits of each algorithm that go-digest registers. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const nameLimit = 255;
const invalid = "invalid reference format";

export function parseImageReference(text: string): ImageReference {
  if (identifier.test(text))
    return refuse(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const { registry, remainder, hostGiven } = splitDomain(text);
  const path = remainder.split(":")[0] ?? "";
  if (path.toLowerCase() !== path) return refuse(`${invalid}: repository name (${path}) must be lowercase`);
  return parseParts(registry, remainder, hostGiven);
}

function refuse(error: string): ImageReference {
  return { ok: false, error };
}

/** The first segment is a host if it could not be a path: it has a dot, a colon or a capital, or is localhost. */
function splitDomain(text: string): { registry: string; remainder: string; hostGiven: boolean } {
  const slash = text.indexOf("/");
  if (slash < 0) return { registry: hubDomain, remainder: `library/${text}`, hostGiven: false };
  const first = text.slice(0, slash);
  const isHost = first === "localhost" || /[.:]/.test(first) || first.toLowerCase() !== first;
  const registry = !isHost || first === oldHubDomain ? hubDomain : first;
  const remainder = isHost ? text.slice(slash + 1) : text;
  const official = registry === hubDomain && !remainder.includes("/");
  return { registry, remainder: official ? `library/${remainder}` : remainder, hostGiven: isHost };
}

/** `remainder` is path[:tag][@digest]; the digest is cut first, since it has a colon of its own. */
function parseParts(registry: string, remainder: string, hostGiven: boolean): ImageReference {
  const at = remainder.indexOf("@");
  const digest = at < 0 ? undefined : remainder.slice(at + 1);
  const beforeDigest = at < 0 ? remainder : remainder.slice(0, at);
  const colon = beforeDigest.lastIndexOf(":");
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  const repository = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  if (!domain.test(registry) || !repository.split("/").every((part) => component.test(part)))
    return refuse(invalid);
  if (tag !== undefined && !tagPattern.test(tag)) return refuse(invalid);
  if (digest !== undefined && !digestPattern.test(digest)) return refuse(invalid);
  const name = `${registry}/${repository}`;
  if (name.length > nameLimit) return refuse(`repository name must not be more than ${nameLimit} characters`);
  const fault = digest === undefined ? undefined : digestFault(digest);
  if (fault !== undefined) return refuse(fault);
  return {
    ok: true,
    registry,
    repository,
    name,
    hostGiven,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function digestFault(digest: string): string | undefined {
  const [algorithm = "", hexadecimal = ""] = digest.split(":");
  const length = digestLengths[algorithm];
  if (length === undefined) return "unsupported digest algorithm";
  if (hexadecimal.length !== length) return "invalid checksum digest length";
  return hexadecimal === hexadecimal.toLowerCase() ? undefined : "invalid checksum digest format";
}
