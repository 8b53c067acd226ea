import { UserError } from "../../user-error.ts";

/**
 * Reads JSON piece by piece, as kubectl prints it in one List of any length: each entry of `items` is handed on as soon as it is whole, and its bytes
 * are let go. So memory follows what is kept of the entries. What surrounds them, and every other value, is read when it is whole. The streaming readers
 * of npm make an event of every token, and took five to ten times as long for the same file; this one only finds where an entry ends.
 */
export class JsonItems {
  readonly #name: string;
  readonly #found: Found;
  /** The bytes of what is read now, as far as they came. */
  #parts: Buffer[] = [];
  #held = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Inside of `items` of the outermost object, or of an outermost list: entries are at this depth. */
  #entries = 0;
  #isIndented = true;
  /** Whether a string is passed that stands in an entry's place. */
  #isWord = false;
  #frame: Buffer[] = [];
  /** At depth 1: whether a name comes next, and the name that came last. */
  #isName = false;
  #key = "";
  #isItems = false;

  constructor(name: string, found: Found) {
    this.#name = name;
    this.#found = found;
  }

  /** The next bytes of the text. Throws UserError where they are no JSON. */
  read(chunk: Buffer): void {
    // Where in the chunk begins what is neither handed on nor part of #parts.
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const behind = this.#entries > 0 && chunk[at] === openBrace ? this.#passIndented(chunk, start, at) : at;
      if (behind > at) {
        start = behind;
        at = behind - 1;
        continue;
      }
      // Nearly all there is stands inside of an entry.
      if (this.#entries > 0 && (this.#depth > this.#entries || this.#inString)) {
        at = this.#passEntry(chunk, at);
        if (at === chunk.length) break;
        if (this.#depth === this.#entries && !this.#isWord) start = this.#endEntry(chunk, start, at);
        this.#isWord = false;
        continue;
      }
      start = this.#sign(chunk, start, at, chunk[at] ?? 0);
    }
    this.#hold(chunk.subarray(start));
  }

  /**
   * An entry in indented JSON, as kubectl prints it: it ends at the first brace in the column of the line that it begins in, since no string has a line
   * break in it. Looked for by that line it is found five times as fast, and where it is no JSON all is looked at byte by byte from here on. Returns the
   * place behind the entry, or where it begins if it is not passed.
   */
  #passIndented(chunk: Buffer, start: number, from: number): number {
    if (!this.#isIndented || this.#depth !== this.#entries || this.#inString || this.#held > 0) return from;
    const line = chunk.lastIndexOf(lineBreak, from);
    if (line < start || from - line > deepestIndent) return from;
    const indent = chunk.toString("latin1", line, from);
    const end = indent.trim() === "" ? chunk.indexOf(`${indent}}`, from, "latin1") : -1;
    if (end < 0) return from;
    const behind = end + indent.length + 1;
    const text = chunk.toString("utf8", from, behind);
    let entry: unknown;
    try {
      entry = JSON.parse(text);
    } catch {
      this.#isIndented = false;
      return from;
    }
    // What is no UTF-8 is said to be none, below.
    if (text.includes("\ufffd")) return from;
    this.#found.entry(entry);
    return behind;
  }

  /** Goes on to the byte that ends the entry, or the word, and returns its place; the chunk's length where it does not come. */
  #passEntry(chunk: Buffer, from: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    const end = this.#entries;
    let at = from;
    for (; at < chunk.length; at += 1) {
      const code = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (code === backslash) escaped = true;
        else if (code === quote) {
          inString = false;
          if (depth === end) break;
        }
      } else if (code === quote) inString = true;
      else if (code === openBrace || code === openBracket) depth += 1;
      else if (code === closeBrace || code === closeBracket) {
        depth -= 1;
        if (depth === end) break;
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return at;
  }

