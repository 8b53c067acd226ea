/**
 * URLs as Go's net/url reads them (1.26), as far as the keyring needs it: `https://` before a registry key. Not the
 * WHATWG URL, which lower-cases hosts, drops default ports and resolves dots.
 */
export type GoUrl =
  | {
      readonly ok: true;
      /** Host with port, as written. */ readonly host: string;
      /** Percent-decoded. */ readonly path: string;
    }
  | { readonly ok: false; readonly fault: UrlFault };

export type UrlFault = "control-character" | "host-character" | "port" | "brackets" | "userinfo" | "percent";

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;
const optionalPort = /^(?::\d*)?$/;
const userinfoPattern = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
/** What may stand in a host unescaped: unreserved and sub-delims, and what Go tolerates beside. Bytes above ASCII pass. */
const hostPattern = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]|%25|%[89A-Fa-f][0-9A-Fa-f]|[^\u0000-\u007f])*$/;
const percentPattern = /%(?![0-9A-Fa-f]{2})/;

/** Parses `https://` + `rest`. */
export function parseHttps(rest: string): GoUrl {
  const hash = rest.indexOf("#");
  const beforeFragment = hash < 0 ? rest : rest.slice(0, hash);
  if (control.test(beforeFragment)) return { ok: false, fault: "control-character" };
  const withoutQuery = beforeFragment.split("?")[0] ?? "";
  const slash = withoutQuery.indexOf("/");
  const authority = slash < 0 ? withoutQuery : withoutQuery.slice(0, slash);
  const path = slash < 0 ? "" : withoutQuery.slice(slash);
  const at = authority.lastIndexOf("@");
  const host = at < 0 ? authority : authority.slice(at + 1);
  const fault = hostFault(host);
  if (fault !== undefined) return { ok: false, fault };
  if (at >= 0 && !userinfoPattern.test(authority.slice(0, at))) return { ok: false, fault: "userinfo" };
  const escaped = [at < 0 ? "" : authority.slice(0, at), path, hash < 0 ? "" : rest.slice(hash + 1)];
  if (escaped.some((part) => percentPattern.test(part))) return { ok: false, fault: "percent" };
  return { ok: true, host: percentDecode(host), path: percentDecode(path) };
}

function hostFault(host: string): UrlFault | undefined {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return "brackets";
  if (bracket === 0) {
    const end = host.lastIndexOf("]");
    if (end < 0 || !isIpv6(host.slice(1, end))) return "brackets";
    return optionalPort.test(host.slice(end + 1)) ? undefined : "port";
  }
  // The first colon: a host may not contain any other (GODEBUG urlstrictcolons, on by default).
  const colon = host.indexOf(":");
  if (colon >= 0 && !optionalPort.test(host.slice(colon))) return "port";
  return hostPattern.test(host) ? undefined : "host-character";
}

/** netip.ParseAddr for what can stand in brackets; zones are not told apart, no image can have one. */
function isIpv6(text: string): boolean {
  const address = text.split("%25")[0] ?? "";
  const halves = address.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const embedded = /^\d{1,3}(\.\d{1,3}){3}$/.test(last);
  const plain = embedded ? groups.slice(0, -1) : groups;
  const length = plain.length + (embedded ? 2 : 0);
  if (!plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? length < 8 : length === 8;
}

/** Bytes as code units: nothing an image can be called lies above ASCII, so more is never compared. */
function percentDecode(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** A registry key's host and path, as the keyring indexes it (pkg/credentialprovider/keyring.go Add, 1.26-1.36). */
export type IndexKey =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly fault: UrlFault };

export function indexKeyOf(registryKey: string): IndexKey {
  const scheme = /^https?:\/\//.exec(registryKey)?.[0] ?? "";
  const url = parseHttps(registryKey.slice(scheme.length));
  if (!url.ok) return url;
  // Docker wrote https://index.docker.io/v1/, and /v2/ is treated alike; without the last slash it stays a path.
  const path = /^\/v[12]\//.test(url.path) ? url.path.slice(3) : url.path;
  return { ok: true, key: path === "" || path === "/" ? url.host : url.host + path };
}

export interface HostParts {
  readonly labels: readonly string[];
  readonly port: string;
}

/** net.SplitHostPort, and the whole host where that fails. */
export function splitHost(host: string): HostParts {
  const bracketed = /^\[([^[\]]*)\]:(.*)$/.exec(host);
  if (bracketed !== null) return { labels: (bracketed[1] ?? "").split("."), port: bracketed[2] ?? "" };
  const colon = host.indexOf(":");
  if (colon < 0 || host.startsWith("[") || host.indexOf(":", colon + 1) >= 0)
    return { labels: host.split("."), port: "" };
  return { labels: host.slice(0, colon).split("."), port: host.slice(colon + 1) };
}

/** filepath.Match for one host label: `*` is any run; classes cannot occur, since brackets end in a parse error. */
export function labelMatches(pattern: string, label: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (pattern.includes("[") || pattern.includes("\\")) return false;
  if (rest.length === 0) return pattern === label;
  if (!label.startsWith(first)) return false;
  let index = first.length;
  const last = rest.pop() ?? "";
  for (const part of rest) {
    const found = label.indexOf(part, index);
    if (found < 0) return false;
    index = found + part.length;
  }
  return label.length - last.length >= index && label.endsWith(last);
}
