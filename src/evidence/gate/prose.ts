/**
 * What stands behind a telling word is a login or the rest of a sentence: `token: Wq7…`, `token: unexpected status`. These
 * tell them apart; in doubt it is a login.
 */

/** As far as a word is looked at: longer ones are no words of a sentence. */
const longest = 96;

/** The place of the next of these characters, or the end of the text. */
export function wordEnd(text: string, from: number, ends: ReadonlySet<number>, limit = text.length): number {
  let at = from;
  while (at < limit && at < text.length && !ends.has(text.charCodeAt(at))) at += 1;
  return at;
}

/** The word that begins at a place, as far as it need be looked at. However many ask, the whole stays linear. */
export function wordAt(text: string, from: number, ends: ReadonlySet<number>): string {
  return text.slice(from, wordEnd(text, from, ends, from + longest));
}

export const codesOf = (characters: string): ReadonlySet<number> =>
  new Set([...characters].map((character) => character.charCodeAt(0)));

export const blanks = codesOf(" \t\n\r");
export const wordEnds = codesOf(" \t\n\r\"'`<>,;)]}");

/** The same, without the signs that end a sentence or its part. */
export function valueEnd(text: string, from: number, ends: ReadonlySet<number>): number {
  let end = wordEnd(text, from, ends);
  while (end > from + 1 && stops.has(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

const stops = codesOf(".:,;!?");

export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (blanks.has(text.charCodeAt(at))) at += 1;
  return at;
}

/** Words that sentences about logins go on with, or end with. */
const sentenceWords: ReadonlySet<string> = new Set(
  (
    "a access all an and any are as at auth authenticate authentication authorisation authorization bad basic be but by can cannot " +
    "certificate challenge challenges could credential credentials denied did digest does empty eof error errors exceeded expected expired " +
    "failed failure false for forbidden from get had has have head header headers host if in incorrect insufficient invalid is it " +
    "key limit login malformed may method methods mismatch missing must nil no none not null of ok on only or parse parsing password " +
    "permission post put realm refused rejected request required requires response revoked scheme scope secret server service should status " +
    "that the then this timeout to token tokens true type unauthenticated unauthorized undefined unexpected unknown unsupported url used user username " +
    "using value was were when which will with without wrong you your"
  ).split(" "),
);

/** Beginnings of errors that have a number in them: Go's packages, and Entra's codes. */
const goPackages: ReadonlySet<string> = new Set(["x509", "http2", "oauth2", "net/http", "pkcs12", "base64"]);

/** Whether a word behind a telling one goes on with a sentence. `next` is what follows it. */
export function isProse(word: string, next: string): boolean {
  if (word.length >= longest) return false;
  const bare = word.replace(/[.:!?…]+$/, "");
  if (bare === "" || isPlaceholder(bare) || /^[1-5]\d\d$/.test(bare)) return true;
  if (word.endsWith(":") && (goPackages.has(bare) || /^AADSTS\d+$/.test(bare))) return true;
  if (!/^[A-Za-z]?[a-z]*(?:['-][a-z]+)*$/.test(bare) && bare !== "EOF") return false;
  if (sentenceWords.has(bare.toLowerCase())) return true;
  // One more word makes a sentence, unless it is the next name of a list.
  return bare.length < 16 && (word.endsWith(":") || /^[ \t]+["'(]?[A-Za-z]+[,.;!?]?(?:[ \t]|$)/.test(next));
}

/** Stands for a value that is not there: a template's, a shell's, a redaction. */
export function isPlaceholder(word: string): boolean {
  return (
    word.startsWith("[redacted") ||
    /^(?:\*{3,}|<[a-z -]*>?|\$[A-Z_]+|\$\{[A-Z_]+|\$\(.*|\{\{.*|%!?[a-z])$/.test(word) ||
    /^x{3,}$/i.test(word)
  );
}

/** No word of a language: digits and letters, or capitals, in the middle of it. */
export function looksMade(word: string): boolean {
  return word.length >= 6 && (/\d/.test(word) ? /[A-Za-z]/.test(word) : /[a-z][A-Z]/.test(word));
}
