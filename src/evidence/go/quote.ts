const shortEscapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  "'": "\\'",
};

/**
 * A byte as Go's JSON scanner quotes it (1.26, strconv.Quote): taken for the character of that number, whatever it was
 * part of.
 */
export function quoteByte(byte: number): string {
  const character = String.fromCharCode(byte);
  const short = shortEscapes[character];
  if (short !== undefined) return `'${short}'`;
  const printable = byte >= 0x20 && byte !== 0x7f && (byte < 0x80 || byte > 0xa0) && byte !== 0xad;
  if (printable) return `'${character}'`;
  const digits = byte.toString(16);
  return byte < 0x80 ? `'\\x${digits.padStart(2, "0")}'` : `'\\u${digits.padStart(4, "0")}'`;
}
