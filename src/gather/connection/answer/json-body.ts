import { noteBytesRead } from "../../../runtime.ts";
import type { ReadFailure } from "./read-failure.ts";

/** Deeper than any API object nests; code that walks an answer may recurse that far. */
const deepest = 500;

/** Whether so many brackets open in the text, strings included: nothing nests deeper than that. */
function opensAtMost(text: Buffer, most: number): boolean {
  let found = 0;
  for (const bracket of [0x7b, 0x5b])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      found += 1;
      if (found > most) return false;
    }
  return true;
}

/** Whether JSON text nests too deep or holds too many values, by its brackets and commas outside of strings. */
function shapeFault(text: Buffer, mostValues: number): ReadFailure | undefined {
  // Every value takes a byte at least. Most answers are so small, and need no look at each letter.
  if (text.length <= mostValues && opensAtMost(text, deepest)) return undefined;
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at];
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === 0x7b || byte === 0x5b || byte === 0x2c) {
      values += 1;
      if (byte !== 0x2c) depth += 1;
      if (depth > deepest) return { kind: "invalid-json", message: "the JSON nests too deep" };
      if (values > mostValues) return { kind: "too-large", message: "the answer holds too many values" };
    }
  }
  return undefined;
}

/**
 * A body as a JSON object. Bytes that are no UTF-8 become U+FFFD, as in Go's decoder. Returns a failure for what is no JSON, no object, or
 * nests deeper or holds more than an API object can.
 */
export function parseJsonBody(body: Buffer, mostValues: number): { readonly object: object } | ReadFailure {
  const invalid = (message: string): ReadFailure => ({ kind: "invalid-json", message });
  if (body.length === 0) return invalid("unexpected end of JSON input");
  noteBytesRead(body.length);
  const fault = shapeFault(body, mostValues);
  if (fault !== undefined) return fault;
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { object: value };
    return invalid("the JSON is no object");
  } catch (error) {
    // The parser's message, V8's or JavaScriptCore's, quotes the body; only its kind is repeated.
    const early =
      error instanceof SyntaxError && /end of JSON|unexpected EOF|Unterminated/i.test(error.message);
    return invalid(early ? "unexpected end of JSON input" : "invalid character in JSON");
  }
}