  /** One byte that stands around entries. Returns where begins what is not handed on yet. */
  #sign(chunk: Buffer, start: number, at: number, code: number): number {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === backslash) this.#escaped = true;
      else if (code === quote) this.#inString = false;
      if (this.#depth === 1) this.#noteKey(code);
      return start;
    }
    switch (code) {
      case quote:
        this.#inString = true;
        this.#isWord = this.#entries > 0;
        if (this.#depth === 1) this.#key = "";
        return start;
      case openBrace:
      case openBracket:
        return this.#open(chunk, start, at, code);
      case closeBrace:
      case closeBracket:
        return this.#close(chunk, start, at);
      case comma:
        if (this.#entries > 0) return this.#skipTo(chunk, start, at);
        if (this.#depth === 1) this.#isName = true;
        return start;
      case colon:
        if (this.#depth === 1 && this.#entries === 0) {
          this.#isItems = this.#isName && this.#key === 'items"';
          this.#isName = false;
        }
        return start;
      default:
        if (this.#depth === 0 && !isBlank(code)) throw noJson(this.#name);
        return start;
    }
  }

  #open(chunk: Buffer, start: number, at: number, code: number): number {
    this.#depth += 1;
    if (this.#entries > 0) return start;
    const isList = code === openBracket && (this.#depth === 1 || (this.#depth === 2 && this.#isItems));
    if (isList) return this.#beginEntries(chunk, start, at);
    if (this.#depth === 1) this.#isName = true;
    return start;
  }

  #close(chunk: Buffer, start: number, at: number): number {
    this.#depth -= 1;
    if (this.#depth < 0) throw noJson(this.#name);
    const from = this.#entries > 0 ? this.#endEntries(chunk, start, at) : start;
    return this.#depth === 0 ? this.#endValue(chunk, from, at) : from;
  }

  /** At the end of the text. Throws UserError where a value is not whole. */
  end(): void {
    if (this.#depth > 0 || this.#inString) throw noJson(this.#name, ", it seems to be cut off");
  }

  #noteKey(code: number): void {
    if (this.#key.length < longestKey) this.#key += String.fromCharCode(code);
  }

  #hold(part: Buffer): void {
    if (part.length === 0) return;
    this.#held += part.length;
    if (this.#held > largest)
      throw new UserError(`${this.#name} has an object of more than 256 MiB`, undefined, 3);
    this.#parts.push(part);
  }

  #take(last: Buffer): Buffer {
    this.#hold(last);
    const [first] = this.#parts;
    const whole = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#held = 0;
    return whole;
  }

  /** What came before the entries belongs to the frame around them. */
  #beginEntries(chunk: Buffer, start: number, at: number): number {
    this.#entries = this.#depth;
    this.#frame.push(this.#take(chunk.subarray(start, at + 1)));
    return at + 1;
  }

  #endEntry(chunk: Buffer, start: number, at: number): number {
    this.#found.entry(parsed(this.#name, this.#take(chunk.subarray(start, at + 1))));
    return at + 1;
  }

  /** Between entries stand commas, and blanks; words and numbers are no objects, and no entries that anybody meant. */
  #skipTo(chunk: Buffer, start: number, at: number): number {
    const between = this.#take(chunk.subarray(start, at)).toString("latin1").trim();
    if (between !== "") parsed(this.#name, Buffer.from(between, "latin1"));
    return at + 1;
  }

  #endEntries(chunk: Buffer, start: number, at: number): number {
    this.#skipTo(chunk, start, at);
    this.#entries = 0;
    this.#isItems = false;
    return at;
  }

  #endValue(chunk: Buffer, start: number, at: number): number {
    this.#frame.push(this.#take(chunk.subarray(start, at + 1)));
    const value = parsed(this.#name, Buffer.concat(this.#frame));
    this.#frame = [];
    this.#isItems = false;
    this.#found.value(value);
    return at + 1;
  }
}

/** Told of an entry of `items`, and then of the value around them, whose `items` are empty; or of a value without any. */
export interface Found {
  readonly entry: (entry: unknown) => void;
  readonly value: (value: unknown) => void;
}

const lineBreak = 10;
const deepestIndent = 64;
const quote = 34;
const comma = 44;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const longestKey = 16;
/** etcd has no object of more than a few MiB. */
const largest = 256 * 1024 * 1024;

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

const decoder = new TextDecoder("utf-8", { fatal: true });

function parsed(name: string, bytes: Buffer): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new UserError(`${name} is no text in UTF-8 or UTF-16`, undefined, 3);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw noJson(name);
  }
}

function noJson(name: string, why = ""): UserError {
  return new UserError(`${name} is no JSON${why}`, undefined, 3);
}
