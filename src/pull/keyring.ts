import type { ImageReference } from "./image-reference.ts";
import { indexKeyOf, labelMatches, parseHttps, splitHost, type UrlFault } from "./registry-key.ts";

/** The entries of one pull secret, in any shape that has a registry key. */
export interface KeyringSecret<E> {
  readonly name: string;
  readonly entries: readonly E[];
}

export interface Keyed {
  /** As written in the Secret. */
  readonly registryKey: string;
}

/** Why an entry was passed over. */
export type MissReason =
  | { readonly kind: "dropped"; readonly fault: UrlFault }
  | { readonly kind: "scheme"; readonly scheme: string }
  | { readonly kind: "hub-alias" }
  | { readonly kind: "host-case" }
  | { readonly kind: "port"; readonly keyPort: string; readonly imagePort: string }
  | {
      readonly kind: "label-count";
      readonly keyLabels: number;
      readonly imageLabels: number;
      readonly glob: boolean;
    }
  | { readonly kind: "path"; readonly path: string; readonly detail: PathDetail }
  | { readonly kind: "shadowed"; readonly by: string }
  | { readonly kind: "other-host" };

type PathDetail = "api-version" | "tag" | "glob" | "longer" | "case" | "other";

export interface LookUp<E> {
  /** In the order in which the kubelet tries them. */
  readonly given: readonly { readonly secret: string; readonly entry: E }[];
  /** Two keys of one Secret mean the same, and Go's map order decides which comes first. */
  readonly unordered: boolean;
  readonly misses: readonly { readonly secret: string; readonly entry: E; readonly reason: MissReason }[];
}

interface Indexed<E> {
  readonly key: string;
  readonly secret: string;
  readonly position: number;
  readonly entry: E;
}

const hubKey = "index.docker.io";

/**
 * The kubelet's keyring (pkg/credentialprovider/keyring.go; matching is the same 1.26-1.36): all Secrets in one index,
 * keys in reverse byte order, so that a longer path comes before a shorter one; every matching key gives all its
 * logins, in the order of the Secrets. Only when nothing matches are Docker Hub's logins looked up under their own key.
 * `repository` is the normalised name without tag and digest; empty for a reference that cannot be parsed.
 */
export function lookUp<E extends Keyed>(secrets: readonly KeyringSecret<E>[], repository: string): LookUp<E> {
  const index: Indexed<E>[] = [];
  const misses: { secret: string; entry: E; reason: MissReason }[] = [];
  for (const [position, { name, entries }] of secrets.entries())
    for (const entry of entries) {
      const indexed = indexKeyOf(entry.registryKey);
      if (indexed.ok) index.push({ key: indexed.key, secret: name, position, entry });
      else misses.push({ secret: name, entry, reason: { kind: "dropped", fault: indexed.fault } });
    }
  const direct = index.filter(({ key }) => keyMatches(key, repository));
  const fallback =
    direct.length === 0 && meansHub(repository) ? index.filter(({ key }) => key === hubKey) : [];
  const given = [...direct, ...fallback].toSorted((a, b) =>
    a.key < b.key ? 1 : a.key > b.key ? -1 : a.position - b.position,
  );
  const [used] = given;
  for (const other of index) {
    if (given.includes(other)) continue;
    const hidden = other.key === hubKey && used !== undefined && meansHub(repository);
    const reason: MissReason = hidden
      ? { kind: "shadowed", by: used.entry.registryKey }
      : missReason(other, repository);
    misses.push({ secret: other.secret, entry: other.entry, reason });
  }
  return {
    given: given.map(({ secret, entry }) => ({ secret, entry })),
    unordered: given.some((a, i) =>
      given.some((b, j) => i < j && a.key === b.key && a.position === b.position),
    ),
    misses,
  };
}

/** isDefaultRegistryMatch: also true of `localhost/app`, whose first segment has neither dot nor colon. */
function meansHub(repository: string): boolean {
  const slash = repository.indexOf("/");
  if (slash < 0) return repository !== "";
  const first = repository.slice(0, slash);
  if (first === "") return false;
  return first === "docker.io" || first === hubKey || !/[.:]/.test(first);
}

/** URLsMatchStr: ports equal as text, as many labels, each label by its pattern, the path a plain prefix. */
export function keyMatches(key: string, repository: string): boolean {
  const pattern = parseHttps(key);
  const target = parseHttps(repository);
  if (!pattern.ok || !target.ok || repository === "") return false;
  const a = splitHost(pattern.host);
  const b = splitHost(target.host);
  if (a.port !== b.port || a.labels.length !== b.labels.length || !target.path.startsWith(pattern.path))
    return false;
  return a.labels.every((label, index) => labelMatches(label, b.labels[index] ?? ""));
}

