/**
 * A URL as Go's net/url reads it (1.26): nothing is lower-cased, no port is dropped, no dots are resolved. Not the WHATWG
 * URL, which does all three.
 */
export type GoUrl =
  | {
      readonly ok: true;
      /** With the port, as written. */
      readonly host: string;
      /** Percent-decoded; bytes above ASCII become one character each. */
      readonly path: string;
    }
  | { readonly ok: false; readonly fault: UrlFault };

/** Why Go refuses a URL. */
export type UrlFault = "control-character" | "host-character" | "port" | "brackets" | "userinfo" | "percent";

const control = /[\u0000-\u001f\u007f]/;
const optionalPort = /^(?::[0-9]*)?$/;
const userinfoCharacters = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
/** Go tolerates more in a host than RFC 3986: quotes, angle and square brackets, and every byte above ASCII. */
const hostCharacters = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\u0080-\uffff]|%25|%[89A-Fa-f][0-9A-Fa-f])*$/;
const brokenPercent = /%(?![0-9A-Fa-f]{2})/;

/** Reads `https://` + rest. The order of the checks is Go's and decides which fault is named. */
export function parseHttps(rest: string): GoUrl {
  const [beforeFragment, fragment = ""] = cut(rest, "#");
  if (control.test(beforeFragment)) return { ok: false, fault: "control-character" };
  const [address] = cut(beforeFragment, "?");
  const slash = address.indexOf("/");
  const authority = slash < 0 ? address : address.slice(0, slash);
  const path = slash < 0 ? "" : address.slice(slash);
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  const userinfo = authority.slice(0, Math.max(at, 0));
  const fault = hostFault(host);
  if (fault !== undefined) return { ok: false, fault };
  if (!userinfoCharacters.test(userinfo)) return { ok: false, fault: "userinfo" };
  if ([userinfo, path, fragment].some((part) => brokenPercent.test(part)))
    return { ok: false, fault: "percent" };
  return { ok: true, host: percentDecode(host), path: percentDecode(path) };
}

function cut(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function hostFault(host: string): UrlFault | undefined {
  const bracket = host.lastIndexOf("[");
  // Since Go 1.26 brackets may only hold an IPv6 address, so a pattern with a character class is refused.
  if (bracket > 0) return "brackets";
  if (bracket === 0) {
    const end = host.lastIndexOf("]");
    if (end < 0) return "brackets";
    if (!optionalPort.test(host.slice(end + 1))) return "port";
    return isIpv6(host.slice(1, end)) ? undefined : "brackets";
  }
  // The first colon: a second one makes the port no number (GODEBUG urlstrictcolons, on by default).
  const colon = host.indexOf(":");
  if (colon >= 0 && !optionalPort.test(host.slice(colon))) return "port";
  if (hostCharacters.test(host)) return undefined;
  return brokenPercent.test(host) ? "percent" : "host-character";
}

const octet = /^(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$/;

/** netip.ParseAddr. What stands behind a zone's %25 is not looked at: no image's host can have a zone. */
function isIpv6(text: string): boolean {
  const [address = "", ...zone] = text.split("%25");
  if (zone.join("") === "" && zone.length > 0) return false;
  const halves = address.split("::");
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const embedded = groups.at(-1)?.split(".") ?? [];
  const hasIpv4 = embedded.length === 4 && embedded.every((number) => octet.test(number));
  const plain = hasIpv4 ? groups.slice(0, -1) : groups;
  const length = plain.length + (hasIpv4 ? 2 : 0);
  if (halves.length > 2 || !plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? length < 8 : length === 8;
}

function percentDecode(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/**
 * The text under which the kubelet's keyring files a registry key (pkg/credentialprovider/keyring.go Add, 1.26-1.36):
 * host and path, without scheme, user and query. Docker wrote `https://index.docker.io/v1/`, so a path that begins with
 * `/v1/` or `/v2/` loses that; without the second slash it stays a path.
 */
export function indexKeyOf(
  registryKey: string,
): { readonly ok: true; readonly key: string } | { readonly ok: false; readonly fault: UrlFault } {
  const url = parseHttps(registryKey.replace(/^https?:\/\//, ""));
  if (!url.ok) return url;
  const path = /^\/v[12]\//.test(url.path) ? url.path.slice(3) : url.path;
  return { ok: true, key: path === "" || path === "/" ? url.host : url.host + path };
}
