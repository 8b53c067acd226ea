/** Hosts with a dot, a port or a wildcard, or localhost: nothing else can match an image but by accident. */
const hostLike =
  /^(?:localhost|[A-Za-z0-9_*-]+(?:\.[A-Za-z0-9_*-]*)+|[A-Za-z*]*\*[A-Za-z*]*|\[[0-9A-Fa-f:.]+\])(?::[0-9A-Za-z*]{0,6})?$|^[A-Za-z0-9_*-]+:\d{1,5}$/;
const limit = 255;
const placeholder = "(no registry)";

/**
 * A registry key as it may be shown. People paste logins into the wrong place: `https://user:password@host`, a query
 * with a token, a password where the key should be. User information, query and fragment are replaced so that the
 * kubelet would treat the key just the same; what has no host in it is not shown at all.
 */
export function shownRegistryKey(key: string): string {
  if (key.length > limit) return placeholder;
  const scheme = /^\s*(?:[A-Za-z][A-Za-z0-9+.-]{0,9}:)?\/\//.exec(key)?.[0] ?? "";
  const rest = key.slice(scheme.length);
  const slash = rest.search(/[/?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const tail = slash < 0 ? "" : rest.slice(slash);
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  const bare = host.trim();
  const isTemplate = /^\{\{\s*\.?[A-Za-z.]{1,60}\s*\}\}$|^\$\{?[A-Za-z_]{1,60}\}?$/.test(bare);
  if (!hostLike.test(bare) && !isTemplate) return placeholder;
  const user =
    at < 0
      ? ""
      : /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))
        ? "redacted@"
        : "<redacted>@";
  return scheme + user + host + shownTail(tail);
}

/** The path stays; of query and fragment only that there is one, and whether it spoils the key. */
function shownTail(tail: string): string {
  const cut = tail.search(/[?#]/);
  if (cut < 0) return tail;
  const hash = tail.indexOf("#");
  const spoilt = hash >= 0 && /%(?![0-9A-Fa-f]{2})/.test(tail.slice(hash + 1));
  return `${tail.slice(0, cut)}${tail[cut] ?? ""}redacted${spoilt ? "#%" : ""}`;
}
