import { flow } from "./flow-yaml.ts";
import { deepest, meant, unclear, unquoted, unusual } from "./plain-yaml.ts";

/**
 * The YAML that kubectl prints and writes: block mappings and lists, scalars plain, quoted or literal; and collections in brackets on one
 * line, as kubeconfigs that were written by hand have them. The yaml package needs a second for 2 MB of it, and kubectl prints files of
 * 50 MB; to load it and to read a kubeconfig takes a fifth of a plain answer. It understands surely or not at all: `undefined` sends a text
 * to the package, which has the last word on comments, anchors, tags, brackets over several lines, folded blocks, numbers beyond plain
 * integers and every fault.
 */
export function parsePrintedYaml(text: string): { readonly value: unknown } | undefined {
  if (!text.endsWith("\n") || foreign.test(text)) return undefined;
  const lines = text.split(/\r?\n/);
  lines.pop();
  const cursor: Cursor = { lines, next: 0, depth: 0 };
  skipRemarks(cursor);
  if (lines[cursor.next] === "---") cursor.next += 1;
  skipRemarks(cursor);
  const first = lines[cursor.next];
  if (first === undefined) return undefined;
  const value = block(cursor, indentOf(first));
  return value === unclear || cursor.next < lines.length ? undefined : { value };
}

/** Tabs, control characters and what is or was a line break to some version of YAML. */
const foreign = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\r(?!\n)/;

interface Cursor {
  readonly lines: string[];
  next: number;
  depth: number;
}

