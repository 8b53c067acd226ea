import { quoteByte } from "./quote.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * JSON as Go's encoding/json reads it (1.26): members in their order, repeated ones kept. The built-in JSON.parse keeps
 * only the last of repeated members and reorders numeric names, and both decide which login the kubelet ends up with.
 */
export type GoJson =
  | { readonly type: "object"; readonly members: readonly GoMember[] }
  | { readonly type: "array"; readonly items: readonly GoJson[] }
  | { readonly type: "string"; readonly text: string }
  | { readonly type: "number" | "bool" | "null" };

export interface GoMember {
  readonly name: string;
  readonly value: GoJson;
}

export type GoJsonResult =
  | { readonly ok: true; readonly value: GoJson }
  /**
   * `error` is Go's text. It may quote one character of what was read, which can be one of a password: `shownError`
   * is the same without it.
   */
  | { readonly ok: false; readonly error: string; readonly shownError: string };

interface Scan {
  readonly bytes: Uint8Array;
  index: number;
  fault?: { readonly byte: number; readonly context: string } | "end";
}

type OpenValue =
  | { readonly type: "object"; readonly members: GoMember[]; name: string }
  | { readonly type: "array"; readonly items: GoJson[] };

/** Go's own limit on values within values. The stack of open ones is ours, so that no depth can exhaust the engine's. */
const maxDepth = 10_000;
const endOfInput = "unexpected end of JSON input";

/** Reads one JSON text. Never throws; Go checks the whole text before it looks at any value. */
export function readGoJson(bytes: Uint8Array): GoJsonResult {
  const scan: Scan = { bytes, index: 0 };
  const value = readText(scan);
  if (value !== undefined) return { ok: true, value };
  if (scan.fault === undefined || scan.fault === "end")
    return { ok: false, error: endOfInput, shownError: endOfInput };
  const { byte, context } = scan.fault;
  return {
    ok: false,
    error: `invalid character ${quoteByte(byte)} ${context}`,
    shownError: `invalid character '…' ${context}`,
  };
}

function readText(scan: Scan): GoJson | undefined {
  const open: OpenValue[] = [];
  let complete: GoJson | undefined;
  while (scan.fault === undefined) {
    const inside = open.at(-1);
    if (complete === undefined) complete = beginValue(scan, open);
    else if (inside === undefined) return endText(scan) ? complete : undefined;
    else {
      if (inside.type === "object") inside.members.push({ name: inside.name, value: complete });
      else inside.items.push(complete);
      complete = continueValue(scan, inside, open);
    }
  }
  return undefined;
}

/** A scalar or an empty object or array; undefined when one was opened, or at a fault. */
function beginValue(scan: Scan, open: OpenValue[]): GoJson | undefined {
  const byte = skipSpace(scan);
  switch (byte) {
    case 0x7b: // {
    case 0x5b: // [
      return openValue(scan, open, byte === 0x7b ? "object" : "array");
    case 0x22: {
      const text = readString(scan);
      return text === undefined ? undefined : { type: "string", text };
    }
    case 0x74:
      return readWord(scan, "true", "bool");
    case 0x66:
      return readWord(scan, "false", "bool");
    case 0x6e:
      return readWord(scan, "null", "null");
    default:
      if (byte === minus || isDigit(byte)) return readNumber(scan);
      return refuse(scan, "looking for beginning of value");
  }
}

function openValue(scan: Scan, open: OpenValue[], type: "object" | "array"): GoJson | undefined {
  if (open.length === maxDepth) return refuse(scan, "exceeded max depth");
  scan.index += 1;
  if (skipSpace(scan) === (type === "object" ? 0x7d : 0x5d)) {
    scan.index += 1;
    return type === "object" ? { type, members: [] } : { type, items: [] };
  }
  if (type === "array") open.push({ type, items: [] });
  else {
    const name = readName(scan);
    if (name !== undefined) open.push({ type, members: [], name });
  }
  return undefined;
}

/** After a value inside an object or array: the whole at its end, undefined at a comma or a fault. */
function continueValue(scan: Scan, inside: OpenValue, open: OpenValue[]): GoJson | undefined {
  const byte = skipSpace(scan);
  const isObject = inside.type === "object";
  if (byte === (isObject ? 0x7d : 0x5d)) {
    scan.index += 1;
    open.pop();
    return isObject ? { type: "object", members: inside.members } : { type: "array", items: inside.items };
  }
  if (byte !== 0x2c) return refuse(scan, isObject ? "after object key:value pair" : "after array element");
  scan.index += 1;
  if (isObject) inside.name = readName(scan) ?? "";
  return undefined;
}

