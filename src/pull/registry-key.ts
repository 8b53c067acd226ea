import { indexKeyOf, parseHttps } from "../evidence/go/url.ts";

/** What the kubelet's keyring compares of a registry key and of an image's name. */
export interface RegistryPattern {
  /** The host's parts between dots. Of a key, each may be a pattern with `*`. */
  readonly labels: readonly string[];
  /** Empty when none is named, which is a port like any other. */
  readonly port: string;
  /** Empty, or from the first slash on. */
  readonly path: string;
}

/** An index key or an image's name, read as the keyring reads both: as URLs without a scheme. */
export function patternOf(schemeless: string): RegistryPattern | undefined {
  const url = parseHttps(schemeless);
  return url.ok ? { ...splitHost(url.host), path: url.path } : undefined;
}

/** A registry key as the keyring looks it up; undefined when Go refuses it, at either of two readings. */
export function patternOfKey(registryKey: string): RegistryPattern | undefined {
  const indexed = indexKeyOf(registryKey);
  return indexed.ok ? patternOf(indexed.key) : undefined;
}

/**
 * Ports equal as text, as many labels, each label by its pattern, and the key's path a plain beginning of the image's:
 * not of whole segments (pkg/credentialprovider/keyring.go URLsMatch, 1.26-1.36).
 */
export function patternMatches(key: RegistryPattern, image: RegistryPattern): boolean {
  return key.port === image.port && hostMatches(key.labels, image.labels) && image.path.startsWith(key.path);
}

export function hostMatches(key: readonly string[], image: readonly string[]): boolean {
  return key.length === image.length && key.every((label, index) => labelMatches(label, image[index] ?? ""));
}

/** net.SplitHostPort; where that fails, the whole is the host. */
function splitHost(host: string): { labels: readonly string[]; port: string } {
  const [, bracketed, bare = "", port] = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^[\]:]*)$/.exec(host) ?? [];
  if (port === undefined) return { labels: host.split("."), port: "" };
  return { labels: (bracketed ?? bare).split("."), port };
}

/**
 * filepath.Match, as far as it can come to: `*` is any run of characters. `?` ends the host, and Go refuses `\` and
 * brackets in one, except around an IPv6 address; without a port those stay and make a class of its characters.
 */
function labelMatches(pattern: string, label: string): boolean {
  if (pattern.startsWith("[")) return label.length === 1 && pattern.slice(1, -1).includes(label);
  const [first = "", ...middle] = pattern.split("*");
  const last = middle.pop();
  if (last === undefined) return pattern === label;
  if (!label.startsWith(first)) return false;
  let index = first.length;
  for (const part of middle) {
    const found = label.indexOf(part, index);
    if (found < 0) return false;
    index = found + part.length;
  }
  return label.length - last.length >= index && label.endsWith(last);
}
