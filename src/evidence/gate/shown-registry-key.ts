import { indexKeyOf, parseHttps } from "../go/url.ts";

/** Stands for a registry key of which nothing may be shown. Matches no image, like what it stands for. */
export const hiddenRegistryKey = "(not shown)";

const mask = "***";
const hostLimit = 253;
const pathLimit = 255;

/**
 * A registry key as it may leave the gate. People paste logins into the wrong place: `https://user:password@host`, a
 * query with a token, a password where the key should be. What is no host, port or path of a registry is replaced by
 * `***`, in such a way that the kubelet would do with the shown key what it does with the real one: match the same images
 * in the same order, or drop it. What does not begin like a host is not shown at all.
 */
export function shownRegistryKey(key: string): string {
  if (key === "" || key === hiddenRegistryKey || (key.length <= hostLimit && ordinary.test(key))) return key;
  if (key.length > 2 * (hostLimit + pathLimit)) return hiddenRegistryKey;
  const { lead, scheme, authority, path, tail } = split(key);
  const target = reachOf(key);
  if (target === undefined && hasLoginBehindHost(path + tail)) return hiddenRegistryKey;
  const host = shownHost(authority.slice(authority.lastIndexOf("@") + 1));
  if (host === undefined) return hiddenRegistryKey;
  const user = shownUserinfo(authority.slice(0, authority.lastIndexOf("@") + 1));
  // Behind a login that reaches no image may stand the rest of it, with a / in between.
  const isRest = target === undefined && (user !== "" || authority.includes(mask));
  const shownRest = isRest ? path.replaceAll(/[^/]+/g, mask) : shownPath(path);
  const shown = lead + scheme + user + host + shownRest + shownTail(tail);
  return reachOf(shown) === target ? shown : hiddenRegistryKey;
}

/** A host with a dot, at most a port and a path of small letters: what everything below would show as it is. */
const ordinary =
  /^(?:https?:\/\/)?(?:[a-z0-9][a-z0-9-]{0,40}\.)+[a-z][a-z0-9-]{0,40}(?::[0-9]{1,5})?(?:\/[a-z0-9._-]{0,64}){0,8}$/;

interface KeyParts {
  readonly lead: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** Query and fragment. */
  readonly tail: string;
}

