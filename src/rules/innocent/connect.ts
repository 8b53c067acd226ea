import { hostOf } from "../facts/listed.ts";
import { type NearHost, nearHost } from "../facts/near-host.ts";
import { meantHost } from "../fix/image.ts";
import { movedClaims } from "../claims/moved-image.ts";
import { registriesFile, plainHttpEntry } from "../facts/registries-file.ts";
import { isPublicHost, opensToStrangers, takesNoLogins } from "../facts/registry.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull, type Fix } from "../rule.ts";

/** The host that the message is about: a mirror's or a token server's as well as the image's. */
export function contacted(failed: FailedPull): string {
  return failed.failure.reading.host ?? hostOf(failed);
}

export function nodeOf(failed: FailedPull): string {
  return failed.evidence.pod.node ?? "the node";
}

export function person(summary: string): readonly Fix[] {
  return [{ summary, effect: "writes" }];
}

/** Nodes ask their own name servers; names of Services resolve only inside the cluster. */
function clusterName(failed: FailedPull): boolean {
  const host = contacted(failed).replace(/:\d+$/, "");
  return /\.svc(\.|$)/.test(host) || host.endsWith(".cluster.local") || !host.includes(".");
}

/** A registry on somebody's laptop, or in the Pod's own network. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}

export function elsewhere(failed: FailedPull): ReturnType<NonNullable<InnocentRow["claims"]>> {
  const { host, mirror } = failed.failure.reading;
  if (host === undefined || isSameHost(host, hostOf(failed))) return [];
  return [
    claim(
      `The host that failed is ${host}, not ${hostOf(failed)}${mirror === true ? ": a mirror that the node is configured with" : ""}.`,
      failed.failure.ref,
    ),
  ];
}

/** Texts name a host without its port (`lookup HOST`) or with the default one, and Docker Hub by where its manifests are. */
function isSameHost(contacted: string, registry: string): boolean {
  const name = (host: string): string => host.replace(/:\d+$/, "").toLowerCase();
  return (
    name(contacted) === name(registry) ||
    (registry === "docker.io" && /^(?:registry-1|index)\.docker\.io$/.test(name(contacted)))
  );
}

/** Only a host that the image names can be wrong there; Docker Hub is meant where it names none. */
function isNamedByImage(failed: FailedPull): boolean {
  const { reference } = failed.pull;
  return reference.ok && reference.hostGiven && isSameHost(contacted(failed), reference.registry);
}

/** A name that no public name server can know: top-level domains have no hyphen but that of `xn--`. */
function mayBeService(failed: FailedPull): boolean {
  return /^[^.]+\.(?!xn--)[a-z0-9]+-[a-z0-9-]+$/i.test(contacted(failed).replace(/:\d+$/, ""));
}

const outsideCluster =
  "nodes do not use the cluster's DNS (a NodePort on localhost, a load balancer, or an entry in the runtime's hosts configuration)";

/** No name server answered, in Go's words, which tell where a lookup was sent or that it took too long (net/dnsclient_unix.go). */
function silentServer({ failure: { message } }: FailedPull): string | undefined {
  const [, server] =
    /\blookup \S{1,253} on (\[?[0-9A-Fa-f:.]{2,45}\]?:\d{1,5}): (?:dial|read|write) (?:udp|tcp)\b/.exec(
      message,
    ) ?? [];
  if (server !== undefined) return `its name server ${server}, which does not answer`;
  return /\blookup \S{1,253}: i\/o timeout/.test(message)
    ? "its name servers, none of which answers in time"
    : undefined;
}

/** Behind the reference, what the image is made of is fetched from the same host as a rule. */
function resolvedBefore(failed: FailedPull): boolean {
  return failed.failure.reading.stage === "content" && isSameHost(contacted(failed), hostOf(failed));
}

function unresolved(failed: FailedPull): readonly Fix[] {
  const host = contacted(failed);
  const node = nodeOf(failed);
  const server = silentServer(failed);
  if (clusterName(failed))
    return person(`Use a name or address that the node itself can reach: ${outsideCluster}.`);
  if (server !== undefined)
    return person(
      `Whoever runs ${node} looks at ${server}: the address in /etc/resolv.conf, the way there, or the server.`,
    );
  if (resolvedBefore(failed))
    return person(
      `Whoever runs the nodes' name servers looks why ${host} resolves only at times: unless a mirror gave the tag, it resolved for that a moment before.`,
    );
  const own = isPublicHost(host) ? "" : "; the cluster's own DNS has no part in pulls";
  const servers = `whoever runs the nodes' name servers makes ${host} resolve${own}.`;
  // A name that the program knows as a whole is not misspelt; of a cloud's registry, people choose a part themselves.
  const isKnown = opensToStrangers(host) || takesNoLogins(host);
  if (isKnown || !isNamedByImage(failed)) return person(`W${servers.slice(1)}`);
  return [
    ...slipped(failed, `Correct the host in the image if it is misspelt; else ${servers}`),
    ...(mayBeService(failed)
      ? person(
          `If ${host} is a Service of the cluster: use a name or address that the node itself can reach, since ${outsideCluster}.`,
        )
      : []),
  ];
}

/** The address that could not be sent to, in Go's words of a family of addresses that the node has no way for. */
function lackingFamily({ failure: { message } }: FailedPull): "IPv4" | "IPv6" | undefined {
  const [, address] =
    /\bdial (?:tcp|udp) (\S{1,60}): (?:connect|socket|bind): (?:network is unreachable|cannot assign requested address|address family not supported)/.exec(
      message,
    ) ?? [];
  if (address === undefined) return undefined;
  return address.startsWith("[") ? "IPv6" : "IPv4";
}

