import type { HttpAnswer } from "./exchange.ts";
import type { HttpRequest } from "./request.ts";
import { printable } from "../answer/read-failure.ts";
import { showServer, type ServerUrl } from "./server-url.ts";

/** One request that was made, without anything secret. */
export interface LoggedRequest {
  readonly method: string;
  /** With the query, but without a page's continue token. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status?: number;
  /** From the request to the end of the body. */
  readonly ms: number;
}

const secretHeaders = /^(authorization|proxy-authorization|cookie|set-cookie|www-authenticate)$/i;
const knownSchemes = /^(bearer|basic|negotiate)(?= |$)/i;

/** Masks what a header says of credentials, but for the kind of login. transport/round_trippers.go (maskValue), client-go 0.36. */
function shown(name: string, value: string): string {
  if (!secretHeaders.test(name)) return printable(value);
  const [scheme] = knownSchemes.exec(value) ?? [];
  return scheme === undefined ? "<masked>" : `${scheme} <masked>`;
}

function headerLines(headers: Readonly<Record<string, string | readonly string[] | undefined>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (value === undefined ? [] : typeof value === "string" ? [value] : value).map(
      (one) => `    ${name}: ${shown(name, one)}`,
    ),
  );
}

export const withoutContinue = (path: string): string => path.replace(/([?&])continue=[^&]*/, "$1continue=…");

/**
 * Lines for standard error as -v asks for them: from 6 on one line for each request, from 7 its headers, from 8 the answer's. Bodies are
 * never shown: they hold Secrets.
 */
export async function requestLines(
  verbosity: number,
  server: ServerUrl,
  asked: HttpRequest,
  answer: HttpAnswer | string,
  ms: number,
): Promise<string[]> {
  if (verbosity < 6) return [];
  const outcome =
    typeof answer === "string" ? printable(answer) : `${answer.status} ${printable(await phraseOf(answer))}`;
  const address = showServer({ ...server, path: "" });
  const lines = [
    `${asked.method} ${address}${withoutContinue(asked.path)} ${outcome} in ${Math.round(ms)} milliseconds`,
  ];
  if (verbosity >= 7) lines.push("Request Headers:", ...headerLines(asked.headers));
  if (verbosity >= 8 && typeof answer !== "string")
    lines.push("Response Headers:", ...headerLines(answer.headers));
  return lines;
}

/** HTTP/2 has no words beside the code. */
async function phraseOf({ status, statusText }: HttpAnswer): Promise<string> {
  if (statusText !== "") return statusText;
  const { STATUS_CODES } = await import("node:http");
  return STATUS_CODES[status] ?? "";
}
