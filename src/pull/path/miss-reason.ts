import { indexKeyOf, type UrlFault } from "../../evidence/go/url.ts";
import { hiddenRegistryKey } from "../../evidence/gate/shown-registry-key.ts";
import {
  hostMatches,
  patternMatches,
  patternOf,
  patternOfKey,
  type RegistryPattern,
} from "../registry-key.ts";

/** Why an entry does not serve an image. `instead` is the key that would, where one small change makes it. */
export type MissReason = { readonly instead?: string } & (
  | { readonly kind: "empty-key" }
  /** The key was not let through the gate, because it does not read as a host. */
  | { readonly kind: "hidden" }
  /** Go refuses the key as a URL, and the kubelet leaves the entry out with a line in its own log. */
  | { readonly kind: "dropped"; readonly fault: UrlFault }
  | { readonly kind: "scheme"; readonly scheme: string }
  /** A template's or a shell's placeholder that was never filled in. */
  | { readonly kind: "placeholder" }
  /** A quote, a comma: Go takes it for a part of the host, and no image's host can have it. */
  | { readonly kind: "stray-character"; readonly character: string }
  /** Blanks of other scripts, zero-width characters: part of the host, and not to be seen. */
  | { readonly kind: "invisible-character" }
  /** A name of Docker Hub under which the kubelet does not look. */
  | { readonly kind: "hub-alias"; readonly host: string }
  | { readonly kind: "host-case"; readonly host: string }
  | { readonly kind: "port"; readonly keyPort: string; readonly imagePort: string }
  | {
      readonly kind: "label-count";
      readonly keyLabels: number;
      readonly imageLabels: number;
      readonly glob: boolean;
      readonly trailingDot: boolean;
    }
  | { readonly kind: "path"; readonly path: string; readonly detail: PathDetail }
  /** Docker Hub's own key is asked only when nothing else matches, and the key `by` does. */
  | { readonly kind: "shadowed"; readonly by: string }
  | { readonly kind: "other-host"; readonly host: string }
);

/**
 * What keeps a path from being the beginning of the image's: `/v1` or `/v2` without a slash behind it, a tag or digest,
 * a `*`, a slash at the end, capitals, more segments than the image has; `other` is another repository.
 */
export type PathDetail = "api-version" | "tag" | "glob" | "trailing-slash" | "case" | "longer" | "other";

/** For an entry that is known not to be used. `repository` is the image's registry/repository. */
export function missReason(registryKey: string, repository: string): MissReason {
  const reason = bareReason(registryKey, repository);
  const instead = correctedKey(reason, registryKey, repository);
  return instead === undefined ? reason : { ...reason, instead };
}

function bareReason(registryKey: string, repository: string): MissReason {
  if (registryKey === "") return { kind: "empty-key" };
  if (registryKey === hiddenRegistryKey) return { kind: "hidden" };
  if (placeholder.test(bareKey(registryKey))) return { kind: "placeholder" };
  const indexed = indexKeyOf(registryKey);
  if (!indexed.ok) return { kind: "dropped", fault: indexed.fault };
  const scheme = foreignScheme(registryKey);
  if (scheme !== "") return { kind: "scheme", scheme };
  const key = patternOf(indexed.key);
  const image = patternOf(repository);
  const host = key?.labels.join(".") ?? indexed.key;
  if (invisible.test(registryKey)) return { kind: "invisible-character" };
  const [character] = stray.exec(host) ?? [];
  if (character !== undefined) return { kind: "stray-character", character };
  if (key === undefined || image === undefined) return { kind: "other-host", host };
  return compare(key, image, host);
}