function unroutable(failed: FailedPull): string {
  const node = nodeOf(failed);
  switch (lackingFamily(failed)) {
    case "IPv4":
      return `Whoever runs the network gives ${node} a route to IPv4 addresses, or lets the connection through; a node that has IPv6 alone needs NAT64, a proxy, or a registry that has IPv6 too.`;
    case "IPv6":
      return `Whoever runs the network gives ${node} a route to IPv6 addresses, lets the connection through, or has ${node}'s name servers give the IPv4 address of ${contacted(failed)}.`;
    default:
      return `Whoever runs the network gives ${node} a route, or lets the connection through.`;
  }
}

function refused(failed: FailedPull): string {
  const host = contacted(failed);
  if (isLoopback(host))
    return `Use an address that ${nodeOf(failed)} can reach: the node pulls, so ${host} is the node itself, and neither the Pod nor your own machine. Or start there what is to listen, if the node has a proxy or a registry of its own.`;
  if (isNamedByImage(failed))
    return `Whoever runs ${host} starts it, or corrects host and port in the image.`;
  return isSameHost(host, hostOf(failed))
    ? `Whoever runs the network lets ${nodeOf(failed)} reach ${host}: something on the way refuses, or the node has a false address for it.`
    : `Whoever runs the network lets ${nodeOf(failed)} reach ${host}, or whoever runs ${hostOf(failed)}, which sends the node there, names a host that the node reaches.`;
}

/** What serves pages where a registry was meant: of a host that the image names, or of whatever stands in its place. */
function strange(failed: FailedPull): readonly Fix[] {
  const host = contacted(failed);
  const node = nodeOf(failed);
  const cause =
    isNamedByImage(failed) && !isPublicHost(host)
      ? `Correct the host in the image, or whoever runs ${host} puts the registry, its base URL or the proxy in front of it right.`
      : `Whoever runs ${node} looks at what answers there in place of ${host}: a mirror or a server with a wrong address in ${registriesFile(failed)}, a proxy or a portal.`;
  const stored = /unexpected media type "?text\//.test(failed.failure.message)
    ? ` Then whoever runs ${node} removes the page, which it has stored as the image: crictl rmi ${failed.pull.image.image}`
    : "";
  return person(`${cause}${stored}`);
}

/** Of the image's own host, not of a mirror. */
function slipOf(failed: FailedPull): NearHost | undefined {
  return isSameHost(contacted(failed), hostOf(failed)) ? nearHost(failed) : undefined;
}

function slipClaims(failed: FailedPull): ReturnType<NonNullable<InnocentRow["claims"]>> {
  const slip = slipOf(failed);
  return slip === undefined ? [] : [slip.claim];
}

/** Where the host that was meant is known, its image goes first. */
function slipped(failed: FailedPull, otherwise: string): readonly Fix[] {
  const slip = slipOf(failed);
  return slip === undefined ? person(otherwise) : [meantHost(failed, slip), ...person(otherwise)];
}

export const connectRows: readonly InnocentRow[] = [
  {
    id: "dns-failure",
    kind: "dns-failure",
    summary: (f) =>
      `Node ${nodeOf(f)} cannot resolve ${contacted(f)}${clusterName(f) ? ", a name that only the cluster's own DNS could know" : ""}.`,
    claims: (f) => [...elsewhere(f), ...slipClaims(f), ...movedClaims(f)],
    confirm: (f) => `On ${nodeOf(f)}: getent hosts ${contacted(f).replace(/:\d+$/, "")}`,
    fixes: unresolved,
  },
  {
    id: "connect-refused",
    kind: "connect-refused",
    summary: (f) => `Nothing listens at ${contacted(f)}: the connection from node ${nodeOf(f)} was refused.`,
    claims: elsewhere,
    confirm: (f) => `On ${nodeOf(f)}: curl -v https://${contacted(f)}/v2/`,
    fixes: (f) => person(refused(f)),
  },
  {
    id: "connect-timeout",
    kind: "connect-timeout",
    summary: (f) => `${contacted(f)} does not answer node ${nodeOf(f)}.`,
    claims: elsewhere,
    confirm: (f) => `On ${nodeOf(f)}: curl -v --max-time 20 https://${contacted(f)}/v2/`,
    fixes: (f) =>
      person(
        `Whoever runs the network lets ${nodeOf(f)} reach ${contacted(f)} on its port: firewall, route, NAT, private endpoint, or proxy settings of the runtime.`,
      ),
  },
  {
    id: "network-unreachable",
    kind: "network-unreachable",
    summary: (f) =>
      `Node ${nodeOf(f)} cannot send to ${contacted(f)}: it has no route, or a firewall refuses.`,
    claims: elsewhere,
    confirm: (f) =>
      `On ${nodeOf(f)}: ip route get to the address in the message; an IPv6 address on a node without IPv6 is the usual reason.`,
    fixes: (f) => person(unroutable(f)),
  },
  {
    id: "http-not-https",
    kind: "http-not-https",
    summary: (f) => `${contacted(f)} speaks HTTP where the runtime expects HTTPS.`,
    claims: elsewhere,
    confirm: (f) => `curl -v http://${contacted(f)}/v2/`,
    fixes: (f) =>
      person(
        `Whoever runs the registry gives it TLS, or whoever runs the node ${plainHttpEntry(f, contacted(f))}.`,
      ),
  },
  {
    id: "unexpected-response",
    kind: "unexpected-response",
    summary: (f) =>
      `Something that is no registry answers ${isPublicHost(contacted(f)) ? "in place of" : "at"} ${contacted(f)}.`,
    claims: elsewhere,
    confirm: (f) => `curl -v https://${contacted(f)}/v2/ : a registry answers JSON, with 200 or 401.`,
    fixes: strange,
  },
];
