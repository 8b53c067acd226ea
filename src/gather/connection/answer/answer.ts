import type { HttpAnswer } from "../http/exchange.ts";
import { parseJsonBody } from "./json-body.ts";
import { answerFailure, printable, type ReadFailure, transportReadFailure } from "./read-failure.ts";
import { TransportFailure } from "./transport-failure.ts";

/** An object of the API server, or why there is none. */
export type Answer =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly failure: ReadFailure };

const failed = (failure: ReadFailure): Answer => ({ ok: false, failure });

/** What an answer says, once it is not asked again. `values`: more than so many in its JSON are too many. */
export function answerOf(outcome: HttpAnswer | TransportFailure, values: number): Answer {
  if (outcome instanceof TransportFailure) return failed(transportReadFailure(outcome));
  const { status, headers, body } = outcome;
  if (body === undefined)
    return failed({ kind: "too-large", message: "the answer is too large to be read", status });
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const encoding = headers["content-encoding"] ?? "";
  const isJson =
    (type === "" || type === "application/json" || type.endsWith("+json")) &&
    /^(x-)?(gzip|identity)?$/.test(encoding);
  if (status >= 400 || status < 200) {
    const parsed = isJson ? parseJsonBody(body, values) : undefined;
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
  const parsed = parseJsonBody(body, values);
  if (!("object" in parsed)) return failed({ ...parsed, status });
  const { object } = parsed;
  if ("kind" in object && object.kind === "Status" && "status" in object && object.status === "Failure")
    return failed(answerFailure({ ...outcome, status: codeOf(object) }, object));
  return { ok: true, body: object };
}

/** Plain text, or why there is none. */
export type TextAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly failure: ReadFailure };

/** For the kubelet's own endpoints, which answer text; a refusal is the API server's Status all the same. */
export function textAnswerOf(outcome: HttpAnswer | TransportFailure): TextAnswer {
  if (outcome instanceof TransportFailure || outcome.status >= 300 || outcome.status < 200) {
    const answer = answerOf(outcome, 1000);
    if (!answer.ok) return answer;
    return { ok: false, failure: { kind: "wrong-content-type", message: "no text was answered" } };
  }
  if (outcome.body === undefined)
    return {
      ok: false,
      failure: { kind: "too-large", message: "the answer is too large to be read" },
    };
  return { ok: true, text: outcome.body.toString("utf8") };
}

const codeOf = (status: object): number =>
  "code" in status && typeof status.code === "number" ? status.code : 500;