/** Whatever stands before the host and is not exactly what the kubelet takes off. */
function foreignScheme(registryKey: string): string {
  const rest = registryKey.replace(/^https?:\/\//, "");
  return /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/|^https?(?::\/|\/\/)/i.exec(rest)?.[0] ?? "";
}

const placeholder = /^(?:\{\{.*\}\}|\$[a-z_{(])/s;
/** What Go lets stand in a host beside the characters of domains, patterns and IPv6 addresses. */
const stray = /[!$&'()+,;=<>"~]/;
const invisible = /[\u0080-\u00a0\u00ad\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/;
const hubAliases =
  /^(?:(?:registry-1|index|registry|auth|hub|registry\.hub|cloud|www)\.)?docker\.(?:io|com)$/i;

function compare(key: RegistryPattern, image: RegistryPattern, host: string): MissReason {
  if (hostMatches(key.labels, image.labels)) {
    if (key.port !== image.port) return { kind: "port", keyPort: key.port, imagePort: image.port };
    return { kind: "path", path: key.path, detail: pathDetail(key.path, image.path) };
  }
  if (hostMatches(key.labels.map(lower), image.labels.map(lower))) return { kind: "host-case", host };
  const imageHost = image.labels.join(".");
  if (imageHost === "docker.io" && hubAliases.test(host)) return { kind: "hub-alias", host };
  const counts = { keyLabels: key.labels.length, imageLabels: image.labels.length };
  const glob = host.includes("*");
  const trailingDot = host === `${imageHost}.`;
  const near = trailingDot || (glob && endsAlike(key.labels, image.labels));
  if (near && counts.keyLabels !== counts.imageLabels)
    return { kind: "label-count", ...counts, glob, trailingDot };
  return { kind: "other-host", host };
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** The labels behind the last pattern are those at the end of the image's host. */
function endsAlike(key: readonly string[], image: readonly string[]): boolean {
  const literal = key.slice(key.findLastIndex((label) => label.includes("*")) + 1);
  return literal.length === 0 || image.slice(-literal.length).join(".") === literal.join(".");
}

function pathDetail(path: string, image: string): PathDetail {
  if (/[:@]/.test(path)) return "tag";
  // Three are the gate's mask.
  if (path.includes("***")) return "other";
  if (path.includes("*")) return "glob";
  if (/^\/v[12](?:\/|$)/.test(path)) return "api-version";
  if (path === `${image}/`) return "trailing-slash";
  if (path.startsWith(image)) return "longer";
  return image.startsWith(path.toLowerCase()) ? "case" : "other";
}

const hubLogin = "https://index.docker.io/v1/";

/** The image's registry with as much of the key's path as can stay, if the key means that registry. */
function correctedKey(reason: MissReason, registryKey: string, repository: string): string | undefined {
  const registry = repository.split("/", 1)[0] ?? "";
  if (reason.kind === "hub-alias") return hubLogin;
  if (!correctable.has(reason.kind) || (reason.kind === "path" && unrelated.has(reason.detail)))
    return undefined;
  const bare = bareKey(registryKey);
  const slash = bare.indexOf("/");
  const host = slash < 0 ? bare : bare.slice(0, slash);
  const path = slash < 0 ? "" : bare.slice(slash);
  const isSameName = withoutPort(host) === withoutPort(registry.toLowerCase());
  if (!isSameName && !host.includes("*")) return undefined;
  return pathsLike(path)
    .map((corrected) => registry + corrected)
    .find((key) => serves(key, repository));
}

const correctable: ReadonlySet<MissReason["kind"]> = new Set([
  "dropped",
  "scheme",
  "invisible-character",
  "stray-character",
  "host-case",
  "port",
  "label-count",
  "path",
]);
/** A key for another repository is right as it is. */
const unrelated: ReadonlySet<PathDetail> = new Set(["longer", "other"]);

/** Without what never belongs to a key: a scheme, a user, a query, blanks and quotes, a dot at the host's end. */
function bareKey(registryKey: string): string {
  return registryKey
    .replaceAll(/[\s\p{Cc}\p{Cf}"'<>]/gu, "")
    .replace(/^(?:(?:[A-Za-z][A-Za-z0-9+.-]{0,15}:)?\/\/|https?:?\/+)+/i, "")
    .replace(/[?#].*$/s, "")
    .replace(/^[^/]*@/, "")
    .replace(/^[^/]*/, (host) => host.toLowerCase().replace(/\.$/, ""));
}

function withoutPort(host: string): string {
  return host.replace(/:[^\]]*$/, "");
}

/** The smallest change first. */
function pathsLike(path: string): readonly string[] {
  return [
    path,
    path.replace(/\/$/, ""),
    path.replace(/[:@].*$/s, ""),
    path.replace(/\*.*$/s, ""),
    path.toLowerCase(),
    path.replace(/^\/v[12](?=\/|$)/, ""),
  ];
}

function serves(registryKey: string, repository: string): boolean {
  const key = patternOfKey(registryKey);
  const image = patternOf(repository);
  return key !== undefined && image !== undefined && patternMatches(key, image);
}
