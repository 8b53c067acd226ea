import { isPlaceholder, wordEnd, blanks, codesOf } from "./prose.ts";

/** Hides what stands from one place of a text to another. */
export type Hide = (start: number, end: number) => void;

/** Schemes of what is dialled: behind their host stands a port, and nothing else. */
const dialled = new Set(["http", "https", "socks5", "socks5h", "tcp", "ftp", "grpc", "ws", "wss"]);
const opening = codesOf("\"'`(<[{");
const authorityEnds = codesOf(" \t\n\r\"'`<>/?#");
const queryStart = codesOf("?#");

/**
 * Logins in URLs and in what people write like one: `https://user:password@host`, `user:password@host/image`. A password may
 * have any character in it, also those that end a login for whoever reads the URL. Signs are to be given in their order.
 */
export class UrlLogins {
  readonly #text: string;
  readonly #hide: Hide;
  readonly #quotes: Quotes;
  #done = 0;
  /** Where the word ends that was looked at last, and the next @. */
  #wordEnd = 0;
  #sign = -1;

  constructor(text: string, hide: Hide) {
    this.#text = text;
    this.#hide = hide;
    this.#quotes = new Quotes(text);
  }

  /** Looks at the word around an @, or at what is quoted around it; false where that was done. */
  at(sign: number): boolean {
    if (sign < this.#done) return false;
    const text = this.#text;
    let start = sign;
    while (start > this.#done && !blanks.has(text.charCodeAt(start - 1))) start -= 1;
    let end = wordEnd(text, sign, blanks);
    const quoted = this.#quotes.around(sign);
    if (quoted !== undefined && quoted.start >= this.#done) {
      start = Math.min(start, quoted.start);
      end = Math.max(end, quoted.end);
    }
    this.#done = end;
    hideLogin(text.slice(start, end), sign - start, (from, to) => this.#hide(start + from, start + to));
    return true;
  }

  /** Looks at the colon of `http://`, where no @ follows in the same word. */
  scheme(colon: number): boolean {
    if (colon < this.#done) return false;
    if (colon >= this.#wordEnd) this.#wordEnd = wordEnd(this.#text, colon, blanks);
    if (colon > this.#sign) {
      const next = this.#text.indexOf("@", colon);
      this.#sign = next < 0 ? Infinity : next;
    }
    const end = Math.max(this.#wordEnd, this.#quotes.around(colon)?.end ?? 0);
    return this.#sign >= end && hidePort(this.#text, colon, this.#sign, this.#hide);
  }
}

interface Quoted {
  readonly start: number;
  readonly end: number;
}

/** What is quoted around a place, where it begins like a URL or a login and so may have blanks in it. */
class Quotes {
  readonly #text: string;
  #next = 0;
  #open: Quoted | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  around(place: number): Quoted | undefined {
    while (this.#next <= place) {
      const start = this.#text.indexOf('"', this.#next);
      const end = start < 0 ? -1 : this.#text.indexOf('"', start + 1);
      this.#open = end < 0 ? undefined : { start: start + 1, end };
      this.#next = end < 0 ? Infinity : end + 1;
    }
    const open = this.#open;
    if (open === undefined || open.start > place || open.end < place) return undefined;
    return loginLike.test(this.#text.slice(open.start, open.start + 96)) ? open : undefined;
  }
}

const loginLike = /^(?:[a-z][a-z0-9+.-]{0,20}:\/\/|[^\s:/]{1,64}:[^\s])/i;

function hideLogin(word: string, firstSign: number, hide: Hide): void {
  const sign = lastSign(word, firstSign);
  if (sign < 0) return;
  // Of several URLs in one word the one whose authority the first sign stands in, or behind.
  const before = word.lastIndexOf("://", firstSign);
  const scheme = before < 0 ? word.lastIndexOf("://", sign) : before;
  if (scheme >= 0) {
    if (scheme + 3 <= sign && !isBehindHost(word, scheme + 3, sign)) hideOnce(word, scheme + 3, sign, hide);
    return;
  }
  let from = 0;
  while (from < sign && opening.has(word.charCodeAt(from))) from += 1;
  if (isLogin(word.slice(from, sign), word.slice(sign + 1))) hideOnce(word, from, sign, hide);
}

function hideOnce(text: string, from: number, sign: number, hide: Hide): void {
  if (text.slice(from, sign) !== "[redacted]") hide(from, sign);
}

/** The last @ that does not begin a digest. */
function lastSign(word: string, first: number): number {
  for (let sign = word.lastIndexOf("@"); sign >= first; sign = word.lastIndexOf("@", sign - 1)) {
    if (!/^@sha(?:256|384|512)\b/.test(word.slice(sign, sign + 8))) return sign;
    if (sign === 0) break;
  }
  return -1;
}

/** Whether the @ stands behind a whole host: in a query, or in a path, and not at the end of a login that has a / in it. */
function isBehindHost(word: string, from: number, sign: number): boolean {
  const authority = word.slice(from, wordEnd(word, from, authorityEnds));
  if (from + authority.length > sign || !isHost(authority)) return false;
  return !authority.includes(":") || wordEnd(word, from, queryStart) < sign;
}

function isHost(authority: string): boolean {
  return (
    authority.length < 256 &&
    (/^(?:[a-z0-9_-]+\.)+[a-z0-9-]+(?::\d{1,5})?$/i.test(authority) ||
      /^(?:localhost|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(authority))
  );
}

/** Kinds of principals that clouds write in front of an address. */
const principals =
  /^["'(]*(?:serviceAccount|user|group|mailto|principal|principalSet|email|account|deleted|domain):[\w.+-]+$/i;

/** Without a scheme: whether `before@behind` is a login and a host, and no address of a person. */
function isLogin(before: string, behind: string): boolean {
  if (before === "") return false;
  const host = behind.replace(/["'`)\]}>,;:.!?]+$/, "");
  const isAddress = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(host);
  if (before.includes(":")) return !(isAddress && principals.test(before));
  if (isAddress) return looksLikeToken(before);
  return host.includes("/") || /:\d/.test(host) || looksLikeToken(before);
}

const looksLikeToken = (word: string): boolean =>
  word.length >= 12 && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);

/**
 * `http://user:password`, where somebody forgot the host, and where Go complains of the port. A password with blanks goes on
 * to the next @ of the line.
 */
function hidePort(text: string, colon: number, sign: number, hide: Hide): boolean {
  let start = colon;
  while (start > 0 && colon - start < 8 && isSchemeCode(text.charCodeAt(start - 1))) start -= 1;
  if (!dialled.has(text.slice(start, colon).toLowerCase())) return false;
  const from = colon + 3;
  const authority = text.slice(from, wordEnd(text, from, authorityEnds));
  const port = authority.indexOf(":");
  if (port < 0 || authority.startsWith("[") || isPort(authority.slice(port + 1))) return false;
  const end = wordEnd(text, from + port + 1, passwordEnds);
  const rest = sign - end < 64 ? text.slice(end, sign) : '"';
  if (/["\n]|\w:\s/.test(rest)) hide(from + port + 1, end);
  else hide(from, sign);
  return true;
}

const isSchemeCode = (code: number): boolean =>
  ((code | 32) >= 97 && (code | 32) <= 122) || (code >= 48 && code <= 57);

const passwordEnds = codesOf(" \t\n\r\"'`<>");

function isPort(word: string): boolean {
  return /^\d{0,5}[:.,;)\]}]*$/.test(word) || /^port\b/i.test(word) || isPlaceholder(word);
}
