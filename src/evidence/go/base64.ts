import { utf8Bytes } from "./utf8.ts";

export type Base64Result =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `offset` is the byte that Go's CorruptInputError names. */
  | { readonly ok: false; readonly offset: number };

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values = new Int8Array(256).fill(-1);
for (let index = 0; index < alphabet.length; index += 1) values[alphabet.charCodeAt(index)] = index;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const equals = 0x3d;

/**
 * Base64 as Go's encoding/base64 decodes it (1.26): `padded` is StdEncoding, otherwise RawStdEncoding. Line breaks are
 * passed over anywhere; anything else outside the alphabet ends it. Bits left over in the last character are ignored.
 */
export function decodeBase64(source: Uint8Array, padded: boolean): Base64Result {
  const out = new Uint8Array(Math.ceil((source.length * 3) / 4) + 3);
  let length = 0;
  let index = 0;
  while (index < source.length) {
    const quantum = readQuantum(source, index, padded);
    if (quantum.offset !== undefined) return { ok: false, offset: quantum.offset };
    const [a = 0, b = 0, c = 0, d = 0] = quantum.sextets;
    const bits = (a << 18) | (b << 12) | (c << 6) | d;
    if (quantum.sextets.length > 1) out[length++] = bits >> 16;
    if (quantum.sextets.length > 2) out[length++] = (bits >> 8) & 0xff;
    if (quantum.sextets.length > 3) out[length++] = bits & 0xff;
    index = quantum.next;
  }
  return { ok: true, bytes: out.slice(0, length) };
}

interface Quantum {
  readonly sextets: readonly number[];
  readonly next: number;
  readonly offset?: number;
}

/** Up to four characters. The order of the checks decides which byte an error names. */
function readQuantum(source: Uint8Array, start: number, padded: boolean): Quantum {
  const sextets: number[] = [];
  let index = start;
  while (sextets.length < 4) {
    if (index === source.length) {
      const count = sextets.length;
      // Go counts back by characters of the alphabet, not by bytes, so line breaks move the offset.
      const short = count === 1 || (count > 0 && padded);
      return short ? { sextets, next: index, offset: index - count } : { sextets, next: index };
    }
    const byte = source[index] ?? 0;
    index += 1;
    const value = values[byte] ?? -1;
    if (value >= 0) sextets.push(value);
    else if (byte === lineFeed || byte === carriageReturn) continue;
    else if (byte === equals && padded) return readPadding(source, index, sextets);
    else return { sextets, next: index, offset: index - 1 };
  }
  return { sextets, next: index };
}

function readPadding(source: Uint8Array, afterFirst: number, sextets: readonly number[]): Quantum {
  let index = afterFirst;
  if (sextets.length < 2) return { sextets, next: index, offset: index - 1 };
  if (sextets.length === 2) {
    index = skipBreaks(source, index);
    if (index === source.length) return { sextets, next: index, offset: source.length };
    if (source[index] !== equals) return { sextets, next: index, offset: index - 1 };
    index += 1;
  }
  index = skipBreaks(source, index);
  return index < source.length ? { sextets, next: index, offset: index } : { sextets, next: index };
}

function skipBreaks(source: Uint8Array, start: number): number {
  let index = start;
  while (source[index] === lineFeed || source[index] === carriageReturn) index += 1;
  return index;
}

/**
 * One value of a Secret's `data`. The API server writes it without fault; files are edited by hand and folded by YAML,
 * so blanks and the padding do not matter here. Undefined when it is no base64.
 */
export function decodeSecretData(text: string): Uint8Array | undefined {
  const bytes = utf8Bytes(text.replaceAll(/\s/g, ""));
  let end = bytes.length;
  while (bytes[end - 1] === equals) end -= 1;
  const result = decodeBase64(bytes.subarray(0, end), false);
  return result.ok ? result.bytes : undefined;
}
