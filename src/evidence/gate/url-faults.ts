import type { Hide } from "./url-logins.ts";

/**
 * What Go quotes of a URL that it cannot read, where a login stands in the host's place (net/url parse.go, net dial.go and
 * ipsock.go, 1.20-1.25): a port that is the beginning of a password, three letters of an escape, one character.
 */
const faults: readonly (readonly [string, RegExp])[] = [
  ["invalid port ", /^invalid port "(:(?:[^"\\]|\\.)*)" after host/],
  ["invalid URL escape ", /^invalid URL escape "((?:[^"\\]|\\.){1,12})"/],
  ["invalid character ", /^invalid character "((?:[^"\\]|\\.){1,12})" in host name/],
  ["lookup tcp/", /^lookup tcp\/([^\s:]+): unknown port/],
  ["lookup tcp4/", /^lookup tcp4\/([^\s:]+): unknown port/],
  ["address ", /^address (\S+): too many colons in address/],
];

/** As far as a fault is looked at; the rest of a longer one goes with the URL that it was taken from. */
const longest = 512;

/** False where none of these faults begins. */
export function quotedByGo(text: string, at: number, hide: Hide): boolean {
  const second = text.charCodeAt(at + 1);
  if (second !== letterN && second !== letterO && second !== letterD) return false;
  const [begin, pattern] = faults.find(([words]) => text.startsWith(words, at)) ?? [];
  if (begin === undefined || pattern === undefined) return false;
  const [whole, value = ""] = pattern.exec(text.slice(at, at + longest)) ?? [];
  const isKnown = value === "" || value.includes("[redacted]") || (begin === "address " && isAddress(value));
  if (whole === undefined || isKnown) return true;
  const start = at + whole.indexOf(value, begin.length);
  hide(start + (value.startsWith(":") ? 1 : 0), start + value.length);
  return true;
}

const letterN = 110;
const letterO = 111;
const letterD = 100;

/** Of IPv6, which is written without its brackets. */
const isAddress = (value: string): boolean => /^\[?[0-9a-fA-F:.]+\]?(?::\d+)?$/.test(value);
