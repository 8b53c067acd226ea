import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as tls from "node:tls";

import { ConnectionError } from "../connection-error.ts";
import type { Environment } from "../environment.ts";
import { errorCode } from "../answer/go-words.ts";
import type { Cluster, User } from "../kubeconfig/entries.ts";

/** A client certificate with its key, as PEM. */
export interface ClientCertificate {
  readonly certificate: Buffer | string;
  readonly key: Buffer | string;
}

const certificates = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

// Where Go looks on Linux: crypto/x509 root_linux.go, Go 1.26.
const bundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
const folders = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

/**
 * The system's roots as Go finds them: on Linux the first bundle that can be read and all files of the certificate folders, either
 * replaced by SSL_CERT_FILE and SSL_CERT_DIR; elsewhere the system's store. Node's own roots only where a system has none.
 */
export function systemRoots(environment: Environment): string[] {
  if (environment.platform !== "linux") return tls.getCACertificates("system");
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: list } = environment.env;
  const read = (path: string): string[] | undefined => {
    try {
      return environment.readFile(path).toString("latin1").match(certificates) ?? [];
    } catch {
      return undefined;
    }
  };
  const found = new Set<string>();
  for (const path of file ? [file] : bundles) {
    const some = read(path);
    for (const one of some ?? []) found.add(one);
    if (some !== undefined) break;
  }
  for (const folder of list ? list.split(":") : folders)
    for (const name of names(folder, Boolean(list)))
      for (const one of read(join(folder, name)) ?? []) found.add(one);
  return found.size > 0 || file || list ? [...found] : tls.getCACertificates("bundled");
}

function names(folder: string, links: boolean): string[] {
  try {
    // In a system's own folder the hash links of OpenSSL repeat what stands beside them.
    return readdirSync(folder).filter((name) => links || !/^[0-9a-f]{8}\.\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Reads the cluster's authorities; undefined means the system's. Throws ConnectionError in kubectl's words. */
function authorities(cluster: Cluster, environment: Environment): string[] | undefined {
  const file = cluster.certificateAuthority;
  const data =
    cluster.certificateAuthorityData ?? (file === undefined ? undefined : environment.readFile(file));
  if (data === undefined) return undefined;
  if (cluster.insecureSkipTlsVerify === true)
    throw new ConnectionError(
      "error: specifying a root certificates file with the insecure flag is not allowed",
    );
  const found = data.toString("latin1").match(certificates);
  // An empty file trusts nobody; it does not bring the system's roots back.
  if (found === null && data.length > 0)
    throw new ConnectionError("error: unable to load root certificates: unable to parse bytes as PEM block");
  return found ?? [];
}

/** The client certificate of a user: data wins over files. */
export function clientCertificateOf(user: User, environment: Environment): ClientCertificate | undefined {
  const read = (path: string | undefined): Buffer | undefined =>
    path === undefined ? undefined : environment.readFile(path);
  const certificate = user.clientCertificateData ?? read(user.clientCertificate);
  const key = user.clientKeyData ?? read(user.clientKey);
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

/**
 * Nobody is trusted by default, since `ca` is always given. Node would still read all its roots, and those of NODE_EXTRA_CA_CERTS and SSL_CERT_FILE,
 * to compare the store of a context with them (crypto_context.cc, GetCertStoreOwnedByThisSecureContext, Node 24.21): 8 ms. Node 22.19 and 24.5 on.
 */
export function withoutNodesRoots(): void {
  const { setDefaultCACertificates } = tls as {
    setDefaultCACertificates?: (roots: readonly string[]) => void;
  };
  setDefaultCACertificates?.([]);
}

/**
 * Trusts nobody. An empty list of authorities would do so in Node; Bun 1.4 takes it for none given, and lets in whom its own roots know. This certificate
 * has not been good since the first second of 1970, and so neither is a chain that ends in it.
 */
const nobody = `-----BEGIN CERTIFICATE-----
MIIBPjCB5qADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMMBm5vYm9keTAe
Fw03MDAxMDEwMDAwMDBaFw03MDAxMDEwMDAwMDFaMBExDzANBgNVBAMMBm5vYm9k
eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBIBMkxFzVosp1vQ5V0uqVbmv4eR
6yjsyCjjmrmQNc0yfIJVOJHuDp0YaKr2Nux3JbJjbge9fhct4oS5JXW7glSjLzAt
MAwGA1UdEwEB/wQCMAAwHQYDVR0OBBYEFM8zktBvFvCKOg0y+ON8IEVGBmkFMAoG
CCqGSM49BAMCA0cAMEQCID0Uy2p8D6D6wby4qgDgNSkdjtGfBoe1ZRahEmo0sXFC
AiAj3eZkVfnLYQycXCm9yfMQKIkw330Xhdz069aOxz6bhw==
-----END CERTIFICATE-----`;

function clientWords(error: unknown, client: ClientCertificate): string {
  if (!/-----BEGIN CERTIFICATE-----/.test(client.certificate.toString("latin1")))
    return "failed to find any PEM data in certificate input";
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(client.key.toString("latin1")))
    return "failed to find any PEM data in key input";
  if (errorCode(error) === "ERR_OSSL_X509_KEY_VALUES_MISMATCH")
    return "private key does not match public key";
  return "failed to parse the client certificate or its key";
}

/** Whom a cluster's connections trust, as PEM. Throws ConnectionError. */
export function trustedBy(cluster: Cluster, environment: Environment): readonly string[] {
  const trusted = authorities(cluster, environment);
  const some = trusted ?? (cluster.insecureSkipTlsVerify === true ? [] : systemRoots(environment));
  return some.length === 0 ? [nobody] : some;
}

/**
 * What every TLS connection to the cluster shares: whom it trusts and who it is. TLS 1.2 at least; any certificate among the authorities ends
 * a chain, also an intermediate's or the server's own, as in Go. Throws ConnectionError.
 */
export function secureContext(
  trusted: readonly string[],
  client: ClientCertificate | undefined,
): tls.SecureContext {
  const ca = [...trusted];
  const base = { ca, minVersion: "TLSv1.2", allowPartialTrustChain: true } as const;
  withoutNodesRoots();
  try {
    return tls.createSecureContext(
      client === undefined ? base : { ...base, cert: client.certificate, key: client.key },
    );
  } catch (error) {
    const words =
      client === undefined ? "failed to parse the certificate authority" : clientWords(error, client);
    throw new ConnectionError(`Unable to connect to the server: tls: ${words}`);
  }
}
