import { TLSSocket } from "node:tls";

import { dial, type Route } from "./dial.ts";
import { openHttp1 } from "./http1.ts";
import { loadHttp2, openHttp2, streamsAtOnce } from "./http2.ts";
import type { QuickWay } from "./quick-way.ts";
import { orAborted } from "./or-aborted.ts";
import { authorityOf } from "./request.ts";
import type { HttpConnection } from "./response.ts";

/** One server, reached in the HTTP that it speaks. */
export interface ServerConnection {
  /** Reaches the server, anew where the connection was lost. Rejects with a TransportFailure, or with the signal's reason. */
  readonly reach: (signal: AbortSignal) => Promise<HttpConnection>;
  readonly close: () => void;
}

/**
 * The quick way as long as it is open; else the server's TLS agrees on HTTP/2, over one connection for all, or else on HTTP/1.1. Plain HTTP is always the latter: nobody agrees on anything.
 * The route's signal ends whatever is being dialled.
 */
export function connectionTo(route: Route, quick: QuickWay | undefined): ServerConnection {
  let current: HttpConnection | undefined;
  let reaching: Promise<HttpConnection> | undefined;

  const open = async (): Promise<HttpConnection> => {
    current = await opened();
    if (route.signal?.aborted === true) current.close();
    return current;
  };

  const opened = async (): Promise<HttpConnection> => {
    if (!route.secure) return openHttp1(route, undefined);
    const dialled = dial({ ...route, protocols: ["h2", "http/1.1"] });
    const [socket] = await Promise.all([dialled, turnsLater(2).then(loadHttp2)]);
    const agreed = socket instanceof TLSSocket ? socket.alpnProtocol : false;
    return agreed === "h2" ? openHttp2(socket, authorityOf(route)) : openHttp1(route, socket);
  };

  const dialled = async (signal: AbortSignal): Promise<HttpConnection> => {
    if (current?.usable() === true) return current;
    reaching ??= open().finally(() => (reaching = undefined));
    return orAborted(reaching, signal);
  };
  const quickly: HttpConnection | undefined = quick && {
    atOnce: streamsAtOnce,
    usable: quick.isOpen,
    ask: async (asked, signal) =>
      (await quick.ask(asked, signal)) ?? (await dialled(signal)).ask(asked, signal),
    close: () => undefined,
  };

  return {
    reach: async (signal) => (quickly?.usable() === true ? quickly : dialled(signal)),
    close: () => current?.close(),
  };
}

/** Not before the dialling has got on its way: what is loaded takes the processor. */
async function turnsLater(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
