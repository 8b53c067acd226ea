import type { Answer, TextAnswer } from "../connection/answer/answer.ts";
import { ConnectionError } from "../connection/connection-error.ts";
import type { Environment } from "../connection/environment.ts";
import { type ListAnswer, type ListOptions, readList } from "../connection/answer/item-list.ts";
import { proxyFor } from "../connection/http/proxy.ts";
import type { LiveAnswer } from "../connection/answer/live-answer.ts";
import type { ReadFailure } from "../connection/answer/read-failure.ts";
import type { LoggedRequest } from "../connection/http/request-log.ts";
import { objectSize, openSession, pageSize, type Size } from "../connection/http/session.ts";
import { hostPort, showServer } from "../connection/http/server-url.ts";
import { type ConnectionOptions, loadKubeconfig } from "../connection/kubeconfig/kubeconfig.ts";

export type { Answer, TextAnswer } from "../connection/answer/answer.ts";
export { ConnectionError } from "../connection/connection-error.ts";
export type { ConnectionOptions } from "../connection/connection-options.ts";
export { type Environment, processEnvironment } from "../connection/environment.ts";
export type { ReadFailure } from "../connection/answer/read-failure.ts";

/** A cluster's API server, as the user that kubectl would be. It reads; what it can create is a question about permissions, and a Pod by a dry run. */
export interface ApiServer {
  /** Of the flag, else of the context, else of the Pod this runs in, else "default". */
  readonly namespace: string;
  /** The server's URL, without a login. */
  readonly server: string;
  /**
   * One object. `path` begins with /api or /apis; a slash within a name must be encoded by the caller. Rejects with ConnectionError when a login
   * that had expired could not be obtained anew.
   */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Plain text from an endpoint behind `nodes/proxy`. */
  readText(path: string): Promise<TextAnswer>;
  /** All items of a list, in pages of 500. Each item carries its apiVersion and kind. */
  list(path: string, query?: Readonly<Record<string, string>>, options?: ListOptions): Promise<ListAnswer>;
  /** What happens to the items of a list from a resourceVersion on, one WatchEvent a line, until the server or the signal ends it. */
  watch(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<LiveAnswer>;
  /** Asks a SubjectAccessReview or one of its kin, or what admission makes of a Pod: the server answers and forgets. Any other path is a bug: it throws. */
  create(path: string, body: object): Promise<Answer>;
  /** Closes every connection and ends what is under way. */
  close(): void;
  /** Every request so far, retries included. */
  readonly requests: readonly LoggedRequest[];
}

// Reviews are answered and not stored, nor is what is made by a dry run; nothing else may ever be created.
const forgotten =
  /^\/api\/v1\/namespaces\/[a-z0-9-]+\/pods\?dryRun=All$|^\/apis\/(authorization\.k8s\.io\/v1\/(selfsubjectaccessreviews|subjectaccessreviews|selfsubjectrulesreviews|namespaces\/[^/]+\/localsubjectaccessreviews)|authentication\.k8s\.io\/v1\/selfsubjectreviews)$/;

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const ascii = path.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  const text = new URLSearchParams(query).toString();
  return text === "" ? ascii : `${ascii}?${text}`;
}

/**
 * Prepares the way to the API server that kubectl would talk to with the same flags, files and variables. Credential plugins are run here, no
 * request is sent. Rejects with ConnectionError, whose message is kubectl's own sentence.
 */
export async function connect(options: ConnectionOptions, environment: Environment): Promise<ApiServer> {
  const connection = await loadKubeconfig(options, environment);
  const proxy = proxyFor(connection.server, connection.cluster.proxyUrl, environment);
  if (typeof proxy === "string") throw new ConnectionError(`Unable to connect to the server: ${proxy}`);
  const session = await openSession(connection, proxy, options, environment);
  const read = (path: string, query: Readonly<Record<string, string>>, most: Size): Promise<Answer> =>
    session.ask("GET", withQuery(path, query), most);
  return {
    namespace: connection.namespace,
    server: showServer(connection.server),
    get: (path, query = {}) => read(path, query, objectSize),
    readText: session.readText,
    list: (path, query = {}, listOptions = {}) =>
      readList((page) => read(path, page, pageSize), query, listOptions),
    watch: (path, query, signal) => session.watch(withQuery(path, { ...query, watch: "true" }), signal),
    create: (path, body) => {
      if (!forgotten.test(path)) throw new TypeError(`refusing to create anything at ${path}`);
      return session.ask("POST", path, objectSize, body);
    },
    close: session.close,
    requests: session.requests,
  };
}

/**
 * A failed read as the end of the whole run, in kubectl's sentence; undefined for failures of one object, after which others can be read.
 * cmd/util/helpers.go (StandardErrorMessage), kubectl 1.36.
 */
export function connectionError(failure: ReadFailure, server: string): ConnectionError | undefined {
  const { kind, message } = failure;
  const unable = (hint?: string): ConnectionError =>
    new ConnectionError(`Unable to connect to the server: ${message}`, hint);
  switch (kind) {
    case "refused":
      if (!message.includes("connection refused")) return unable();
      return new ConnectionError(
        `The connection to the server ${authority(server)} was refused - did you specify the right host or port?`,
      );
    case "unauthorized":
      return new ConnectionError(`error: You must be logged in to the server (${message})`);
    case "tls":
      return unable(tlsHint(message));
    case "dns":
    case "timeout":
    case "redirect":
      return unable();
    case "cut-body":
      return message.startsWith("unexpected error") ? undefined : unable();
    default:
      return undefined;
  }
}

function authority(server: string): string {
  const url = new URL(server);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return url.port === "" ? url.hostname : hostPort(host, Number(url.port));
}

function tlsHint(message: string): string | undefined {
  if (message.includes("unknown authority"))
    return "The certificate authority of the kubeconfig's cluster did not sign the server's certificate; the cluster may have been made anew.";
  if (message.includes("HTTP response to HTTPS client"))
    return "Plain HTTP is spoken on this port; the server's URL may have to begin with http://.";
  return undefined;
}
