import type { Hide } from "./url-logins.ts";

/** Logins that their own shape betrays: published prefixes, JSON web tokens, base64 of `user:password`, private keys. */

/** Prefixes that issuers publish so that scanners find what was lost. */
const prefixes: readonly string[] = (
  "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- glcbt- glrt- glrtr- glptt- glsoat- glft- glimt- glagent- gloas- glffct- " +
  "dckr_pat_ dckr_oat_ dop_v1_ doo_v1_ dor_v1_ ya29. AIza GOCSPX- AKCp cmVmdGtu ATATT3 ATCTT3 ATBB hvs. hvb. hvr. npm_ pypi-Ag " +
  "xoxb- xoxp- xoxa- xoxr- xoxs- xapp- sk_live_ sk_test_ rk_live_ sk-proj- sk-ant- sk-or- shpat_ squ_ sqp_ sqa_ SG. NRAK- lin_api_ " +
  "figd_ tfp_ CFPAT- whsec_ rubygems_ oy2 jfrt@ hf_ pul- nvapi- AGE-SECRET-KEY- dp.pt. dp.st. sntrys_ glc_ glsa_ eyrie_ quay_ cio"
).split(" ");
const byLetter = Map.groupBy(prefixes, (prefix) => prefix.charCodeAt(0));
const tokenEnd = /[^A-Za-z0-9_.~+/=-]/g;

/** What begins with the letter or digit at a place, where none stands in front of it. */
export function tokenAt(text: string, at: number, hide: Hide): void {
  const code = text.charCodeAt(at);
  const known = byLetter.get(code);
  if (known === undefined && code !== letterE && code !== letterA && code !== letterB) return;
  if (code === letterE && text.startsWith("eyJ", at)) return webToken(text, at, hide);
  if (code === letterA && /^A(?:KIA|SIA|BIA|CCA|GPA|IDA|ROA)[A-Z0-9]{12,}/.test(text.slice(at, at + 20)))
    return hide(at, runEnd(text, at));
  if (code === letterB && text.startsWith("BEGIN ", at)) return privateKey(text, at, hide);
  const prefix = known?.find(
    (word) => text.charCodeAt(at + 1) === word.charCodeAt(1) && text.startsWith(word, at),
  );
  if (prefix === undefined) return;
  const end = tokenEndOf(text, at);
  if (isTokenRest(text.slice(at + prefix.length, end))) hide(at, end);
}

const letterA = 65;
const letterB = 66;
const letterE = 101;

/** Behind a prefix: one word that is no word of a language. */
function isTokenRest(rest: string): boolean {
  return rest.length >= 8 && (/\d/.test(rest) || /[A-Z]/.test(rest) || rest.length >= 20);
}

function tokenEndOf(text: string, at: number): number {
  tokenEnd.lastIndex = at;
  const end = tokenEnd.exec(text)?.index ?? text.length;
  return text[end - 1] === "." ? end - 1 : end;
}

function runEnd(text: string, at: number): number {
  let end = at;
  while (isBase64(text.charCodeAt(end))) end += 1;
  return end;
}

/** JSON web tokens of three and of five parts (RFC 7515, 7516), and base64 of any JSON object. */
function webToken(text: string, at: number, hide: Hide): void {
  let end = runEnd(text, at);
  const first = end - at;
  if (first < 9) return;
  while (text[end] === "." && (isBase64(text.charCodeAt(end + 1)) || text[end + 1] === "."))
    end = runEnd(text, end + 1);
  end = withPadding(text, end);
  if (first >= 20 || end > at + first + 3) hide(at, end);
}

/** PEM (RFC 7468): to the end of the key, or of the text. A certificate is no secret. */
function privateKey(text: string, at: number, hide: Hide): void {
  if (!/^BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(text.slice(at, at + 64))) return;
  const end = text.indexOf("-----END", at);
  hide(at, end < 0 ? text.length : end);
}

const base64Codes = new Int8Array(128).fill(-1);
for (const [index, letter] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"].entries())
  base64Codes[letter.charCodeAt(0)] = index;
for (const [letter, value] of [
  ["+", 62],
  ["-", 62],
  ["/", 63],
  ["_", 63],
] as const)
  base64Codes[letter.charCodeAt(0)] = value;

export function isBase64(code: number): boolean {
  return code < 128 && (base64Codes[code] ?? -1) >= 0;
}

/** A run of base64's letters, as long as it goes. Names of files and images are such runs too, joined by slashes. */
export function encodedRun(text: string, start: number, end: number, hide: Hide): void {
  if (hasLogin(text, start, end)) return hide(start, withPadding(text, end));
  let piece = start;
  let part = start;
  for (let at = start; at <= end; at += 1) {
    const code = at < end ? text.charCodeAt(at) : slash;
    if (code !== slash && code !== dash && code !== underscore) continue;
    if (isRandom(text, part, at)) hide(piece, withPadding(text, at));
    part = at + 1;
    if (code !== slash) continue;
    if (at - piece >= 8 && at - piece < end - start && hasLogin(text, piece, at))
      hide(piece, withPadding(text, at));
    piece = at + 1;
  }
}

const dash = 45;
const underscore = 95;
const slash = 47;

function withPadding(text: string, end: number): number {
  let at = end;
  while (text[at] === "=") at += 1;
  return at;
}

export function isEncodedLogin(word: string): boolean {
  return isLogin(word, 0, word.length);
}

/** Names have no capitals, and words seldom a digit: what has none of them is not looked into. */
function hasLogin(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 65 && code <= 90) return isLogin(text, start, end);
  }
  return false;
}

/** Whether the letters are base64 of a text with a colon in it: `user:password`, or JSON. */
function isLogin(text: string, start: number, end: number): boolean {
  let bits = 0;
  let value = 0;
  let bytes = 0;
  let colon = false;
  let open = 0;
  for (let at = start; at < end; at += 1) {
    const six = base64Codes[text.charCodeAt(at)] ?? -1;
    if (six < 0) break;
    value = ((value << 6) | six) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (value >> bits) & 0xff;
    if (open > 0) {
      if ((byte & 0xc0) !== 0x80) return false;
      open -= 1;
    } else if (byte >= 0xc3 && byte <= 0xf0) open = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    else if (byte > 0x7e || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) return false;
    if (byte === 0x3a && bytes > 0) colon = true;
    bytes += 1;
  }
  return colon;
}

/** Forty letters of all kinds in one piece are a key, and no name. */
function isRandom(text: string, start: number, end: number): boolean {
  if (end - start < 40) return false;
  let capitals = 0;
  let small = 0;
  let digits = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 65 && code <= 90) capitals += 1;
    else if (code >= 97 && code <= 122) small += 1;
    else if (code >= 48 && code <= 57) digits += 1;
  }
  return capitals >= 3 && small >= 3 && digits >= 3;
}
