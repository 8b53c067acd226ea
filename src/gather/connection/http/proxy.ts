import { BlockList, isIP } from "node:net";

import type { Environment } from "../environment.ts";
import { quoted } from "../answer/go-words.ts";
import { hostOf, type ServerUrl, userInfoOf } from "./server-url.ts";

/** A proxy on the way to the API server. */
export interface Proxy {
  readonly scheme: "http" | "https" | "socks5";
  readonly host: string;
  readonly port: number;
  readonly userInfo?: { readonly username: string; readonly password: string };
}

const usualPorts = { http: 80, https: 443, socks5: 1080 } as const;
const isScheme = (word: string): word is Proxy["scheme"] => Object.hasOwn(usualPorts, word);

/** What client-go says against a `proxy-url`; undefined when it takes it. clientcmd/helpers.go (parseProxyURL), client-go 0.36. */
export function proxyComplaint(url: string): string | undefined {
  const [, scheme = ""] = /^([A-Za-z][\w+.-]*):/.exec(url) ?? [];
  if (scheme === "" && /^[^/]*:/.test(url)) return "could not parse";
  if (!isScheme(scheme.toLowerCase()))
    return `unsupported scheme ${quoted(scheme)}, must be http, https, or socks5`;
  return parseProxy(url) === undefined ? "could not parse" : undefined;
}

function parseProxy(address: string): Proxy | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  const scheme = url.protocol.slice(0, -1);
  if (!isScheme(scheme) || url.hostname === "") return undefined;
  const userInfo = userInfoOf(url);
  return {
    scheme,
    host: hostOf(url),
    port: url.port === "" ? usualPorts[scheme] : Number(url.port),
    ...(userInfo === undefined ? {} : { userInfo }),
  };
}

/** A proxy of the environment: an address without a known scheme is one of an HTTP proxy. */
function environmentProxy(address: string): Proxy | undefined {
  return (
    (/^(https?|socks5):\/\//i.test(address) ? parseProxy(address) : undefined) ??
    parseProxy(`http://${address}`)
  );
}

function within(address: string, network: string, prefix: number): boolean {
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) === 0 || prefix > (family === "ipv6" ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function isLoopback(host: string): boolean {
  return (
    host === "localhost" || (isIP(host) !== 0 && (within(host, "127.0.0.0", 8) || within(host, "::1", 128)))
  );
}

/** Whether one entry of NO_PROXY covers a host: `*`, CIDR, address, name with its subdomains, `.name` for these alone, each with `:port`. */
function covers(entry: string, host: string, port: number): boolean {
  if (entry === "*") return true;
  const [, network, prefix] = /^(.*)\/(\d+)$/.exec(entry) ?? [];
  if (network !== undefined && isIP(network) !== 0)
    return isIP(host) !== 0 && within(host, network, Number(prefix));
  const [, name = entry, entryPort] = isIP(entry) === 6 ? [] : (/^(.*):(\d*)$/.exec(entry) ?? []);
  if (entryPort !== undefined && entryPort !== "" && Number(entryPort) !== port) return false;
  const bare = name.replace(/^\[(.*)\]$/, "$1");
  if (bare === "") return false;
  if (isIP(bare) !== 0) return isIP(host) !== 0 && within(host, bare, isIP(bare) === 6 ? 128 : 32);
  const suffix = bare.startsWith("*.") ? bare.slice(1) : bare;
  return suffix.startsWith(".") ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

/**
 * The proxy for a server, or undefined: the cluster's own `proxy-url` always, else what Go's httpproxy makes of the environment
 * (golang.org/x/net/http/httpproxy): HTTPS_PROXY or HTTP_PROXY by the server's scheme, never for localhost and loopback addresses.
 * Returns a complaint as a string.
 */
export function proxyFor(
  server: ServerUrl,
  proxyUrl: string | undefined,
  environment: Environment,
): Proxy | string | undefined {
  if (proxyUrl !== undefined) return parseProxy(proxyUrl);
  const { env } = environment;
  const any = (name: string): string => env[name] || env[name.toLowerCase()] || "";
  const address = any(server.secure ? "HTTPS_PROXY" : "HTTP_PROXY");
  const proxy = address === "" ? undefined : environmentProxy(address);
  if (proxy === undefined) return undefined;
  if (!server.secure && env["REQUEST_METHOD"])
    return "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy";
  const host = server.host.toLowerCase();
  const exceptions = any("NO_PROXY")
    .toLowerCase()
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (isLoopback(host) || exceptions.some((entry) => covers(entry, host, server.port))) return undefined;
  return proxy;
}
