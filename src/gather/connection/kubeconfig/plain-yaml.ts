/**
 * The part of YAML that kubeconfigs are made of: block mappings and lists of one-line scalars, and one-line lists and mappings in brackets. Loading the yaml package costs more
 * than all the rest of a start, so an ordinary kubeconfig is read here; `undefined` sends anything else to the package.
 * It understands surely or not at all: what could be a number, a date, an anchor, a comment behind a value is not for here.
 */
export function parsePlainYaml(text: string): { readonly value: unknown } | undefined {
  if (/[^\x20-\x7e\r\n]|\r(?!\n)/.test(text)) return undefined;
  const lines: Line[] = [];
  let number = 0;
  for (const raw of text.split("\n")) {
    number += 1;
    const whole = raw.trimEnd();
    const words = whole.trimStart();
    if (words === "" || words.startsWith("#") || (whole === "---" && lines.length === 0)) continue;
    lines.push({ indent: whole.length - words.length, words, number });
  }
  const cursor: Cursor = { lines, next: 0 };
  if (lines.length === 0) return undefined;
  const value = block(cursor, lines[0]?.indent ?? 0);
  return value === nothing || cursor.next < lines.length ? undefined : { value };
}

interface Line {
  readonly indent: number;
  readonly words: string;
  readonly number: number;
}
interface Cursor {
  readonly lines: Line[];
  next: number;
}

/** Stands for "not understood". */
const nothing = Symbol("nothing");

function block(cursor: Cursor, indent: number): unknown {
  const line = cursor.lines[cursor.next];
  if (line?.indent !== indent) return nothing;
  return isItem(line.words) ? list(cursor, indent) : mapping(cursor, indent);
}

const isItem = (words: string): boolean => words === "-" || words.startsWith("- ");

function list(cursor: Cursor, indent: number): unknown {
  const items: unknown[] = [];
  for (let line = cursor.lines[cursor.next]; line?.indent === indent; line = cursor.lines[cursor.next]) {
    if (!isItem(line.words)) break;
    const words = line.words.slice(1).trimStart();
    if (words === "" || isItem(words)) return nothing;
    let item: unknown;
    if (entryOf(words) === undefined) {
      cursor.next += 1;
      item = scalar(words);
    } else {
      // "- name: x" opens a mapping that is indented as far as its first key.
      const inner = indent + line.words.length - words.length;
      cursor.lines[cursor.next] = { indent: inner, words, number: line.number };
      item = mapping(cursor, inner);
    }
    if (item === nothing) return nothing;
    items.push(item);
  }
  return items;
}

function mapping(cursor: Cursor, indent: number): unknown {
  const found: Record<string, unknown> = {};
  for (let line = cursor.lines[cursor.next]; line?.indent === indent; line = cursor.lines[cursor.next]) {
    const entry = isItem(line.words) ? undefined : entryOf(line.words);
    if (entry === undefined) return nothing;
    cursor.next += 1;
    const value =
      entry.rest === "" ? nested(cursor, indent) : scalar(entry.rest + continuation(cursor, line, indent));
    if (value === nothing) return nothing;
    found[entry.key] = value;
  }
  return found;
}

/** What stands below "key:"; a list may stand as far left as its key. */
function nested(cursor: Cursor, indent: number): unknown {
  const line = cursor.lines[cursor.next];
  if (line !== undefined && line.indent > indent) return block(cursor, line.indent);
  if (line?.indent === indent && isItem(line.words)) return list(cursor, indent);
  return null;
}

/** A long plain scalar goes on in the deeper lines below, as the install hints that gcloud writes do. */
function continuation(cursor: Cursor, first: Line, indent: number): string {
  let more = "";
  let last = first.number;
  for (
    let line = cursor.lines[cursor.next];
    line !== undefined && line.indent > indent;
    line = cursor.lines[cursor.next]
  ) {
    // A blank or comment line in between, or a quoted beginning, is left to the package: NUL is no scalar.
    const quotedStart = /^[^:]+: *['"]/.test(first.words);
    if (line.number !== last + 1 || quotedStart || entryOf(line.words) !== undefined) return "\0";
    more += ` ${line.words}`;
    last = line.number;
    cursor.next += 1;
  }
  return more;
}

function entryOf(words: string): { readonly key: string; readonly rest: string } | undefined {
  const [, key, rest = ""] = /^([A-Za-z][A-Za-z0-9_.-]*):(?: +(.*))?$/.exec(words) ?? [];
  return key === undefined || isReserved(key) ? undefined : { key, rest };
}

// Words of YAML 1.1 that are no strings; sigs.k8s.io/yaml reads kubeconfigs so.
const reserved = new Set(["y", "n", "yes", "no", "on", "off", "true", "false", "null"]);
const isReserved = (word: string): boolean => word.length <= 5 && reserved.has(word.toLowerCase());

function scalar(words: string): unknown {
  if (words.startsWith("[") || words.startsWith("{")) {
    const source: Source = { words, at: 0 };
    const value = flow(source);
    return source.at === words.length ? value : nothing;
  }
  const [, single] = /^'((?:[^']|'')*)'$/.exec(words) ?? [];
  if (single !== undefined) return single.replaceAll("''", "'");
  const [, double] = /^"([^"\\]*)"$/.exec(words) ?? [];
  if (double !== undefined) return double;
  if (words === "true") return true;
  if (words === "false") return false;
  if (words === "null") return null;
  // A letter, a path or a flag cannot begin a number or a date.
  const plain = /^(?:[A-Za-z/_]|\.{1,2}\/|--?[A-Za-z])/.test(words) && !/:( |$)| #|\0/.test(words);
  return plain && !isReserved(words) ? words : nothing;
}

interface Source {
  readonly words: string;
  at: number;
}

const openList = /\[ */y;
const closeList = /\] */y;
const openMap = /\{ */y;
const closeMap = /\} */y;
const comma = /, */y;
const flowKey = /[A-Za-z][A-Za-z0-9_.-]*: +/y;
const flowScalar = /(?:'(?:[^']|'')*'|"[^"\\]*"|[^\s'"[\]{},](?:[^[\]{},]*[^\s[\]{},])?) */y;

/** Takes what the pattern matches at the current place, blanks behind it included; undefined when it does not match. */
function take(source: Source, pattern: RegExp): string | undefined {
  pattern.lastIndex = source.at;
  const found = pattern.exec(source.words);
  if (found === null) return undefined;
  source.at = pattern.lastIndex;
  return found[0].trimEnd();
}

/** A list or mapping in brackets, on one line. */
function flow(source: Source): unknown {
  if (take(source, openList) !== undefined)
    return flowEntries(source, closeList, [], (items: unknown[]) => {
      const value = flow(source);
      if (value !== nothing) items.push(value);
      return value !== nothing;
    });
  if (take(source, openMap) !== undefined)
    return flowEntries(source, closeMap, {}, (found: Record<string, unknown>) => {
      const key = take(source, flowKey)?.slice(0, -1);
      if (key === undefined || isReserved(key)) return false;
      const value = flow(source);
      found[key] = value;
      return value !== nothing;
    });
  const words = take(source, flowScalar);
  return words === undefined ? nothing : scalar(words);
}

function flowEntries<T>(source: Source, end: RegExp, found: T, readOne: (found: T) => boolean): unknown {
  if (take(source, end) !== undefined) return found;
  do if (!readOne(found)) return nothing;
  while (take(source, comma) !== undefined);
  return take(source, end) === undefined ? nothing : found;
}
