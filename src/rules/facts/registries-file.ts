import type { FailedPull } from "../rule.ts";
import { distributionOf } from "./distribution.ts";
import { isCrio, isDocker } from "./node-login.ts";

const talos = "the machine configuration (machine.registries.mirrors, since 1.12 RegistryMirrorConfig)";
const containerd = "hosts.toml (certs.d)";

/** What k3s, RKE2 and k3d make containerd's files from. */
function registriesYaml(failed: FailedPull): string | undefined {
  const logins = distributionOf(failed)?.logins;
  return logins?.includes("registries.yaml") === true ? logins : undefined;
}

/** Where the node's runtime reads which hosts it asks for an image, and how. */
export function registriesFile(failed: FailedPull, ofContainerd = containerd): string {
  switch (distributionOf(failed)?.name) {
    case "OpenShift":
      return "registries.conf (from ImageDigestMirrorSet, ImageTagMirrorSet, ICSP)";
    case "Talos":
      return talos;
    default:
      if (isDocker(failed)) return "docker's daemon.json";
      return registriesYaml(failed) ?? (isCrio(failed) ? "registries.conf" : ofContainerd);
  }
}

/**
 * What lets the runtime speak HTTP to a host. Docker's list: moby daemon/config (insecure-registries); CRI-O's:
 * containers-registries.conf(5); OpenShift writes that from image.config.openshift.io.
 */
export function plainHttpEntry(failed: FailedPull, host: string): string {
  switch (distributionOf(failed)?.name) {
    case "OpenShift":
      return `adds ${host} to spec.registrySources.insecureRegistries of image.config.openshift.io/cluster`;
    case "Talos":
      return `gives ${host} itself as a mirror, with the endpoint http://${host}, in ${talos}`;
    case "minikube":
      return `makes the machine anew with minikube start --insecure-registry=${host}`;
    default: {
      if (isDocker(failed))
        return `adds ${host} to insecure-registries in docker's daemon.json and restarts docker`;
      const yaml = registriesYaml(failed);
      if (yaml !== undefined)
        return `gives ${host} itself as a mirror, with the endpoint http://${host}, in ${yaml} and restarts it`;
      return isCrio(failed)
        ? `gives ${host} insecure = true in registries.conf`
        : `gives ${host} the server http://${host} in ${containerd}`;
    }
  }
}

/**
 * A request by HTTP that was answered 400, which is what a port that speaks TLS says to one (Go's net/http, nginx). The
 * scheme is then the node's: no image chooses it.
 */
export function askedPlainly({ failure: { message, reading } }: FailedPull): boolean {
  return reading.status === 400 && /\bhttp:\/\/[^\s"]{1,4096}"?: 400\b/.test(message);
}
