import type { Connection, ConnectionOptions } from "../kubeconfig.ts";
import { credentialsOf, type Credentials, type Login } from "./credentials.ts";
import type { Environment } from "./environment.ts";
import { type HttpAnswer, type HttpRequest, openTransport, type Transport } from "./exchange.ts";
import { impersonationHeaders } from "./impersonation.ts";
import { parseJsonBody } from "./json-body.ts";
import type { Proxy } from "./proxy.ts";
import { answerFailure, printable, type ReadFailure, transportReadFailure } from "./read-failure.ts";
import { type LoggedRequest, requestLines, withoutContinue } from "./request-log.ts";
import { redirectOf, retryDelay } from "./retry.ts";
import { showServer } from "./server-url.ts";
import { cancelled, TransportFailure } from "./transport-failure.ts";
import { type ClientCertificate, secureContext } from "./trust.ts";

/** An object of the API server, or why there is none. */
export type Answer =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly failure: ReadFailure };

/** Requests to one API server as one user. */
export interface Session {
  readonly ask: (method: "GET" | "POST", path: string, body?: object) => Promise<Answer>;
  readonly requests: readonly LoggedRequest[];
  readonly close: () => void;
}

const bodyLimit = 64 * 1024 * 1024;
const mostRetries = 4;
const mostRedirects = 10;

const failed = (failure: ReadFailure): Answer => ({ ok: false, failure });

/**
 * Opens a session; nothing is sent yet, but a credential plugin is run, so that it fails here. Rejects with ConnectionError.
 */
export async function openSession(
  connection: Connection,
  proxy: Proxy | undefined,
  options: ConnectionOptions,
  environment: Environment,
): Promise<Session> {
  const credentials = credentialsOf(connection, environment);
  const impersonation = impersonationHeaders(connection.user);
  const transports = transportsFor(connection, proxy, environment);
  const first = await credentials.current();
  transports.for(first.certificate);
  const requests: LoggedRequest[] = [];
  const limits = {
    milliseconds: connection.requestTimeout,
    bodyBytes: options.bodyLimit ?? bodyLimit,
  };
  const compressed = connection.cluster.disableCompression !== true;

  const headersFor = (login: Login, body: string | undefined): HttpRequest["headers"] => ({
    Accept: "application/json",
    ...(compressed ? { "Accept-Encoding": "gzip" } : {}),
    ...(login.authorization === undefined ? {} : { Authorization: login.authorization }),
    ...impersonation,
    ...(body === undefined
      ? {}
      : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(body)) }),
    "User-Agent": `kubectl-why_pull/${environment.version}`,
  });

  const send = async (asked: HttpRequest, login: Login): Promise<HttpAnswer | TransportFailure> => {
    const start = performance.now();
    const outcome = await transports
      .for(login.certificate)
      .exchange(asked, limits)
      .catch((error: unknown) => {
        if (error instanceof TransportFailure) return error;
        throw error;
      });
    const ms = performance.now() - start;
    const lost = outcome instanceof TransportFailure;
    requests.push({
      method: asked.method,
      path: withoutContinue(asked.path),
      ...(lost ? {} : { status: outcome.status }),
      ms,
    });
    const said = lost ? outcome.message : outcome;
    for (const line of requestLines(options.verbosity ?? 0, connection.server, asked, said, ms))
      environment.log(line);
    return outcome;
  };

  const ask: Session["ask"] = async (method, path, body) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    let place = `${connection.server.path}${path}`;
    let renewed = false;
    let redirects = 0;
    for (let retries = 0; ;) {
      if (environment.signal?.aborted === true) return failed(transportReadFailure(cancelled()));
      const login = await credentials.current();
      const outcome = await send(
        { method, path: place, headers: headersFor(login, text), body: text },
        login,
      );
      if (!(outcome instanceof TransportFailure) && outcome.status === 401 && !renewed) {
        renewed = true;
        if (await renew(credentials, login)) continue;
      }
      const next =
        outcome instanceof TransportFailure ? undefined : redirectOf(outcome, connection.server, place);
      if (next?.kind === "refused" || (next !== undefined && redirects >= mostRedirects))
        return failed({
          kind: "redirect",
          message:
            next.kind === "refused" ? printable(next.message) : `stopped after ${mostRedirects} redirects`,
        });
      if (next !== undefined) {
        redirects += 1;
        place = next.path;
        continue;
      }
      const delay = retries < mostRetries ? retryDelay(outcome, retries) : undefined;
      if (delay === undefined) return answerOf(outcome);
      retries += 1;
      await wait(delay, environment.signal);
    }
  };
  return { ask, requests, close: transports.close };
}

/** A new login after a 401. A plugin that fails now leaves the server's refusal standing. */
async function renew(credentials: Credentials, refused: Login): Promise<boolean> {
  try {
    return await credentials.renew(refused);
  } catch {
    return false;
  }
}

interface Transports {
  readonly for: (certificate: ClientCertificate | undefined) => Transport;
  readonly close: () => void;
}

/** One pool of connections for each client certificate: a plugin may hand out a new one, and then the old connections are closed. */
function transportsFor(
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

/** What an answer says, once it is not asked again. */
function answerOf(outcome: HttpAnswer | TransportFailure): Answer {
  if (outcome instanceof TransportFailure) return failed(transportReadFailure(outcome));
  const { status, headers, body } = outcome;
  if (body === undefined)
    return failed({ kind: "too-large", message: "the answer is larger than the limit for one body", status });
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const encoding = headers["content-encoding"] ?? "";
  const isJson =
    (type === "" || type === "application/json" || type.endsWith("+json")) &&
    /^(x-)?(gzip|identity)?$/.test(encoding);
  if (status >= 400 || status < 200) {
    const parsed = isJson ? parseJsonBody(body) : undefined;
    return failed(
      answerFailure(outcome, parsed !== undefined && "object" in parsed ? parsed.object : undefined),
    );
  }
  if (!isJson)
    return failed({
      kind: "wrong-content-type",
      message: `serializer for ${printable(encoding || type).slice(0, 80)} doesn't exist`,
      status,
    });
  const parsed = parseJsonBody(body);
  if (!("object" in parsed)) return failed({ ...parsed, status });
  const { object } = parsed;
  if ("kind" in object && object.kind === "Status" && "status" in object && object.status === "Failure")
    return failed(answerFailure({ ...outcome, status: codeOf(object) }, object));
  return { ok: true, body: object };
}

const codeOf = (status: object): number =>
  "code" in status && typeof status.code === "number" ? status.code : 500;

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done, { once: true });
    if (signal?.aborted === true) done();
  });
}

/** The server as it is shown to people: without a login. */
export const shownServer = (connection: Connection): string => showServer(connection.server);
