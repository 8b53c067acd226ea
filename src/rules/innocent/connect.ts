import { hostOf } from "../facts/listed.ts";
import { type NearHost, nearHost } from "../facts/near-host.ts";
import { meantHost } from "../fix/image.ts";
import { movedClaims } from "../claims/moved-image.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull, type Fix } from "../rule.ts";

/** The host that the message is about: a mirror's or a token server's as well as the image's. */
export function contacted(failed: FailedPull): string {
  return failed.failure.reading.host ?? hostOf(failed);
}

export function nodeOf(failed: FailedPull): string {
  return failed.evidence.pod.node ?? "the node";
}

function person(summary: string): readonly Fix[] {
  return [{ summary, effect: "writes" }];
}

/** Nodes ask their own name servers; names of Services resolve only inside the cluster. */
function clusterName(failed: FailedPull): boolean {
  const host = contacted(failed).replace(/:\d+$/, "");
  return /\.svc(\.|$)/.test(host) || host.endsWith(".cluster.local") || !host.includes(".");
}

/** A registry on somebody's laptop, or in the Pod's own network. */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}

function elsewhere(failed: FailedPull): ReturnType<NonNullable<InnocentRow["claims"]>> {
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
    fixes: (f) =>
      clusterName(f)
        ? person(
            `Use a name or address that the node itself can reach: nodes do not use the cluster's DNS (a NodePort on localhost, a load balancer, or an entry in the runtime's hosts configuration).`,
          )
        : slipped(
            f,
            `Correct the host in the image if it is misspelt; else whoever runs the nodes' name servers makes ${contacted(f)} resolve.`,
          ),
  },
  {
    id: "connect-refused",
    kind: "connect-refused",
    summary: (f) => `Nothing listens at ${contacted(f)}: the connection from node ${nodeOf(f)} was refused.`,
    claims: elsewhere,
    confirm: (f) => `On ${nodeOf(f)}: curl -v https://${contacted(f)}/v2/`,
    fixes: (f) =>
      isLoopback(contacted(f))
        ? person(
            `Use an address that ${nodeOf(f)} can reach: the node pulls, so ${contacted(f)} is the node itself, and neither the Pod nor your own machine.`,
          )
        : person(`Whoever runs ${contacted(f)} starts it, or corrects host and port in the image.`),
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
    fixes: (f) =>
      person(
        `Whoever runs the network gives ${nodeOf(f)} a route, lets the connection through, or gives ${contacted(f)} an address of a family that the node has.`,
      ),
  },
  {
    id: "proxy-failure",
    kind: "proxy-failure",
    summary: (f) =>
      `The HTTP proxy of node ${nodeOf(f)}'s runtime refuses or fails; ${hostOf(f)} itself was never reached.`,
    confirm: (f) =>
      `On ${nodeOf(f)}: look at HTTPS_PROXY and NO_PROXY in the environment of the runtime's service.`,
    fixes: (f) =>
      person(
        `Whoever runs the proxy allows ${hostOf(f)}, or whoever runs the node adds ${hostOf(f)} to the runtime's NO_PROXY and restarts it.`,
      ),
  },
  {
    id: "tls-unknown-authority",
    kind: "tls-unknown-authority",
    summary: (f) => `Node ${nodeOf(f)} does not trust who signed the certificate of ${contacted(f)}.`,
    claims: elsewhere,
    confirm: (f) =>
      `On ${nodeOf(f)}: openssl s_client -connect ${withPort(contacted(f))} -servername ${contacted(f).replace(/:\d+$/, "")} and read the issuer; on a public registry it is an intercepting proxy.`,
    fixes: (f) =>
      person(
        `Whoever runs the node adds that authority for ${contacted(f)} (certs.d of the runtime, or the system's trust store) and restarts the runtime if it needs that.`,
      ),
  },
  {
    id: "tls-hostname-mismatch",
    kind: "tls-hostname-mismatch",
    summary: (f) => `The certificate that ${contacted(f)} shows is for another host.`,
    claims: elsewhere,
    confirm: (f) =>
      `openssl s_client -connect ${withPort(contacted(f))} and read the names; those of an ingress or a router mean that the request went astray.`,
    fixes: (f) =>
      person(
        `Use a host that the certificate names, or whoever runs ${contacted(f)} gets one that names it.`,
      ),
  },
  {
    id: "tls-expired",
    kind: "tls-expired",
    summary: (f) =>
      `The certificate of ${contacted(f)} has expired or is not valid yet, by the clock of node ${nodeOf(f)}.`,
    claims: elsewhere,
    confirm: () =>
      `Compare the two times in the message with the real one: if the node's is wrong, its clock is the fault.`,
    fixes: (f) =>
      person(
        `Whoever runs ${contacted(f)} renews its certificate, or whoever runs ${nodeOf(f)} sets its clock.`,
      ),
  },
  {
    id: "tls-other",
    kind: "tls-other",
    summary: (f) => `TLS between node ${nodeOf(f)} and ${contacted(f)} fails.`,
    claims: elsewhere,
    confirm: (f) => `On ${nodeOf(f)}: openssl s_client -connect ${withPort(contacted(f))}`,
    fixes: (f) =>
      person(
        `Whoever runs ${contacted(f)} or what stands between makes it speak TLS that the node's runtime accepts on that port.`,
      ),
  },
  {
    id: "http-not-https",
    kind: "http-not-https",
    summary: (f) => `${contacted(f)} speaks HTTP where the runtime expects HTTPS.`,
    claims: elsewhere,
    confirm: (f) => `curl -v http://${contacted(f)}/v2/`,
    fixes: (f) =>
      person(
        `Whoever runs the registry gives it TLS, or whoever runs the node declares ${contacted(f)} as plain HTTP in the runtime's registry configuration.`,
      ),
  },
  {
    id: "unexpected-response",
    kind: "unexpected-response",
    summary: (f) => `Something that is no registry answers at ${contacted(f)}.`,
    claims: elsewhere,
    confirm: (f) => `curl -v https://${contacted(f)}/v2/ : a registry answers JSON, with 200 or 401.`,
    fixes: (f) =>
      person(
        `Correct the host in the image, or whoever runs ${contacted(f)} puts the registry, its base URL or the proxy in front of it right.`,
      ),
  },
  {
    id: "registry-server-error",
    kind: "registry-server-error",
    summary: (f) => `${contacted(f)} fails by itself (5xx).`,
    claims: elsewhere,
    confirm: (f) => `Look at the status page or the log of ${contacted(f)}; try again in some minutes.`,
    fixes: (f) => person(`Wait for ${contacted(f)} to recover; whoever runs it looks at its log.`),
  },
];

function withPort(host: string): string {
  return /:\d+$/.test(host) ? host : `${host}:443`;
}
