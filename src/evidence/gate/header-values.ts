import { blanks, codesOf, isProse, looksMade, skipBlanks, valueEnd, wordAt, wordEnds } from "./prose.ts";
import { isEncodedLogin } from "./token-shapes.ts";
import type { Hide } from "./url-logins.ts";

/** What stands behind `Authorization:`, and behind a scheme's name alone: `Bearer …`, `Basic …`. */

const schemes = new Set(
  "basic bearer token digest negotiate ntlm oauth hawk apikey api-key jwt dpop key aws4-hmac-sha256 signature privatetoken splunk".split(
    " ",
  ),
);
/** Schemes whose login is a list of `name=value`. */
const listed = new Set(["digest", "oauth", "hawk", "aws4-hmac-sha256", "signature", "dpop"]);
const valueEnds = codesOf(" \t\n\r\"'`<>)]}");

export function hideHeader(text: string, name: string, sure: boolean, from: number, hide: Hide): void {
  let start = skipBlanks(text, from);
  while (start - from < 6 && /["'`[({]/.test(text[start] ?? "")) start += 1;
  const isHeader = sure || start > skipBlanks(text, from) || /^[A-Z]|-[A-Za]/.test(name);
  const first = wordAt(text, start, valueEnds);
  const value = skipBlanks(text, start + first.length);
  if (schemes.has(first.toLowerCase()) && value > start + first.length)
    return hideLogin(text, first.toLowerCase(), value, hide);
  const second = wordAt(text, value, valueEnds);
  // A scheme that nobody knows, and what looks like its login.
  if (isHeader && /^[A-Z][A-Za-z-]+$/.test(first) && looksMade(second))
    return hide(value, valueEnd(text, value, valueEnds));
  if (second.startsWith("[redacted")) return;
  if (isProse(first, text.slice(start + first.length, start + first.length + 40))) return;
  if (isHeader || looksMade(first)) hide(start, valueEnd(text, start, valueEnds));
}

function hideLogin(text: string, scheme: string, from: number, hide: Hide): void {
  const word = wordAt(text, from, valueEnds);
  if (isChallenge(word) || isProse(word, "")) return;
  if (listed.has(scheme)) return hide(from, listEnd(text, from));
  const next = text.slice(from + word.length, from + word.length + 40);
  if (scheme !== "basic" && word.length < 16 && /^[a-z]+$/.test(word) && isProse(word, next)) return;
  hide(from, valueEnd(text, from, valueEnds));
}

/** `Bearer realm="…",service="…"` is what a server asks with. */
const isChallenge = (word: string): boolean =>
  /^(?:realm|error|scope|service|charset|nonce|error_description|resource_metadata)=/i.test(word);

/** Behind a list of `name=value`, each after a comma or a blank. */
function listEnd(text: string, from: number): number {
  let end = from;
  for (;;) {
    const next = /^[,\s]{0,4}[A-Za-z-]{2,24}=("?)/.exec(text.slice(end, end + 40));
    if (next === null) return end > from ? end : valueEnd(text, from, valueEnds);
    const start = end + next[0].length;
    const close = next[1] === "" ? -1 : text.indexOf('"', start);
    end = close < 0 ? valueEnd(text, start, parameterEnds) : close + 1;
  }
}

const parameterEnds = codesOf(" \t\n\r\"'`<>)]},");

/** A scheme's name outside of a header: `sent Bearer …`, `basic dXNlcjpwYXNz`. False where none begins. */
export function schemeValue(text: string, at: number, hide: Hide): boolean {
  const second = text.charCodeAt(at + 1) | 32;
  if (second !== letterA && second !== letterE) return false;
  const scheme = second === letterA ? "basic" : "bearer";
  const behind = at + scheme.length;
  if (text.slice(at, behind).toLowerCase() !== scheme) return false;
  const from = skipBlanks(text, text[behind] === ":" ? behind + 1 : behind);
  if (!blanks.has(text.charCodeAt(from - 1))) return false;
  const word = wordAt(text, from, wordEnds);
  if (word !== "" && !isChallenge(word) && !isSentence(word, scheme))
    hide(from, valueEnd(text, from, wordEnds));
  return true;
}

const letterA = 97;
const letterE = 101;

function isSentence(word: string, scheme: string): boolean {
  if (isProse(word, "")) return true;
  if (!/^[A-Za-z]?[a-z]*(?:['-][a-z]+)*[.,:;!?]?$/.test(word)) return false;
  return scheme === "basic" ? !isEncodedLogin(word) : word.length < 12;
}
