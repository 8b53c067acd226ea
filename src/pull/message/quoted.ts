/** A string as Go's %q writes it, and where it ends. */
export interface Quoted {
  readonly value: string;
  /** Index behind the closing quote; the text's length when the quote is never closed. */
  readonly end: number;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Reads the quoted string that begins at `start`, or nothing when no quote stands there. A cut text ends the string. */
export function readQuoted(text: string, start: number): Quoted | undefined {
  if (text[start] !== '"') return undefined;
  let value = "";
  let index = start + 1;
  while (index < text.length) {
    const character = text[index] ?? "";
    if (character === '"') return { value, end: index + 1 };
    if (character !== "\\") {
      value += character;
      index += 1;
      continue;
    }
    const [plain, length] = unescape(text, index + 1);
    value += plain;
    index += 1 + length;
  }
  return { value, end: text.length };
}

/** What stands behind a backslash, and its length. Unknown escapes stay as they are, `\x15` of an inner quote among them. */
function unescape(text: string, at: number): readonly [string, number] {
  const letter = text[at] ?? "";
  if (letter === '"' || letter === "\\" || letter === "'") return [letter, 1];
  const plain = escapes[letter];
  return plain === undefined ? [`\\${letter}`, Math.min(1, text.length - at)] : [plain, 1];
}