const hubHosts =
  /^(registry-1\.docker\.io|index\.docker\.io|registry\.docker\.io|auth\.docker\.io|docker\.com|hub\.docker\.com|registry\.hub\.docker\.com|www\.docker\.com)$/i;

function missReason<E extends Keyed>({ key, entry }: Indexed<E>, repository: string): MissReason {
  const scheme = /^(?!https?:\/\/)(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\//.exec(entry.registryKey)?.[0];
  if (scheme !== undefined) return { kind: "scheme", scheme };
  const pattern = parseHttps(key);
  const target = parseHttps(repository);
  if (!pattern.ok || !target.ok) return { kind: "other-host" };
  const a = splitHost(pattern.host);
  const b = splitHost(target.host);
  const bare = a.labels.join(".");
  if (target.host === "docker.io" && hubHosts.test(bare) && !labelsMatch(a.labels, b.labels))
    return { kind: "hub-alias" };
  if (!labelsMatch(a.labels, b.labels)) return hostMiss(a.labels, b.labels);
  if (a.port !== b.port) return { kind: "port", keyPort: a.port, imagePort: b.port };
  return { kind: "path", path: pattern.path, detail: pathDetail(pattern.path, target.path) };
}

function labelsMatch(pattern: readonly string[], target: readonly string[]): boolean {
  return (
    pattern.length === target.length &&
    pattern.every((label, index) => labelMatches(label, target[index] ?? ""))
  );
}

function hostMiss(pattern: readonly string[], target: readonly string[]): MissReason {
  const lower = (labels: readonly string[]): readonly string[] => labels.map((label) => label.toLowerCase());
  if (labelsMatch(lower(pattern), lower(target))) return { kind: "host-case" };
  const glob = pattern.some((label) => label.includes("*"));
  const end = pattern
    .filter((label) => label !== "*")
    .slice(-2)
    .join(".");
  const related = glob && target.join(".").endsWith(end);
  if (related && pattern.length !== target.length)
    return { kind: "label-count", keyLabels: pattern.length, imageLabels: target.length, glob };
  return { kind: "other-host" };
}

function pathDetail(path: string, target: string): PathDetail {
  if (/^\/v[12](\/|$)/.test(path)) return "api-version";
  if (path.includes("*")) return "glob";
  if (path.startsWith(`${target}:`) || path.startsWith(`${target}@`)) return "tag";
  if (path.startsWith(target)) return "longer";
  return target.toLowerCase().startsWith(path.toLowerCase()) ? "case" : "other";
}

/** One sentence on why an entry does not serve an image. */
export function missSentence(
  reason: MissReason,
  entry: Keyed,
  image: Extract<ImageReference, { ok: true }>,
): string {
  const key = entry.registryKey;
  switch (reason.kind) {
    case "dropped":
      return `${key} is no valid key (${faultWords[reason.fault]}); the kubelet drops the entry.`;
    case "scheme":
      return `${key} begins with ${reason.scheme}; only https:// and http:// in lower case are taken off.`;
    case "hub-alias":
      return `${key} never matches Docker Hub's images; the key for them is https://index.docker.io/v1/.`;
    case "host-case":
      return `${key} and ${image.registry} differ in capitals, which count.`;
    case "port":
      return `${key} names ${portWords(reason.keyPort)}, the image ${portWords(reason.imagePort)}; they have to be equal as text.`;
    case "label-count":
      return `${key} has ${reason.keyLabels} host labels, ${image.registry} has ${reason.imageLabels}; a * stands for one label.`;
    case "path":
      return `${key} is for ${pathWords[reason.detail]}; the image is ${image.repository}.`;
    case "shadowed":
      return `${key} is asked only when nothing else matches, and ${reason.by} does.`;
    case "other-host":
      return `${key} is another registry than ${image.registry}.`;
  }
}

function portWords(port: string): string {
  return port === "" ? "no port" : `port ${port}`;
}

const pathWords: Readonly<Record<PathDetail, string>> = {
  "api-version": "a path that begins with the API's version, which stays unless a slash follows it",
  tag: "a path with a tag, which is never looked up",
  glob: "a path with *, which stands for nothing there",
  longer: "a longer path",
  case: "a path in other capitals",
  other: "another path",
};

const faultWords: Readonly<Record<UrlFault, string>> = {
  "control-character": "it holds a line break or another control character",
  "host-character": "its host holds a blank or another character that no host has",
  port: "its port is no number",
  brackets: "brackets are for IPv6 addresses only",
  userinfo: "what stands before @ is no user name",
  percent: "a % is not followed by two hexadecimal digits",
};
