import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

import { dialFailure } from "../connection/answer/transport-failure.ts";
import type { Environment } from "../connection/environment.ts";
import { type Proxy, proxyFor } from "../connection/http/proxy.ts";
import { type AddressClass, classOf } from "./address.ts";

/** A host with its port, and where requests to it go: an address that was checked is the one that is dialled. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** What is dialled; behind a proxy the name, which the proxy resolves. */
  readonly address: string;
  readonly proxy?: Proxy;
}

/** Names of metadata services, where a proxy would resolve them. */
const metadataNames = /^(?:metadata(?:\.google(?:\.internal)?)?|instance-data(?:\.ec2\.internal)?)\.?$/i;

export const hostNameOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");
export const portOf = (url: URL): number =>
  url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);

/**
 * Where a URL leads, or undefined where nothing is sent. `own` is the registry that was asked for: a name of its own may lead to this machine,
 * as in a test set-up, and then others may lead to the same address; nobody's may lead to what only machines ask. Rejects with
 * TransportFailure where the name has no address.
 */
export async function placeOf(
  url: URL,
  own: Place | "itself",
  environment: Environment,
  addresses: (host: string) => Promise<readonly string[]> = addressesOf,
): Promise<Place | undefined> {
  const host = hostNameOf(url);
  const port = portOf(url);
  const proxy = proxyFor({ secure: url.protocol === "https:", host, port, path: "" }, undefined, environment);
  const literal = isIP(host) !== 0;
  if (metadataNames.test(host) || (own === "itself" && isThisMachine(host))) return undefined;
  if (proxy !== undefined && typeof proxy !== "string")
    return literal && classOf(host) !== "usual" ? undefined : { host, port, address: host, proxy };
  const found = literal ? [host] : await resolved(host, port, addresses);
  const address = found.find((one) => isAllowed(one, own));
  return address === undefined ? undefined : { host, port, address };
}

/** The node's own localhost is another than ours. */
export function isThisMachine(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host) || (isIP(host) !== 0 && classOf(host) === "machine");
}

function isAllowed(address: string, own: Place | "itself"): boolean {
  const kind: AddressClass = classOf(address);
  return kind === "usual" || (kind === "machine" && (own === "itself" || own.address === address));
}

async function resolved(
  host: string,
  port: number,
  addresses: (host: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    return await addresses(host);
  } catch (error) {
    throw dialFailure(error, host, port);
  }
}

async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, order: "ipv4first" });
  return found.map(({ address }) => address);
}
