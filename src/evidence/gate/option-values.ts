import { isTelling, hideQuoted, hideRun } from "./named-values.ts";
import { codesOf, isPlaceholder, isProse, skipBlanks, wordAt, wordEnds } from "./prose.ts";
import type { Hide } from "./url-logins.ts";

/** Logins on command lines that a message repeats: `-p PASSWORD`, `--token TOKEN`, `-u user:password`, also as words of a list. */
/** False where none of these options stands. */
export function optionValue(text: string, dash: number, hide: Hide): boolean {
  const first = text.charCodeAt(dash + 1);
  if (
    (first !== letterP && first !== letterU && first !== letterDash) ||
    !/[\s"'`[,({]/.test(text[dash - 1] ?? " ")
  )
    return false;
  const option = wordAt(text, dash, optionEnds);
  const isLong = first === letterDash;
  const name = isLong ? option.slice(2) : (option[1] ?? "");
  const isUser = name === "u" || name === "user" || name === "creds" || name.endsWith("-creds");
  if (!isUser && isLong && !isTelling(name)) return false;
  // The value may be the same word: -pPASSWORD.
  const isJoined = !isLong && option.length > 2;
  const from = isJoined ? dash + 2 : valueBehind(text, dash + option.length);
  if (from === undefined) return false;
  const word = wordAt(text, from, wordEnds);
  const next = text.slice(from + word.length, from + word.length + 40);
  const isNone =
    word === "" ||
    word.startsWith("-") ||
    isPlaceholder(word) ||
    (isUser && !/^[^:/]+:./.test(word)) ||
    (name === "p" && isNoPassword(text, dash, word, isJoined)) ||
    (isLong && isProse(word, next));
  if (isNone) return true;
  if (!isJoined && /["'`]/.test(text[from - 1] ?? "")) hideQuoted(text, from, hide);
  else hideRun(text, from, hide);
  return true;
}

const letterP = 112;
const letterU = 117;
const letterDash = 45;

const optionEnds = codesOf(" \t\n\r\"'`=,;:)]}");

/** The next word of a command line, or the next string of a list. */
function valueBehind(text: string, end: number): number | undefined {
  let from = end;
  if (text[from] === "=") return undefined;
  if (/["'`]/.test(text[from] ?? "")) from += 1;
  if (text[from] === ",") from += 1;
  const next = skipBlanks(text, from);
  if (next === end) return undefined;
  return /["'`]/.test(text[next] ?? "") ? next + 1 : next;
}

/** `mkdir -p /var`, `-p 8080:80`, `patch -p {…}`; with a login around, `-p` is a password. */
function isNoPassword(text: string, dash: number, word: string, isJoined: boolean): boolean {
  const line = text.slice(Math.max(0, dash - 128), dash + 128);
  if (/\blogin\b|\s(?:-u|--user(?:name)?)\b/.test(line)) return false;
  if (isJoined) return true;
  if (
    /(?:mkdir|cp|patch|ssh|scp|nc|ps|install|test|read)\s+(?:\S+\s+){0,4}$/.test(
      text.slice(Math.max(0, dash - 64), dash),
    )
  )
    return true;
  return /^(?:[./~{[]|\d+(?:[:/-]|$))/.test(word) || isProse(word, " ");
}
