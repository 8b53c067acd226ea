import type { HttpAnswer } from "../http/exchange.ts";

/** What is shorter stands in many a word. */
const shortest = 8;

/**
 * A refusal without the login that we sent: the server, or what stands in front of it, may repeat what it refuses, in whatever sentence.
 * `authorization` is the header's value. Objects are left as they are; they pass the gate.
 */
export function withoutOwnLogin(answer: HttpAnswer, authorization: string | undefined): HttpAnswer {
  if (answer.status < 400 || authorization === undefined) return answer;
  const parts = partsOf(authorization);
  const clean = (text: string): string =>
    parts.reduce((rest, part) => rest.replaceAll(part, "[redacted]"), text);
  const headers = Object.entries(answer.headers).map(([name, value = ""]) => [name, clean(value)]);
  return {
    status: answer.status,
    statusText: clean(answer.statusText),
    headers: Object.fromEntries(headers) as HttpAnswer["headers"],
    body:
      answer.body === undefined ? undefined : Buffer.from(clean(answer.body.toString("latin1")), "latin1"),
  };
}

/** A token, or a user's password in the forms in which it is sent or quoted; as bytes, which is how they are looked for. */
function partsOf(authorization: string): readonly string[] {
  const blank = authorization.indexOf(" ");
  const sent = authorization.slice(blank + 1);
  const login = authorization.startsWith("Basic ") ? Buffer.from(sent, "base64").toString("latin1") : "";
  return [sent, login, login.slice(login.indexOf(":") + 1)]
    .filter((part) => part.length >= shortest)
    .flatMap((part) => {
      const quoted = JSON.stringify(part).slice(1, -1);
      return [...new Set([part, quoted, quoted.replace(/[<>&]/g, inHtml)])];
    });
}

/** Go's encoder writes these so (encoding/json, HTMLEscape). */
const inHtml = (letter: string): string => `\\u00${letter.charCodeAt(0).toString(16)}`;
