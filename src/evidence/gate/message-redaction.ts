import { schemeValue } from "./header-values.ts";
import { colonValue, equalsValue, Names } from "./named-values.ts";
import { optionValue } from "./option-values.ts";
import { passwordSentence } from "./password-sentences.ts";
import { quotedByGo } from "./url-faults.ts";
import { layersOf } from "./text-layers.ts";
import { encodedRun, isBase64, tokenAt } from "./token-shapes.ts";
import { type Hide, UrlLogins } from "./url-logins.ts";

/** Stands for what may have been a login. */
export const redacted = "[redacted]";

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The message with whatever could be a login in it replaced by `[redacted]`; otherwise whole. Runtimes quote URLs, registries
 * repeat what they were sent, plugins print their command line. Linear in the message's length, whatever stands in it: each
 * place is looked at a fixed number of times, and what is hidden is passed over. What comes out is left as it is if it comes in again.
 */
export function redactMessage(message: string): string {
  if (known.has(message)) return message;
  const clean = settled(message);
  if (knownLength >= mostKnown) {
    known.clear();
    knownLength = 0;
  }
  known.add(clean);
  knownLength += clean.length;
  return clean;
}

/** Messages pass the gate, are repeated by events, and are read from the evidence once more: what is known to be clean is not looked through again. */
const known = new Set<string>();
let knownLength = 0;
/** In characters, not in messages: a registry's page may be long. */
const mostKnown = 4 * 1024 * 1024;

/** What is hidden shows what stands beside it in another light, such as a value whose name was glued to another. */
function settled(message: string): string {
  let clean = message;
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const next = redacting(clean);
    if (next === clean) return clean;
    clean = next;
  }
  return redacted;
}

/** Three are enough for whatever was thrown at it; who makes more necessary is hidden whole. */
const mostLooks = 8;

function redacting(message: string): string {
  const spans: Span[] = [];
  // Where so many words tell of logins, nothing tells of a failure: the rest is hidden without a look.
  const patience = { left: 128 + message.length / 40 };
  for (const { text, at } of layersOf(message))
    findLogins(text, patience, (start, end) => {
      if (end > start)
        spans.push(at === undefined ? { start, end } : { start: at[start] ?? 0, end: at[end] ?? 0 });
    });
  return spans.length === 0 ? message : cutOut(message, spans);
}

const digit = 1;
const letter = 2;
const capital = 3;
const signOfRun = 4;
const kinds = new Uint8Array(128);
for (let code = 0; code < 128; code += 1)
  if (isBase64(code))
    kinds[code] = code < 48 || code === 95 ? signOfRun : code < 58 ? digit : code < 97 ? capital : letter;

/** The shortest run of base64's letters that is looked into. */
const shortestRun = 8;

function findLogins(text: string, patience: { left: number }, mark: Hide): void {
  let passed = 0;
  const hide: Hide = (start, end) => {
    mark(start, end);
    if (end > passed) passed = end;
  };
  const urls = new UrlLogins(text, hide);
  const names = new Names();
  const atSignAt = (at: number, code: number): boolean => {
    if (code === atSign) return urls.at(at);
    if (code === equals) return equalsValue(text, at, names, hide);
    return text.charCodeAt(at + 1) === slash && text.charCodeAt(at + 2) === slash
      ? urls.scheme(at)
      : colonValue(text, at, names, hide);
  };
  let before = 0;
  let run = -1;
  let capitals = false;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const kind = code < 128 ? (kinds[code] ?? 0) : 0;
    if (kind === 0) {
      // Names have no capitals: a run without any is not looked into.
      if (capitals && at - run >= shortestRun) encodedRun(text, run, at, hide);
      run = -1;
      capitals = false;
      if ((code === atSign || code === colon || code === equals) && atSignAt(at, code)) patience.left -= 1;
    } else {
      if (run < 0) run = at;
      if (kind === capital) capitals = true;
      if (kind === signOfRun) {
        if (code === dash && before === 0 && optionValue(text, at, hide)) patience.left -= 1;
      } else if ((before === 0 || before === signOfRun) && wordAt(text, at, code, hide)) patience.left -= 1;
    }
    if (patience.left < 0) return mark(at, text.length);
    before = kind;
    if (passed > at) {
      // What is hidden need not be looked at; what follows begins anew.
      at = passed - 1;
      before = 0;
      run = -1;
      capitals = false;
    }
  }
}

/** Looks at what begins with a letter or digit. */
function wordAt(text: string, at: number, code: number, hide: Hide): boolean {
  tokenAt(text, at, hide);
  switch (code | 32) {
    case letterB:
      return schemeValue(text, at, hide);
    case letterP:
    case letterT:
      return passwordSentence(text, at, hide);
    case letterA:
    case letterI:
    case letterL:
      return quotedByGo(text, at, hide);
    default:
      return false;
  }
}

const atSign = 64;
const colon = 58;
const equals = 61;
const dash = 45;
const slash = 47;
const letterA = 97;
const letterB = 98;
const letterI = 105;
const letterL = 108;
const letterP = 112;
const letterT = 116;

function cutOut(message: string, spans: Span[]): string {
  // What was hidden before stays as it is, also where more is hidden beside it.
  for (let at = message.indexOf(redacted); at >= 0; at = message.indexOf(redacted, at + 1))
    spans.push({ start: at, end: at + redacted.length });
  spans.sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let end = -1;
  let kept = 0;
  for (const span of spans) {
    if (span.start > end) {
      if (end >= 0) {
        parts.push(redacted);
        kept = end;
      }
      parts.push(message.slice(kept, span.start));
    }
    end = Math.max(end, span.end);
  }
  return `${parts.join("")}${redacted}${message.slice(end)}`;
}