/** In front of everything else a comment can be nothing else. */
function skipRemarks(cursor: Cursor): void {
  while (/^(?:#.*)?$/.test(cursor.lines[cursor.next] ?? "-")) cursor.next += 1;
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent += 1;
  return indent;
}

const isItem = (words: string): boolean => words.startsWith("- ") || words === "-";

/** The line of the next entry. Blank ones in front of it, as some write between the parts of a kubeconfig, belong to nothing: a scalar that went on behind them would be indented deeper. */
function entryLine(cursor: Cursor): string | undefined {
  while (cursor.lines[cursor.next] === "") cursor.next += 1;
  return cursor.lines[cursor.next];
}

function block(cursor: Cursor, indent: number): unknown {
  if (cursor.depth >= deepest) return unclear;
  cursor.depth += 1;
  const value = isItem((cursor.lines[cursor.next] ?? "").slice(indent))
    ? list(cursor, indent)
    : mapping(cursor, indent);
  cursor.depth -= 1;
  return value;
}

function list(cursor: Cursor, indent: number): unknown {
  const items: unknown[] = [];
  for (let line = entryLine(cursor); line !== undefined; line = entryLine(cursor)) {
    if (indentOf(line) !== indent || !isItem(line.slice(indent))) break;
    const words = line.slice(indent + 2);
    if (words === "" || words.startsWith(" ") || isItem(words)) return unclear;
    let item: unknown;
    if (entryOf(words) === undefined) item = scalar(cursor, words, indent);
    else {
      // "- name: x" opens a mapping that is indented as far as its first key.
      cursor.lines[cursor.next] = `${" ".repeat(indent + 2)}${words}`;
      item = block(cursor, indent + 2);
    }
    if (item === unclear) return unclear;
    items.push(item);
  }
  return items;
}

function mapping(cursor: Cursor, indent: number): unknown {
  const found: Record<string, unknown> = {};
  for (let line = entryLine(cursor); line !== undefined; line = entryLine(cursor)) {
    if (indentOf(line) !== indent || isItem(line.slice(indent))) break;
    const entry = entryOf(line.slice(indent));
    if (entry === undefined) return unclear;
    const value = entry.rest === "" ? nested(cursor, indent) : scalar(cursor, entry.rest, indent);
    if (value === unclear) return unclear;
    found[entry.key] = value;
  }
  return found;
}

/** What stands below "key:"; a list may stand as far left as its key. */
function nested(cursor: Cursor, indent: number): unknown {
  cursor.next += 1;
  const line = cursor.lines[cursor.next] ?? "";
  const inner = indentOf(line);
  if (inner > indent) return line.length === inner ? unclear : block(cursor, inner);
  return inner === indent && isItem(line.slice(indent)) ? list(cursor, indent) : null;
}

interface Entry {
  readonly key: string;
  readonly rest: string;
}

function entryOf(words: string): Entry | undefined {
  const quote = words[0];
  if (quote === "'" || quote === '"') {
    const end = quote === "'" ? endOfSingle(words) : words.indexOf('"', 1);
    const behind = words.slice(end + 1);
    if (end < 0 || !/^:(?:$| [^\s])/.test(behind.slice(0, 3))) return undefined;
    const inside = words.slice(1, end);
    if (quote === '"' && inside.includes("\\")) return undefined;
    const key = inside.replaceAll("''", "'");
    return key === "__proto__" ? undefined : { key: quote === "'" ? key : inside, rest: behind.slice(2) };
  }
  const colon = words.indexOf(": ");
  const key = colon < 0 ? words.slice(0, -1) : words.slice(0, colon);
  if (colon < 0 && !words.endsWith(":")) return undefined;
  if (!/^(?:[A-Za-z_/]|\.(?:$|[A-Za-z]))/.test(key) || / #| $/.test(key) || unusual.test(key))
    return undefined;
  const rest = colon < 0 ? "" : words.slice(colon + 2);
  return rest.startsWith(" ") || (colon >= 0 && rest === "") ? undefined : { key, rest };
}

/** The value that begins in the cursor's line and may go on in deeper lines below; the cursor is moved behind it. */
function scalar(cursor: Cursor, words: string, indent: number): unknown {
  if (words.endsWith(" ")) return unclear;
  switch (words[0]) {
    case "'":
      return singleQuoted(cursor, words, indent);
    case '"':
      return doubleQuoted(cursor, words);
    case "|":
      return literal(cursor, words, indent);
    case "{":
    case "[":
      cursor.next += 1;
      return flow(words);
    default:
      return plain(cursor, words, indent);
  }
}

function plain(cursor: Cursor, words: string, indent: number): unknown {
  cursor.next += 1;
  if (!/^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-:][^\s])/.test(words)) return unclear;
  let text = words;
  for (let line = cursor.lines[cursor.next]; line !== undefined; line = cursor.lines[cursor.next]) {
    const inner = indentOf(line);
    if (inner <= indent) break;
    const more = line.slice(inner);
    if (!/^[^\-?:,[\]{}#&*!|>'"%@`\s]/.test(more) || more.endsWith(" ")) return unclear;
    text += ` ${more}`;
    cursor.next += 1;
  }
  return /: | #|:$/.test(text) ? unclear : meant(text);
}

/** Its line breaks are blanks; '' is a quote. Where the quotes are even in number, the scalar is over. */
function singleQuoted(cursor: Cursor, words: string, indent: number): unknown {
  cursor.next += 1;
  let text = words;
  let quotes = countQuotes(words);
  while (quotes % 2 === 1) {
    const line = cursor.lines[cursor.next] ?? "";
    const inner = indentOf(line);
    if (inner <= indent || line.length === inner || line.endsWith(" ")) return unclear;
    const more = line.slice(inner);
    text += ` ${more}`;
    quotes += countQuotes(more);
    cursor.next += 1;
  }
  return endOfSingle(text) === text.length - 1 ? text.slice(1, -1).replaceAll("''", "'") : unclear;
}

/** The quote that closes the one at the beginning, or -1. By hand: patterns run out of memory in a scalar of megabytes. */
function endOfSingle(text: string): number {
  let at = text.indexOf("'", 1);
  while (at >= 0 && text[at + 1] === "'") at = text.indexOf("'", at + 2);
  return at;
}

function countQuotes(text: string): number {
  return text.split("'").length - 1;
}

/** On one line, with the escapes that JSON has too and that mean the same there. */
function doubleQuoted(cursor: Cursor, words: string): unknown {
  cursor.next += 1;
  return unquoted(words);
}

/** `|` ends in one line break, `|-` in none. */
function literal(cursor: Cursor, words: string, indent: number): unknown {
  if (words !== "|" && words !== "|-") return unclear;
  cursor.next += 1;
  const inner = indentOf(cursor.lines[cursor.next] ?? "");
  if (inner <= indent) return unclear;
  const found: string[] = [];
  for (let line = cursor.lines[cursor.next]; line !== undefined; line = cursor.lines[cursor.next]) {
    const blank = line.trim() === "";
    if (!blank && indentOf(line) <= indent) break;
    if (!blank && indentOf(line) < inner) return unclear;
    found.push(line.slice(inner));
    cursor.next += 1;
  }
  if ((found[0] ?? "") === "") return unclear;
  // Blank lines at the end may hold blanks of their own, which the two styles keep or not.
  while (found.at(-1) === "") found.pop();
  if ((found.at(-1) ?? "").trim() === "") return unclear;
  return found.join("\n") + (words === "|" ? "\n" : "");
}
