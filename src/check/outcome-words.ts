import type { ProbeStop } from "../evidence/registry-probe.ts";
import type { Pull } from "../pull/pull.ts";

/** Where no cause is foretold: what was met, in words. */
export function outcomeWords({ probe, reference }: Pull): string {
  const host = reference.ok ? reference.registry : "";
  switch (probe?.reading.outcome) {
    case "unreached":
      return `${host} could not be reached from this machine; a node may reach it.`;
    case "address-refused":
      return `${host} refuses this machine's address; a node has another.`;
    case "everybody-refused":
      return `${host} refuses whoever asks from this machine.`;
    case "rate-limited":
      return `${host} lets this machine ask no more for now; a node has another address.`;
    case "not-a-registry":
      return `What answers at ${host} is no registry, from this machine.`;
    case "not-asked":
      return notAsked(probe.probe.stopped, host);
    case "content-missing":
      return `${host} has the tag and lacks a part of the image.`;
    case "content-refused":
    case "content-unreached":
      return `${host} has the tag; its content could not be got from this machine.`;
    case "login-wanted":
      return `${host} wants a login; the Pod brings none, and whether the node does is not known.`;
    default:
      return `${host} did not decide it.`;
  }
}

function notAsked(stop: ProbeStop | undefined, registry: string): string {
  const host = stop?.host ?? registry;
  switch (stop?.why) {
    case "own-host":
      return `${registry} is to every node the node itself: this machine cannot ask it.`;
    case "unsafe-address":
      return `${host} was not asked: it leads to an address that nothing is sent to, of this machine, its link or a metadata service.`;
    case "foreign-realm":
      return `${registry} sends logins to ${host}, of another domain: with --trust-realm ${host} it is asked.`;
    case "unsafe-realm":
      return `${registry} names a token server to which no login should be sent; the node's runtime sends it there.`;
    case "unsafe-redirect":
    case "redirects":
      return `${registry} redirects to where nothing is sent.`;
    case "unknown-challenge":
      return `${registry} asks for a login in a way that no runtime knows.`;
    case "invalid-reference":
      return `${registry} is no host that could be asked from here.`;
    case "no-keyring":
      return "A pull secret cannot be decoded, so the kubelet asks nothing.";
    case "time":
    case "cancelled":
    case undefined:
      return `${registry} was not asked to the end: it took too long.`;
  }
}
