import { quoted } from "../answer/go-words.ts";

/** Where the API server is. */
export interface ServerUrl {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Prefix of every path, without a slash at the end: front ends serve several clusters below one host. */
  readonly path: string;
  /** User and password of the URL, for an Authorization header; they win over every other credential. */
  readonly userInfo?: { readonly username: string; readonly password: string };
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** User and password of a URL, decoded; undefined when it has none. */
export function userInfoOf(url: URL): { readonly username: string; readonly password: string } | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return { username: decoded(url.username), password: decoded(url.password) };
}

/** The host of a URL without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");

/** host:port, with brackets around IPv6. */
export const hostPort = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * The server of a kubeconfig. Without a scheme it is plain HTTP, whatever certificates are configured. Returns kubectl's complaint as a string.
 * rest/url_utils.go (DefaultServerURL) and clientcmd/client_config.go, client-go 0.36.
 */
export function parseServerUrl(server: string): ServerUrl | string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(server);
  const refused = `host must be a URL or a host:port pair: ${quoted(withoutUserInfo(server))}`;
  if (!withScheme && /\/./.test(server)) return refused;
  let url: URL;
  try {
    url = new URL(withScheme ? server : `http://${server}`);
  } catch {
    return refused;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return `unsupported protocol scheme ${quoted(url.protocol.slice(0, -1))}`;
  const secure = url.protocol === "https:";
  const userInfo = userInfoOf(url);
  return {
    secure,
    host: hostOf(url),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    path: url.pathname.replace(/\/+$/, ""),
    ...(userInfo === undefined ? {} : { userInfo }),
  };
}

/** A URL to show: user and password are left out. What is no proper URL may hold them anywhere in front of an @. */
export function withoutUserInfo(url: string): string {
  return isUrl(url)
    ? url.replace(/^([^/?#]*\/\/)?[^/?#]*@/, "$1")
    : url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)?.*@/s, "$1");
}

function isUrl(url: string): boolean {
  return URL.canParse(/^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`);
}

/** The server as it is shown: scheme, host, port where it is not the scheme's own, path. */
export function showServer({ secure, host, port, path }: ServerUrl): string {
  const usual = port === (secure ? 443 : 80);
  const shown = host.includes(":") ? `[${host}]` : host;
  return `${secure ? "https" : "http"}://${shown}${usual ? "" : `:${port}`}${path}`;
}
