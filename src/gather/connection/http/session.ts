import type { Connection, ConnectionOptions } from "../kubeconfig/kubeconfig.ts";
import { type Answer, answerOf, type TextAnswer, textAnswerOf } from "../answer/answer.ts";
import { type LiveAnswer, liveAnswerOf } from "../answer/live-answer.ts";
import { credentialsOf, type Credentials, type Login } from "../login/credentials.ts";
import type { Environment } from "../environment.ts";
import type { HttpAnswer } from "./exchange.ts";
import type { HttpRequest } from "./request.ts";
import { impersonationHeaders } from "../login/impersonation.ts";
import { withoutOwnLogin } from "../login/own-login.ts";
import type { Proxy } from "./proxy.ts";
import { type LoggedRequest, requestLines, withoutContinue } from "./request-log.ts";
import { redirectOf, retryDelay } from "./retry.ts";
import { cancelled, TransportFailure } from "../answer/transport-failure.ts";
import { type Transports, transportsFor } from "./transports.ts";

/** Requests to one API server as one user. */
export interface Session {
  readonly ask: (method: "GET" | "POST", path: string, most: Size, body?: object) => Promise<Answer>;
  /** A GET whose answer is plain text, as the kubelet's own endpoints behind `nodes/proxy` give it. */
  readonly readText: (path: string) => Promise<TextAnswer>;
  /** A GET whose answer goes on, line by line, until the server or the signal ends it. */
  readonly watch: (path: string, signal: AbortSignal) => Promise<LiveAnswer>;
  readonly requests: readonly LoggedRequest[];
  readonly close: () => void;
}

/** What an answer may grow to. A few bytes of JSON can become a hundred in memory, so values are counted too. */
export interface Size {
  readonly bytes: number;
  readonly values: number;
}

const mebibyte = 1024 * 1024;
/** An API server stores at most 1.5 MiB of an object, in a denser form (etcd --max-request-bytes). */
export const objectSize: Size = { bytes: 8 * mebibyte, values: 100_000 };
/** Three times what a page of 500 Pods has: 1.36 prints some 300 values for each. */
export const pageSize: Size = { bytes: 32 * mebibyte, values: 600_000 };

/** What the requests of one session share. */
interface Talk {
  readonly connection: Connection;
  readonly options: ConnectionOptions;
  readonly environment: Environment;
  readonly credentials: Credentials;
  readonly transports: Transports;
  readonly impersonation: HttpRequest["headers"];
  readonly requests: LoggedRequest[];
}

interface Question {
  readonly bytes: number;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly accept: string;
  readonly body: string | undefined;
  /** Ends an answer that goes on; absent where none is wanted. */
  readonly live?: AbortSignal;
}

const mostRetries = 4;
const mostRedirects = 10;

/**
 * Opens a session; nothing is sent yet, but certificates are read and a credential plugin is run, so that they fail here.
 * Rejects with ConnectionError.
 */
export async function openSession(
  connection: Connection,
  proxy: Proxy | undefined,
  options: ConnectionOptions,
  environment: Environment,
): Promise<Session> {
  const talk: Talk = {
    connection,
    options,
    environment,
    credentials: credentialsOf(connection, environment),
    transports: transportsFor(connection, proxy, environment),
    impersonation: impersonationHeaders(connection.user),
    requests: [],
  };
  const { certificate } = await talk.credentials.current();
  talk.transports.for(certificate);
  return {
    ask: async (method, path, { bytes, values }, body) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const question = { method, path, accept: "application/json", body: text, bytes };
      return answerOf(await outcomeOf(talk, question), values);
    },
    readText: async (path) =>
      textAnswerOf(
        await outcomeOf(talk, {
          method: "GET",
          path,
          accept: "text/plain, */*",
          body: undefined,
          bytes: pageSize.bytes,
        }),
      ),
    watch: async (path, signal) => {
      const question = { method: "GET", path, accept: "application/json", body: undefined } as const;
      return liveAnswerOf(await outcomeOf(talk, { ...question, bytes: objectSize.bytes, live: signal }));
    },
    requests: talk.requests,
    close: talk.transports.close,
  };
}

function headersFor(
  { connection, impersonation, environment }: Talk,
  login: Login,
  { accept, body, live }: Question,
): HttpRequest["headers"] {
  return {
    Accept: accept,
    ...(connection.cluster.disableCompression === true || live !== undefined
      ? {}
      : { "Accept-Encoding": "gzip" }),
    ...(login.authorization === undefined ? {} : { Authorization: login.authorization }),
    ...impersonation,
    ...(body === undefined
      ? {}
      : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(body)) }),
    "User-Agent": `kubectl-why_pull/${environment.version}`,
  };
}

/** Sends one request once, and notes it. */
async function send(
  talk: Talk,
  asked: HttpRequest,
  login: Login,
  { bytes, live }: Question,
): Promise<HttpAnswer | TransportFailure> {
  const { connection, options, environment, transports, requests } = talk;
  const limits = {
    milliseconds: connection.requestTimeout,
    bodyBytes: options.bodyLimit ?? bytes,
    signal: live,
  };
  const start = Date.now();
  const outcome = await transports
    .for(login.certificate)
    .exchange(asked, limits)
    .then((answer) => withoutOwnLogin(answer, login.authorization))
    .catch((error: unknown) => {
      if (error instanceof TransportFailure) return error;
      throw error;
    });
  const ms = Date.now() - start;
  const lost = outcome instanceof TransportFailure;
  requests.push({
    method: asked.method,
    path: withoutContinue(asked.path),
    ...(lost ? {} : { status: outcome.status }),
    ms,
  });
  const said = lost ? outcome.message : outcome;
  for (const line of await requestLines(options.verbosity ?? 0, connection.server, asked, said, ms))
    environment.log(line);
  return outcome;
}

/** Asks until the outcome stands: once more with a new login after a 401, where a redirect leads, after what the server says to wait for. */
async function outcomeOf(talk: Talk, question: Question): Promise<HttpAnswer | TransportFailure> {
  const { connection, environment, credentials } = talk;
  const { method, path, body } = question;
  let place = `${connection.server.path}${path}`;
  let renewed = false;
  let redirects = 0;
  for (let retries = 0; ;) {
    if (environment.signal?.aborted === true) return cancelled();
    const login = await credentials.current();
    const outcome = await send(
      talk,
      {
        method,
        path: place,
        headers: headersFor(talk, login, question),
        body,
        live: question.live !== undefined,
      },
      login,
      question,
    );
    if (!(outcome instanceof TransportFailure)) {
      if (outcome.status === 401 && !renewed) {
        renewed = true;
        if (await renew(credentials, login)) continue;
      }
      const redirect = redirectOf(outcome, connection.server, { method, path: place });
      if (redirect?.kind === "refused") return new TransportFailure("redirect", redirect.message);
      if (redirect !== undefined && redirects >= mostRedirects)
        return new TransportFailure("redirect", `stopped after ${mostRedirects} redirects`);
      if (redirect !== undefined) {
        redirects += 1;
        place = redirect.path;
        continue;
      }
    }
    // Who watches asks again in any case.
    const most = question.live === undefined ? mostRetries : 0;
    const delay = retries < most ? retryDelay(outcome, retries) : undefined;
    if (delay === undefined) return outcome;
    retries += 1;
    await wait(delay, environment.signal);
  }
}

/** A new login after a 401. A plugin that fails now leaves the server's refusal standing. */
async function renew(credentials: Credentials, refused: Login): Promise<boolean> {
  try {
    return await credentials.renew(refused);
  } catch {
    return false;
  }
}

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
