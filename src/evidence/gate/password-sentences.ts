import { hideQuoted } from "./named-values.ts";
import { isProse, looksMade, valueEnd, wordAt, wordEnds } from "./prose.ts";
import type { Hide } from "./url-logins.ts";

/** `password is …`, `with password '…'`, `token Wq7…`: a login as a word of a sentence. */

const longestBegin = 24;

/** False where no such word begins at this place. */
export function passwordSentence(text: string, at: number, hide: Hide): boolean {
  const code = text.charCodeAt(at + 2) | 32;
  if (code !== letterS && code !== letterK && code !== letterD) return false;
  const third = text.charCodeAt(at + 1) | 32;
  if (third !== 97 && third !== 119 && third !== 111) return false;
  const begin = text.slice(at, at + longestBegin);
  const [whole, name = "", is] =
    /^(password|passwd|passphrase|pwd|token)\b( is| was)?[ \t]+/i.exec(begin) ?? [];
  if (whole === undefined) return false;
  const from = at + whole.length;
  const isToken = name.toLowerCase() === "token";
  if (/["'`]/.test(text[from] ?? "") && (!isToken || is !== undefined)) hideQuoted(text, from + 1, hide);
  else hideWord(text, from, isToken && is === undefined, hide);
  return true;
}

function hideWord(text: string, from: number, isBareToken: boolean, hide: Hide): void {
  const word = wordAt(text, from, wordEnds);
  if (isProse(word, "") || !(isBareToken ? looksLikeToken(word) : looksMade(word))) return;
  hide(from, valueEnd(text, from, wordEnds));
}

const letterS = 115;
const letterK = 107;
const letterD = 100;

const looksLikeToken = (word: string): boolean =>
  word.length >= 10 && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word) && !/[:/]/.test(word);
