import {
  codesOf,
  isPlaceholder,
  isProse,
  looksMade,
  skipBlanks,
  valueEnd,
  wordAt,
  wordEnd,
  wordEnds,
} from "./prose.ts";
import { userKindOf } from "./login-kind.ts";
import { hideHeader } from "./header-values.ts";
import type { Hide } from "./url-logins.ts";

/** Values that a name in front of them tells to be logins: `password: …`, `"token":"…"`, `?sig=…`, `X-Registry-Auth: …`. */

/** What a name ends with whose value is a login. `pass` and `auth` only as words of their own, by a sign or a capital in front. */
const telling =
  /(?:password|passwd|passwort|passphrase|pwd|secret|token|jwt|credentials?|signature|apikey|accesskey|secretkey|privatekey|accountkey|authkey|keydata|cookies?|sessionid|jfrogartapi|registryconfig|bearer)$/;
const tellingWord = /(?:^|[_-])(?:pass|pw|auth|sig|sid)$/i;
const tellingCapital = /[a-z](?:Pass|Auth|Sig)$/;
/** In a query more is taken for one: nobody reads a message for its parameters. */
const tellingParameter =
  /token|signature|secret|password|passwd|credential|apikey|accesskey|^(?:sig|key|auth|code|jwt|pass|pwd|account|username|user)$/;
/** Names of users, which are shown where they tell the kind of login. */
const users = /^(?:account|user|username)$/i;
const passwords = /(?:password|passwd|passwort|passphrase|pwd|pass)$/;
/** Names of objects, and what is said of a token. */
const innocent = /(?:pullsecrets?|secretname|tokentype|authtype|bypass|compass)$/;

const longestName = 64;
const quotes = codesOf("\"'`");

interface Name {
  readonly start: number;
  readonly written: string;
  readonly isQuoted: boolean;
}

/** The name that ends in front of a sign, with at most a quote and a blank between. */
function nameBefore(text: string, sign: number): Name | undefined {
  let end = sign;
  if (text.charCodeAt(end - 1) === blank) end -= 1;
  const isQuoted = quotes.has(text.charCodeAt(end - 1));
  if (isQuoted) end -= 1;
  if (!canTell(text, end)) return undefined;
  let start = end;
  while (start > 0 && end - start < longestName && isNameCode(text.charCodeAt(start - 1))) start -= 1;
  while (text.charCodeAt(start) === dash) start += 1;
  // A quote that closes something else, unless the value's own opens at once: the text may be cut in front.
  if (isQuoted && text[start - 1] !== text[end] && text[sign + 1] !== text[end]) return undefined;
  return { start, written: text.slice(start, end), isQuoted };
}

const blank = 32;
const dash = 45;

function isNameCode(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || (code >= 48 && code <= 57) || code === dash || code === 95;
}

/** The last letters of all names below: most names are told by them to be no such name. */
const lastLetters = new Set(
  "ord swd ort ase pwd ret ken jwt ial als ure key ata kie ies nid api fig rer ass _pw -pw uth sig sid ion ode unt ame ser".split(
    " ",
  ),
);
const lastCodes = new Set([...lastLetters].map((letters) => packed(letters, letters.length)));

function packed(text: string, end: number): number {
  return (
    ((text.charCodeAt(end - 3) | 32) << 16) |
    ((text.charCodeAt(end - 2) | 32) << 8) |
    (text.charCodeAt(end - 1) | 32)
  );
}

/** By their very last letter first: this is asked at every colon. */
const lastOnes = new Uint8Array(128);
for (const letters of lastLetters) lastOnes[letters.charCodeAt(letters.length - 1)] = 1;

function canTell(text: string, end: number): boolean {
  return end >= 2 && lastOnes[text.charCodeAt(end - 1) | 32] === 1 && lastCodes.has(packed(text, end));
}

type Meaning = "header" | "cookie" | "password" | "other" | "parameter" | "nothing";

