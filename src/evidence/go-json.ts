/**
 * JSON as Go's encoding/json sees it (1.26): members in their order, repeated ones kept, invalid UTF-8 replaced. The
 * built-in JSON.parse keeps only the last of repeated members and reorders numeric names, and both decide which login
 * the kubelet ends up with.
 */
export type GoJson =
  | { readonly type: "object"; readonly members: readonly (readonly [string, GoJson])[] }
  | { readonly type: "array"; readonly items: readonly GoJson[] }
  | { readonly type: "string"; readonly text: string }
  | { readonly type: "number" | "bool" }
  | { readonly type: "null" };

/** Deeper than any docker config; Go's own limit is 10,000. */
const maxDepth = 1000;

interface Cursor {
  readonly text: string;
  index: number;
}

/** Undefined when it is no JSON. Go checks the whole text before it looks at any value. */
export function parseGoJson(bytes: Uint8Array): GoJson | undefined {
  const cursor: Cursor = { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), index: 0 };
  const value = readValue(cursor, 0);
  skipSpace(cursor);
  return value !== undefined && cursor.index === cursor.text.length ? value : undefined;
}

function skipSpace(cursor: Cursor): void {
  while (" \t\r\n".includes(cursor.text[cursor.index] ?? "x")) cursor.index += 1;
}

function readValue(cursor: Cursor, depth: number): GoJson | undefined {
  skipSpace(cursor);
  if (depth > maxDepth) return undefined;
  switch (cursor.text[cursor.index]) {
    case "{":
      return readObject(cursor, depth);
    case "[":
      return readArray(cursor, depth);
    case '"': {
      const text = readString(cursor);
      return text === undefined ? undefined : { type: "string", text };
    }
    default:
      return readLiteral(cursor);
  }
}

const literals = [
  ["true", { type: "bool" }],
  ["false", { type: "bool" }],
  ["null", { type: "null" }],
] as const;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readLiteral(cursor: Cursor): GoJson | undefined {
  for (const [word, value] of literals)
    if (cursor.text.startsWith(word, cursor.index)) {
      cursor.index += word.length;
      return value;
    }
  number.lastIndex = cursor.index;
  const found = number.exec(cursor.text);
  if (found === null) return undefined;
  cursor.index += found[0].length;
  return { type: "number" };
}

function readObject(cursor: Cursor, depth: number): GoJson | undefined {
  const members: [string, GoJson][] = [];
  cursor.index += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.index] === "}") {
    cursor.index += 1;
    return { type: "object", members };
  }
  for (;;) {
    skipSpace(cursor);
    const name = cursor.text[cursor.index] === '"' ? readString(cursor) : undefined;
    skipSpace(cursor);
    if (name === undefined || cursor.text[cursor.index] !== ":") return undefined;
    cursor.index += 1;
    const value = readValue(cursor, depth + 1);
    if (value === undefined) return undefined;
    members.push([name, value]);
    const end = readSeparator(cursor, "}");
    if (end === undefined) return undefined;
    if (end) return { type: "object", members };
  }
}

function readArray(cursor: Cursor, depth: number): GoJson | undefined {
  const items: GoJson[] = [];
  cursor.index += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.index] === "]") {
    cursor.index += 1;
    return { type: "array", items };
  }
  for (;;) {
    const value = readValue(cursor, depth + 1);
    if (value === undefined) return undefined;
    items.push(value);
    const end = readSeparator(cursor, "]");
    if (end === undefined) return undefined;
    if (end) return { type: "array", items };
  }
}

/** True at the closing bracket, false at a comma, undefined at anything else. */
function readSeparator(cursor: Cursor, closing: string): boolean | undefined {
  skipSpace(cursor);
  const character = cursor.text[cursor.index];
  cursor.index += 1;
  if (character === closing) return true;
  return character === "," ? false : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const hexadecimal = /^[0-9a-fA-F]{4}$/;

function readString(cursor: Cursor): string | undefined {
  let out = "";
  cursor.index += 1;
  for (;;) {
    const character = cursor.text[cursor.index];
    if (character === undefined || character < " ") return undefined;
    cursor.index += 1;
    if (character === '"') return out.toWellFormed();
    if (character !== "\\") {
      out += character;
      continue;
    }
    const escape = cursor.text[cursor.index] ?? "";
    cursor.index += 1;
    if (escape !== "u") {
      const plain = escapes[escape];
      if (plain === undefined) return undefined;
      out += plain;
      continue;
    }
    const digits = cursor.text.slice(cursor.index, cursor.index + 4);
    if (!hexadecimal.test(digits)) return undefined;
    cursor.index += 4;
    out += String.fromCharCode(Number.parseInt(digits, 16));
  }
}
