import type { Connection } from "../kubeconfig/kubeconfig.ts";
import type { Environment } from "../environment.ts";
import { openTransport, type Transport } from "./exchange.ts";
import type { Proxy } from "./proxy.ts";
import { type ClientCertificate, secureContext } from "./trust.ts";

/** The connections to one server, by the client certificate they were opened with. */
export interface Transports {
  readonly for: (certificate: ClientCertificate | undefined) => Transport;
  readonly close: () => void;
}

/** One pool of connections for each client certificate: a plugin may hand out a new one, and then the old connections are closed. */
export function transportsFor(
  { server, cluster }: Connection,
  proxy: Proxy | undefined,
  environment: Environment,
): Transports {
  let open:
    | { readonly transport: Transport; readonly certificate: ClientCertificate | undefined }
    | undefined;
  const make = (certificate: ClientCertificate | undefined): Transport =>
    openTransport({
      host: server.host,
      port: server.port,
      secure: server.secure,
      proxy,
      signal: environment.signal,
      tls:
        server.secure || proxy?.scheme === "https"
          ? {
              context: secureContext(cluster, certificate, environment),
              serverName: cluster.tlsServerName ?? server.host,
              verify: cluster.insecureSkipTlsVerify !== true,
            }
          : undefined,
    });
  return {
    for: (certificate) => {
      if (open !== undefined && open.certificate === certificate) return open.transport;
      open?.transport.close();
      open = { transport: make(certificate), certificate };
      return open.transport;
    },
    close: () => open?.transport.close(),
  };
}
