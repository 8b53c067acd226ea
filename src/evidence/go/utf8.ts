/** Go's strings are bytes. These are the ways between them and ours. */
export function utf8Bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const replacement = "\uFFFD";

/**
 * Bytes as encoding/json reads and prints them (Go 1.26 unicode/utf8): every byte that belongs to no valid character
 * becomes a U+FFFD of its own. The platform's decoder makes one U+FFFD of several such bytes, so it serves only where
 * there are none.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return text.includes(replacement) ? decodeByteWise(bytes) : text;
}

function decodeByteWise(bytes: Uint8Array): string {
  let text = "";
  let index = 0;
  while (index < bytes.length) {
    const size = characterSize(bytes, index);
    const character = bytes.subarray(index, index + Math.max(size, 1));
    text += size === 0 ? replacement : new TextDecoder("utf-8", { ignoreBOM: true }).decode(character);
    index += Math.max(size, 1);
  }
  return text;
}

/** Length of the valid character at index, or 0 (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF). */
function characterSize(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0;
  if (first < 0x80) return 1;
  const size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let offset = 1; offset < size; offset += 1) {
    const byte = bytes[index + offset] ?? 0;
    if (byte < (offset === 1 ? lowest : 0x80) || byte > (offset === 1 ? highest : 0xbf)) return 0;
  }
  return size;
}
