import { UserError } from "../../user-error.ts";

/**
 * The text of a file in UTF-8 or UTF-16, without its byte order mark. Windows PowerShell's `>` writes UTF-16LE with a
 * mark (about_Redirection, 5.1); some editors write it without, which the zero bytes of the first letters show.
 */
export function decodeText(name: string, bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${name} is no text in UTF-8 or UTF-16`, undefined, 3);
  }
}

function encodingOf(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}
