import type { SecureContext } from "node:tls";

import type { Cluster } from "../kubeconfig/entries.ts";
import type { Connection } from "../kubeconfig/kubeconfig.ts";
import type { Environment } from "../environment.ts";
import type { Route } from "./dial.ts";
import { openTransport, type Transport } from "./exchange.ts";
import type { Proxy } from "./proxy.ts";
import { quickWayTo } from "./quick-way.ts";
import { type ClientCertificate, secureContext, trustedBy } from "./trust.ts";

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
  const make = (certificate: ClientCertificate | undefined): Transport => {
    const { host, port, secure } = server;
    const tls =
      secure || proxy?.scheme === "https" ? tlsOf(cluster, host, certificate, environment) : undefined;
    const route = { host, port, secure, proxy, signal: environment.signal, tls };
    const quick = mentionsProxy(environment) ? undefined : quickWayTo(route);
    // What ails a certificate and its key shall be said before anything is sent. The quick way notices it, too, and leaves it to a dial of ours to say.
    if (quick === undefined) void tls?.context;
    return openTransport(route, quick);
  };
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

/** Its context is made when it is first dialled with. */
function tlsOf(
  cluster: Cluster,
  host: string,
  client: ClientCertificate | undefined,
  environment: Environment,
): NonNullable<Route["tls"]> {
  const trusted = trustedBy(cluster, environment);
  let context: SecureContext | undefined;
  return {
    get context() {
      return (context ??= secureContext(trusted, client));
    },
    own: { ca: trusted, ...(client === undefined ? {} : { cert: client.certificate, key: client.key }) },
    serverName: cluster.tlsServerName ?? host,
    verify: cluster.insecureSkipTlsVerify !== true,
  };
}

function mentionsProxy({ env }: Environment): boolean {
  return Object.entries(env).some(([name, value]) => /^(?:https?|all)_proxy$/i.test(name) && value !== "");
}