/** A member's name and the colon behind it. */
function readName(scan: Scan): string | undefined {
  if (skipSpace(scan) !== 0x22) return refuse(scan, "looking for beginning of object key string");
  const name = readString(scan);
  if (name === undefined) return undefined;
  if (skipSpace(scan) !== 0x3a) return refuse(scan, "after object key");
  scan.index += 1;
  return name;
}

function endText(scan: Scan): boolean {
  if (skipSpace(scan) === undefined) return true;
  refuse(scan, "after top-level value");
  return false;
}

/** The byte behind white space, or undefined at the end. */
function skipSpace(scan: Scan): number | undefined {
  for (;;) {
    const byte = scan.bytes[scan.index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return byte;
    scan.index += 1;
  }
}

function refuse(scan: Scan, context: string): undefined {
  const byte = scan.bytes[scan.index];
  scan.fault = byte === undefined ? "end" : { byte, context };
}

/** Go tries the end of the input as if it were a blank, so a word or number that is cut off names a blank. */
function refuseInside(scan: Scan, context: string): undefined {
  scan.fault = { byte: scan.bytes[scan.index] ?? 0x20, context };
}

function readWord(scan: Scan, word: string, type: "bool" | "null"): GoJson | undefined {
  for (let offset = 0; offset < word.length; offset += 1) {
    const expected = word.charCodeAt(offset);
    if (scan.bytes[scan.index] !== expected)
      return refuseInside(scan, `in literal ${word} (expecting '${word[offset] ?? ""}')`);
    scan.index += 1;
  }
  return { type };
}

const minus = 0x2d;

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipDigits(scan: Scan): void {
  while (isDigit(scan.bytes[scan.index])) scan.index += 1;
}

function readNumber(scan: Scan): GoJson | undefined {
  if (scan.bytes[scan.index] === minus) scan.index += 1;
  if (!isDigit(scan.bytes[scan.index])) return refuseInside(scan, "in numeric literal");
  // After a leading zero no other digit may follow; what follows is then refused as what follows a value.
  if (scan.bytes[scan.index] === 0x30) scan.index += 1;
  else skipDigits(scan);
  if (scan.bytes[scan.index] === 0x2e) {
    scan.index += 1;
    if (!isDigit(scan.bytes[scan.index])) return refuseInside(scan, "after decimal point in numeric literal");
    skipDigits(scan);
  }
  if (scan.bytes[scan.index] === 0x65 || scan.bytes[scan.index] === 0x45) {
    scan.index += 1;
    if (scan.bytes[scan.index] === 0x2b || scan.bytes[scan.index] === minus) scan.index += 1;
    if (!isDigit(scan.bytes[scan.index])) return refuseInside(scan, "in exponent of numeric literal");
    skipDigits(scan);
  }
  return { type: "number" };
}

/** The escapes that stand for one character, without \u. */
const escapes: ReadonlyMap<number | undefined, string> = new Map(
  ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"].map((pair) => [pair.charCodeAt(0), pair.slice(1)]),
);

/** The text of a string whose opening quote is next; leaves the cursor behind the closing one. */
function readString(scan: Scan): string | undefined {
  let text = "";
  let start = scan.index + 1;
  scan.index = start;
  for (;;) {
    const byte = scan.bytes[scan.index];
    if (byte === undefined) return refuse(scan, "");
    if (byte < 0x20) return refuse(scan, "in string literal");
    if (byte !== 0x22 && byte !== 0x5c) {
      scan.index += 1;
      continue;
    }
    text += decodeUtf8(scan.bytes.subarray(start, scan.index));
    scan.index += 1;
    // Half of a surrogate pair becomes U+FFFD.
    if (byte === 0x22) return text.toWellFormed();
    const character = readEscape(scan);
    if (character === undefined) return undefined;
    text += character;
    start = scan.index;
  }
}

function readEscape(scan: Scan): string | undefined {
  const letter = scan.bytes[scan.index];
  const plain = escapes.get(letter);
  if (plain === undefined && letter !== 0x75) return refuseInside(scan, "in string escape code");
  scan.index += 1;
  if (plain !== undefined) return plain;
  let unit = 0;
  for (let count = 0; count < 4; count += 1) {
    const digit = Number.parseInt(String.fromCharCode(scan.bytes[scan.index] ?? 0), 16);
    if (Number.isNaN(digit)) return refuseInside(scan, "in \\u hexadecimal character escape");
    unit = unit * 16 + digit;
    scan.index += 1;
  }
  return String.fromCharCode(unit);
}
