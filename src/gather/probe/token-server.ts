import { isIP } from "node:net";

import type { ProbeOptions } from "./registries.ts";

/**
 * The token server that a challenge names, or why nothing is asked of it: over plain HTTP everybody on the way would read the login.
 * A registry that is asked by plain HTTP itself may have its token server beside it.
 */
export function tokenServerOf(realm: string, registry: URL): URL | undefined {
  let url: URL;
  try {
    url = new URL(realm);
  } catch {
    return undefined;
  }
  if (url.username !== "" || url.password !== "" || url.hostname === "") return undefined;
  url.hash = "";
  const plain = url.protocol === "http:" && registry.protocol === "http:" && url.host === registry.host;
  return url.protocol === "https:" || plain ? url : undefined;
}

/**
 * Token servers of another name that are known to be a registry's own. Everybody else's registry and token server are of one
 * host, or of one domain.
 */
const knownPairs: readonly (readonly [registry: RegExp, tokenServer: RegExp])[] = [
  [/^registry-1\.docker\.io$/, /^auth\.docker\.io$/],
  [/^registry\.gitlab\.com$/, /^gitlab\.com$/],
  [/^registry\.digitalocean\.com$/, /^api\.digitalocean\.com$/],
  [
    /^registry(?:-[a-z]+)?\.([a-z0-9-]+)\.aliyuncs\.com$/,
    /^dockerauth(?:-[a-z]+)?\.([a-z0-9-]+)\.aliyuncs\.com$/,
  ],
  [
    /^[a-z0-9-]+-registry(?:-[a-z]+)?\.([a-z0-9-]+)\.cr\.aliyuncs\.com$/,
    /^dockerauth(?:-[a-z]+)?\.([a-z0-9-]+)\.aliyuncs\.com$/,
  ],
  [/^rg\.[a-z]+-[a-z]+\.scw\.cloud$/, /^api\.scaleway\.com$/],
];

/**
 * Whether a token server may have the login that is for the registry: on the registry's own host and port, one of a known pair, a neighbour
 * under the registry's own domain, or one that the user names. Who runs a registry could ask for its login directly; a domain that
 * strangers share is nobody's own.
 */
export function mayHaveLogin(tokenServer: URL, registry: URL, { trustRealm }: ProbeOptions): boolean {
  const same = tokenServer.origin === registry.origin;
  if (
    same ||
    trustRealm.some(
      (host) => host.toLowerCase() === tokenServer.host || host.toLowerCase() === tokenServer.hostname,
    )
  )
    return true;
  if (tokenServer.protocol !== "https:" || registry.protocol !== "https:") return false;
  const [server, own] = [tokenServer.hostname, registry.hostname];
  if (tokenServer.port !== "") return false;
  return knownPairs.some(([a, b]) => pairs(a.exec(own), b.exec(server))) || areNeighbours(server, own);
}

/** Both fit, and are of one region where they name one. */
function pairs(own: RegExpExecArray | null, server: RegExpExecArray | null): boolean {
  return own !== null && server !== null && own[1] === server[1];
}

/** Suffixes under which strangers have their hosts; of clouds and of countries' registries of names. */
const shared =
  /^(?:(?:ac|co|com|edu|gob|gov|gouv|go|id|info|ltd|me|mil|ne|net|nom|or|org|plc|sch|web)\.[a-z]{2}|[a-z]{2}\.(?:com|net|org)|azurecr\.(?:io|cn|us|de)|.*amazonaws\.com(?:\.cn)?|.*\.aws|.*aliyuncs\.com|pkg\.dev|gcr\.io|run\.app|jfrog\.io|ocir\.io|icr\.io|.*\.scw\.cloud|cr\.de-fra\.ionos\.com|myhuaweicloud\.com|tencentcloudcr\.com|(?:github|gitlab|gitbook|codeberg)\.(?:io|dev|page)|githubusercontent\.com|(?:web|vercel|netlify|ondigitalocean)\.app|deno\.dev|herokuapp\.com|azurewebsites\.net|azurecontainer\.io|.*cloudapp\.(?:net|azure\.com)|windows\.net|cloudfront\.net|fastly\.net|akamaized\.net|b-cdn\.net|ngrok\.io|ngrok-free\.app|(?:nip|sslip|xip)\.io|duckdns\.org|dyndns\.org|no-ip\.org|ddns\.net|onrender\.com|fly\.dev|trycloudflare\.com|workers\.dev|pages\.dev|github\.dev|gitpod\.io|local|internal|svc|cluster\.local|svc\.cluster\.local)$/;

/** `registry.acme.example` and `auth.acme.example`, or `acme.example` itself. */
function areNeighbours(server: string, own: string): boolean {
  if (isIP(server) !== 0 || isIP(own) !== 0 || server.includes(":") || own.includes(":")) return false;
  const domain = own.split(".").slice(1).join(".");
  if (domain.split(".").length < 2 || shared.test(domain)) return false;
  return server === domain || server.split(".").slice(1).join(".") === domain || server.endsWith(`.${own}`);
}