/** What a name says of its value. Kept by name: a text of 16 KB may have thousands, of the same few. */
export class Names {
  readonly #known = new Map<string, Meaning>();

  of(written: string): Meaning {
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    const meaning = meaningOf(written);
    this.#known.set(written, meaning);
    return meaning;
  }
}

function meaningOf(written: string): Meaning {
  const plain = written.toLowerCase().replaceAll(/[_-]/g, "");
  if (plain.endsWith("authorization")) return "header";
  if (innocent.test(plain)) return "nothing";
  if (telling.test(plain) || tellingWord.test(written) || tellingCapital.test(written))
    return /cookies?$/.test(plain) ? "cookie" : passwords.test(plain) ? "password" : "other";
  return tellingParameter.test(plain) ? "parameter" : "nothing";
}

/** Whether a value behind this name is a login, wherever the name stands. */
export function isTelling(written: string): boolean {
  return !["nothing", "parameter"].includes(meaningOf(written));
}

/** False where no telling name stands in front of the colon. */
export function colonValue(text: string, sign: number, names: Names, hide: Hide): boolean {
  const name = nameBefore(text, sign);
  const meaning = name === undefined ? "nothing" : names.of(name.written);
  if (name === undefined || meaning === "nothing" || meaning === "parameter") return false;
  if (meaning === "header") hideHeader(text, name.written, name.isQuoted, sign + 1, hide);
  else if (meaning === "cookie" && text.charCodeAt(sign + 1) === blank) hideLine(text, sign + 2, hide);
  else hideNamed(text, sign, name, names, hide);
  return true;
}

function hideNamed(text: string, sign: number, name: Name, names: Names, hide: Hide): void {
  const from = skipBlanks(text, sign + 1);
  const opened = skipOpening(text, from);
  if (opened > from && quotes.has(text.charCodeAt(opened - 1))) return hideQuoted(text, opened, hide);
  const first = text[from];
  const block = first === "|" || first === ">" ? blockBegin.exec(text.slice(from, from + 8)) : null;
  if (block !== null) return hideBlock(text, from + block[0].length, hide);
  const word = wordAt(text, opened, wordEnds);
  if (name.isQuoted && !isProse(word, "")) return hideRun(text, opened, hide);
  if (from === sign + 1 && opened === from && !isCloseName(text, name, names.of(name.written), word)) return;
  if (isPath(word) || word.includes("://") || isProse(word, behind(text, opened, word))) return;
  if (beginsAnother(word, names)) return;
  hideRun(text, opened, hide);
}

