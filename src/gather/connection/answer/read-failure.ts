import { redactMessage } from "../../../evidence/gate/message-redaction.ts";
import type { HttpAnswer } from "../http/exchange.ts";
import type { TransportFailure } from "./transport-failure.ts";

/**
 * Why a read gave no object. Only `not-found` says that the object does not exist: it takes the API server's own Status.
 * - `not-served`: the server has no such API or resource
 * - `rejected`: any other refusal of the request itself, such as a selector that does not parse (400, 422)
 * - `wrong-content-type`: something that is no API server answered, or stood in between
 */
type ReadFailureKind =
  | "forbidden"
  | "unauthorized"
  | "not-found"
  | "not-served"
  | "conflict"
  | "gone"
  | "too-many"
  | "rejected"
  | "server-error"
  | "timeout"
  | "cut-body"
  | "invalid-json"
  | "wrong-content-type"
  | "too-large"
  | "refused"
  | "dns"
  | "tls"
  | "cancelled"
  | "redirect";

export interface ReadFailure {
  readonly kind: ReadFailureKind;
  /** The Status's message or the cause's own words: one printable text of at most 2 KB, without headers and without a foreign body. */
  readonly message: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** The Status's reason, as "Forbidden". */
  readonly reason?: string;
}

const longest = 2048;

/**
 * Without control characters, escape sequences and marks that turn the direction of text, and without a login: some
 * servers repeat the one that they refuse. Cut to 2 KB.
 */
export function printable(text: string): string {
  const clean = redactMessage(text.slice(0, 8 * longest))
    .replace(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g, "")
    .replace(/[\r\n\t\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "")
    .trim();
  if (Buffer.byteLength(clean) <= longest) return clean;
  return `${Buffer.from(clean)
    .subarray(0, longest - 3)
    .toString("utf8")
    .replace(/\uFFFD+$/, "")}…`;
}

/** A failure of the way to the server. */
export const transportReadFailure = (failure: TransportFailure): ReadFailure => ({
  kind: failure.kind,
  message: printable(failure.message),
});

const kindsByCode: Record<number, ReadFailureKind> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "gone",
  429: "too-many",
};

function kindOf(status: number): ReadFailureKind {
  return kindsByCode[status] ?? (status >= 500 ? "server-error" : "rejected");
}

// What Go's and the API server's own handlers say without a Status; nothing else of a foreign body is repeated.
const ownWords: ReadonlyMap<string, ReadFailureKind> = new Map([
  ["404 page not found", "not-served"],
  ["Client sent an HTTP request to an HTTPS server.", "rejected"],
  ["Too many requests, please try again later.", "too-many"],
]);

// client-go's words where a code comes without a Status: apimachinery errors.go (NewGenericServerResponse).
const genericWords: Record<number, string> = {
  401: "the server has asked for the client to provide credentials",
  403: "access was refused without a Status: by something in between, or before the request was authorized",
  404: "404 without a Status: something other than an API server answered",
  429: "the server has received too many requests and has asked us to try again later",
  503: "the server is currently unable to handle the request",
  504: "the server was unable to return a response in the time allotted",
};

interface Status {
  readonly message: string;
  readonly reason: string;
  readonly hasName: boolean;
}

function statusOf(body: object | undefined): Status | undefined {
  if (body === undefined || !("kind" in body) || body.kind !== "Status") return undefined;
  const word = (key: string, holder: object = body): string => {
    const value: unknown = (holder as Record<string, unknown>)[key];
    return typeof value === "string" ? value : "";
  };
  const part = (key: string): object => {
    const value: unknown = (body as Record<string, unknown>)[key];
    return typeof value === "object" && value !== null ? value : {};
  };
  if (word("status") === "Success") return undefined;
  return {
    message: word("message"),
    reason: word("reason"),
    hasName: word("name", part("details")) !== "",
  };
}

/** The failure that an answer of 400 and above is. `body` is its JSON, where it has one. */
export function answerFailure(answer: HttpAnswer, body: object | undefined): ReadFailure {
  const { status } = answer;
  const said = statusOf(body);
  if (said !== undefined) {
    // Without a name it is not an object that is missing but the kind of object.
    const unserved =
      status === 404 && !said.hasName && /could not find the requested resource/.test(said.message);
    const absent = status === 404 && said.reason === "NotFound";
    const kind = unserved ? "not-served" : status === 404 && !absent ? "rejected" : kindOf(status);
    return {
      kind,
      message: printable(said.message) || generic(status),
      status,
      ...(said.reason === "" ? {} : { reason: printable(said.reason) }),
    };
  }
  const text = (answer.body ?? Buffer.alloc(0)).subarray(0, 200).toString("utf8").trim();
  const own = ownWords.get(text);
  if (own !== undefined) return { kind: own, message: text, status };
  const kind = status === 404 ? "wrong-content-type" : kindOf(status);
  return { kind, message: generic(status), status };
}

const generic = (status: number): string =>
  genericWords[status] ??
  (status >= 500
    ? `an error on the server (${status}) has prevented the request from succeeding`
    : `the server responded with the status code ${status} but did not return more information`);