/** By characters, not as the kubelet would: `oci://` is a scheme to the eye, and to the kubelet a host. */
function split(key: string): KeyParts {
  const lead = /^[\s\p{Cc}\p{Cf}"'<]{0,8}/u.exec(key)?.[0] ?? "";
  const scheme = /^(?:(?:[A-Za-z][A-Za-z0-9+.-]{0,15}:)?\/\/){0,3}/.exec(key.slice(lead.length))?.[0] ?? "";
  const rest = key.slice(lead.length + scheme.length);
  const pathStart = rest.search(/[/?#]/);
  const authority = pathStart < 0 ? rest : rest.slice(0, pathStart);
  const further = rest.slice(authority.length);
  const tailStart = further.search(/[?#]/);
  const path = tailStart < 0 ? further : further.slice(0, tailStart);
  return { lead, scheme, authority, path, tail: further.slice(path.length) };
}

/**
 * What the keyring looks up a key by, if any image can be called so: the index key, read once more. An image's path has
 * small letters, digits, dots, dashes, underscores and slashes only (distribution/reference regexp.go).
 */
function reachOf(key: string): string | undefined {
  const indexed = indexKeyOf(key);
  const url = indexed.ok ? parseHttps(indexed.key) : indexed;
  if (!indexed.ok || !url.ok || url.path.length > pathLimit + 1) return undefined;
  if (!/^(?:\/[a-z0-9._/-]*)?$/.test(url.path)) return undefined;
  // What an escaped ? or # hid is cut off by the second reading; that there is something still sorts behind nothing.
  return couldBeHost(url.host) ? url.host + url.path + (/[?#]/.test(indexed.key) ? "?" : "") : undefined;
}

/** One word is an image's host only with a port or if it is `localhost`; anything else would be a path on Docker Hub. */
function couldBeHost(host: string): boolean {
  if (/^\[[0-9A-Fa-f:.]+\](?::[0-9]*)?$/.test(host)) return true;
  const [, name = "", port = ""] = /^([A-Za-z0-9._*-]+)(?::([0-9]*))?$/.exec(host) ?? [];
  return name !== "" && (name.includes(".") || port !== "" || localhost(name) || /[A-Z]/.test(name));
}

/** Of patterns in one word only those with `*` in one place are looked at. */
function localhost(pattern: string): boolean {
  const [first = "", last, ...more] = pattern.split(/\*+/);
  const whole = "localhost";
  if (last === undefined || more.length > 0) return pattern === whole;
  return first.length + last.length <= whole.length && whole.startsWith(first) && whole.endsWith(last);
}

const words: ReadonlySet<string> = new Set([
  ..."auths credsStore credHelpers HttpHeaders registry registries localhost docker dockerhub docker-hub hub".split(
    " ",
  ),
  ..."ghcr quay ecr gcr acr gar harbor nexus artifactory gitlab github index library default https http".split(
    " ",
  ),
]);

/** The host with its port as written, masked in parts, or undefined when it does not read as one. */
function shownHost(host: string): string | undefined {
  const visible = host.replaceAll(/\p{Cf}/gu, "");
  if (visible !== host && shownWord(visible) === visible) return host;
  // A copied list keeps its commas and blanks; each piece has to be a host.
  const pieces = host.split(/([\s,;"'<>\p{Cc}\p{Cf}\u00a0]+)/u);
  if (pieces.length > 9) return undefined;
  const shown = pieces.map((piece, index) => (index % 2 === 1 || piece === "" ? piece : shownWord(piece)));
  if (shown.includes(undefined)) return isTemplate(host.trim()) ? host : undefined;
  return shown.join("");
}

/** Placeholders that were never filled in: a template's, a shell's. */
function isTemplate(text: string): boolean {
  return (
    text.length < 100 &&
    (/^\{\{-?\s*[.$][\w.$-]*\s*(?:\|\s*[a-z]\w*\s*)*-?\}\}$/.test(text) ||
      /^(?:\$[A-Z_][A-Z0-9_]*|\$\{[A-Z_][A-Z0-9_]*\}|\$\([A-Z_][A-Z0-9_]*\))$/.test(text))
  );
}

function shownWord(word: string): string | undefined {
  if (isTemplate(word) || /^\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{0,5})?$/.test(word)) return word;
  const colon = word.indexOf(":");
  const name = colon < 0 ? word : word.slice(0, colon);
  const port = colon < 0 ? "" : word.slice(colon);
  const labels = name.split(".");
  if (name.length > hostLimit || !labels.every(isLabel)) return undefined;
  const isPort = port === "" || /^:(?:[0-9]{0,5}|\*)$/.test(port);
  if (labels.length === 1) {
    const alone = port === "" || port === ":";
    return isPort && (!alone || localhost(name) || words.has(name)) ? word : undefined;
  }
  if (!isDomain(labels)) return undefined;
  if (isPort) return word;
  // A user and a password look the same, unless it begins like a number.
  return /^:[0-9*]/.test(port) ? `${name}:${mask}` : undefined;
}

/** Letters of any script: a host in Cyrillic letters that look Latin is worth seeing. */
function isLabel(label: string): boolean {
  return /^[\p{L}\p{N}_*[\]^\\-]{0,63}$/u.test(label) && !looksRandom(label);
}

/** A domain ends in a word or a number; a dotted token ends in a signature. */
function isDomain(labels: readonly string[]): boolean {
  const last = labels.findLast((label) => label !== "");
  return last !== undefined && !labels[0]?.startsWith("eyJ") && isLastLabel(last);
}

function isLastLabel(label: string): boolean {
  return /^[\p{Ll}\p{N}_*[\]^\\-]+$/u.test(label) || /^[\p{L}*[\]^\\-]+$/u.test(label);
}

/** No host and no repository is written so, but keys and tokens are. */
function looksRandom(text: string): boolean {
  return text.length >= 16 && /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
}

/** The kubelet drops a key whose user information Go refuses, and so it must the shown one. */
function shownUserinfo(userinfo: string): string {
  if (userinfo === "") return "";
  const url = parseHttps(`${userinfo}host`);
  if (url.ok || url.fault === "control-character") return `${masked(userinfo)}@`;
  return url.fault === "percent" ? `%${mask}@` : `[${mask}]@`;
}

/** A control character makes the kubelet drop the key, and is no secret. */
function masked(text: string): string {
  return mask + (/\p{Cc}/u.exec(text)?.[0] ?? "");
}

function shownPath(path: string): string {
  if (path.length > pathLimit + 1) return `/${masked(path)}`;
  // What an escaped ? or # hides from the first reading is a query or fragment to the second.
  const hidden = /%(?:25)?(?:3[fF]|23)/.exec(path);
  if (hidden !== null) return shownPath(path.slice(0, hidden.index)) + hidden[0] + mask;
  return path
    .split("/")
    .map((segment) => shownSegment(segment))
    .join("/");
}

function shownSegment(segment: string): string {
  const [whole = "", lead = "", body = "", end = ""] =
    /^([\s\p{Cc}\p{Cf}]{0,4})(.*?)([\s\p{Cc}\p{Cf}]{0,4})$/su.exec(segment) ?? [];
  if (/^[a-z0-9._-]*$/.test(body)) return whole;
  if (body.includes("%")) return shownEscapes(segment);
  // A tag or digest; what stands behind the sign may as well be a password.
  const sign = body.search(/[:@]/);
  const stem = sign < 0 ? body : body.slice(0, sign);
  const readable = /^[A-Za-z0-9._*~-]{0,64}$/.test(stem) && !looksRandom(stem);
  return lead + (readable ? stem : masked(stem)) + (sign < 0 ? "" : (body[sign] ?? "") + mask) + end;
}

function shownEscapes(segment: string): string {
  const url = parseHttps(`host/${segment}`);
  if (!url.ok) return `${mask}%${mask}`;
  return /^\/[a-z0-9._*/-]*$/.test(url.path) ? segment : mask;
}

/** Of query and fragment only that there is one, and what makes the kubelet drop the key. */
function shownTail(tail: string): string {
  const hash = tail.indexOf("#");
  const query = hash < 0 ? tail : tail.slice(0, hash);
  const fragment = hash < 0 ? "" : tail.slice(hash);
  const broken = /%(?![0-9A-Fa-f]{2})/.test(fragment) ? "%" : "";
  return (
    (query.length > 1 ? `?${masked(query)}` : query) + (fragment.length > 1 ? `#${broken}${mask}` : fragment)
  );
}

/**
 * An @ that does not begin a digest at the end, as written or as masked: perhaps a login with a / or ? in it, and then
 * nobody can tell on which side of the @ it stands.
 */
function hasLoginBehindHost(later: string): boolean {
  return /@(?!(?:sha256:[0-9a-f]*|\*{3})$)/.test(later);
}