/** Another name, an option or a key begins here, and what is behind it is the login: `no credentials: PRIVATE-TOKEN: …`. */
function beginsAnother(word: string, names: Names): boolean {
  const [, inner] = /^(?:[a-z]*[[{(])*["']?([A-Za-z][\w-]*)["']?[:=]/.exec(word) ?? [];
  return /^-(?:[a-z]$|-)/.test(word) || (inner !== undefined && names.of(inner) !== "nothing");
}

const blockBegin = /^[|>][-+0-9]{0,2}[ \t]*\r?\n/;

const behind = (text: string, from: number, word: string): string =>
  text.slice(from + word.length, from + word.length + 40);

/** `{Password:x Email:y}` as Go prints a struct, `map[token:x]`; `auth:1.4` is an image. */
function isCloseName(text: string, name: Name, meaning: Meaning, word: string): boolean {
  const before = text[name.start - 1] ?? " ";
  if (!/[\s{[(,&?;]/.test(before) || word.startsWith("//")) return false;
  if (/^(?:latest|stable|main|master|dev|v?\d+(?:\.\d+)*(?:[-+.][a-z0-9.-]+)?)$/i.test(word)) return false;
  return meaning === "password" || /[{[(,]/.test(before) || /^[A-Z]/.test(name.written) || looksMade(word);
}

const isPath = (word: string): boolean => /^(?:\/[a-z0-9._-]+){2,}\/?[:.]?$/.test(word);

/** False where no telling name stands in front of the sign. */
export function equalsValue(text: string, sign: number, names: Names, hide: Hide): boolean {
  const name = nameBefore(text, sign);
  const meaning = name === undefined ? "nothing" : names.of(name.written);
  if (name === undefined || meaning === "nothing") return false;
  const isParameter = /[?&;]/.test(text[name.start - 1] ?? " ");
  if (meaning === "parameter" && !isParameter) return false;
  if (meaning === "header") hideHeader(text, name.written, true, sign + 1, hide);
  else hideAssigned(text, sign, name, isParameter, hide);
  return true;
}

function hideAssigned(text: string, sign: number, name: Name, isParameter: boolean, hide: Hide): void {
  const from = text.charCodeAt(sign + 1) === blank ? sign + 2 : sign + 1;
  const opened = skipOpening(text, from);
  if (opened > from && quotes.has(text.charCodeAt(opened - 1))) return hideQuoted(text, opened, hide);
  const ends = isParameter ? parameterEnds : shellEnds;
  const word = wordAt(text, opened, ends);
  if (isPlaceholder(word) || (name.written === "PWD" && word.startsWith("/"))) return;
  if (from > sign + 1 && isProse(word, behind(text, opened, word))) return;
  if (users.test(name.written) && userKindOf(word) !== "other" && userKindOf(word) !== "e-mail") return;
  hide(opened, continued(text, opened, valueEnd(text, opened, ends)));
}

const parameterEnds = codesOf(" \t\n\r\"'<>&;");
const shellEnds = codesOf(" \t\n\r\"'<>");
const runEnds = codesOf(" \t\n\r\"'`<>,;}]");

function skipOpening(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < 4 && /["'`[({ ]/.test(text[at] ?? "")) {
    at += 1;
    if (quotes.has(text.charCodeAt(at - 1))) break;
  }
  return at;
}

/** To the quote that closes what was opened just before; the whole rest where none does. */
export function hideQuoted(text: string, from: number, hide: Hide): void {
  const quote = text[from - 1] ?? '"';
  if (isPlaceholder(text.slice(from, from + 64).split(quote, 1)[0] ?? "")) return;
  let end = text.indexOf(quote, from);
  while (end > from && text[end - 1] === "\\" && isEscaped(text, end)) end = text.indexOf(quote, end + 1);
  hide(from, end < 0 ? text.length : end);
}

function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start -= 1;
  return (at - start) % 2 === 1;
}

export function hideRun(text: string, from: number, hide: Hide): void {
  const word = wordAt(text, from, runEnds);
  if (isPlaceholder(word) || /^(?:null|true|false|)$/.test(word)) return;
  hide(from, continued(text, from, valueEnd(text, from, runEnds)));
}

/** Base64 is broken into lines of 60 letters and more; the lines below belong to it. */
function continued(text: string, from: number, end: number): number {
  let last = end;
  let length = end - from;
  while (length >= 60) {
    const more = /^[ \t]{0,8}\r?\n[ \t]{0,40}([A-Za-z0-9+/_=-]{4,})(?=[ \t]*(?:[\r\n"'`,;}]|$))/.exec(
      text.slice(last, last + 200),
    );
    if (more === null) break;
    const start = last + more[0].length - (more[1]?.length ?? 0);
    last = wordEnd(text, start, runEnds);
    length = last - start;
  }
  return last;
}

function hideLine(text: string, from: number, hide: Hide): void {
  hide(from, wordEnd(text, from, lineEnds));
}

const lineEnds = codesOf("\r\n\"'`]}");

/** A block of YAML: the lines that are indented as far as the first one. */
function hideBlock(text: string, from: number, hide: Hide): void {
  const indent = /^[ \t]*/.exec(text.slice(from, from + 80))?.[0] ?? "";
  let end = from;
  for (let line = from; line < text.length && text.startsWith(indent, line); line = end + 1) {
    const next = text.indexOf("\n", line);
    end = next < 0 ? text.length : next;
    if (indent === "") break;
  }
  hide(from + indent.length, end);
}
