/**
 * A text as it stands, and as it reads once what was escaped is read: a query inside a query has `%3Fsig%3D`, JSON inside
 * JSON has `\"password\"`. `at` leads from each character, and from the end, to the place in the text as it stands.
 */
export interface Layer {
  readonly text: string;
  readonly at?: Int32Array;
}

/** What is escaped more often is no message that anybody reads. */
const deepest = 2;

export function layersOf(text: string): readonly Layer[] {
  const layers: Layer[] = [{ text }];
  for (let depth = 0; depth < deepest; depth += 1) {
    const next = unescaped(layers[depth] ?? { text });
    if (next === undefined) break;
    layers.push(next);
  }
  return layers;
}

const percent = 37;
const ampersand = 38;
const backslash = 92;
const entities: readonly (readonly [string, number])[] = [
  ["&amp;", ampersand],
  ["&quot;", 34],
  ["&#34;", 34],
  ["&#39;", 39],
  ["&lt;", 60],
  ["&gt;", 62],
];

/** Undefined where nothing is escaped. */
function unescaped({ text, at }: Layer): Layer | undefined {
  if (!text.includes("%") && !text.includes("\\") && !text.includes("&")) return undefined;
  const units = new Uint16Array(text.length);
  const places = new Int32Array(text.length + 1);
  let length = 0;
  for (let from = 0; from < text.length; length += 1) {
    const code = text.charCodeAt(from);
    places[length] = at === undefined ? from : (at[from] ?? 0);
    const special = code === percent || code === backslash || code === ampersand;
    const escape = special ? escapeAt(text, from, code) : undefined;
    units[length] = escape?.code ?? code;
    from += escape?.length ?? 1;
  }
  places[length] = at === undefined ? text.length : (at[text.length] ?? 0);
  return length === text.length ? undefined : { text: textOf(units, length), at: places };
}

interface Escape {
  readonly code: number;
  readonly length: number;
}

function escapeAt(text: string, from: number, code: number): Escape | undefined {
  const next = text.charCodeAt(from + 1);
  switch (code) {
    case percent:
      return hexadecimal(text, from + 1, 2);
    case backslash: {
      const plain = plainEscapes.get(next);
      if (plain !== undefined) return { code: plain, length: 2 };
      const digits = next === 117 ? 4 : next === 120 ? 2 : 0;
      const read = digits === 0 ? undefined : hexadecimal(text, from + 2, digits);
      return read === undefined ? undefined : { code: read.code, length: digits + 2 };
    }
    default: {
      const entity = entities.find(([word]) => text.startsWith(word, from));
      return entity === undefined ? undefined : { code: entity[1], length: entity[0].length };
    }
  }
}

/** Escapes of JSON and Go's %q that are one letter. */
const plainEscapes: ReadonlyMap<number, number> = new Map([
  [34, 34],
  [39, 39],
  [47, 47],
  [backslash, backslash],
  [110, 10],
  [114, 13],
  [116, 9],
]);

function hexadecimal(text: string, from: number, digits: number): Escape | undefined {
  let code = 0;
  for (let at = from; at < from + digits; at += 1) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0) return undefined;
    code = code * 16 + digit;
  }
  return { code, length: digits + 1 };
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Half a pair of surrogates becomes another sign, of the same length. */
const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });

function textOf(units: Uint16Array, length: number): string {
  return utf16.decode(units.subarray(0, length));
}
