import { deepest, meant, unclear, unquoted, unusual } from "./plain-yaml.ts";

/** Patterns run out of memory in a scalar of megabytes; by hand nobody writes a line like this. */
const longestFlow = 65_536;

/** A collection in brackets that ends with the line. */
export function flow(words: string): unknown {
  if (words.length > longestFlow) return unclear;
  const reader: FlowReader = { words, at: 0, depth: 0 };
  const value = flowValue(reader);
  return reader.at === words.length ? value : unclear;
}

interface FlowReader {
  readonly words: string;
  at: number;
  depth: number;
}

/** A plain word without blanks, such as an address, a path or a command's flag. */
const flowWord = /(?:-{1,2}(?=[A-Za-z]))?[A-Za-z_/](?:[\w./@+=-]|:(?=[\w/]))*(?=[,\]} ])/y;
const flowKey = /([A-Za-z_][\w./-]*): +/y;
const flowQuoted = /"(?:[^"\\]|\\.)*"(?=[,\]} ])|'(?:[^']|'')*'(?=[,\]} ])/y;
const flowComma = /, */y;
const flowBlanks = / */y;

function taken(reader: FlowReader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.words);
  if (found === null) return undefined;
  reader.at = pattern.lastIndex;
  return found[1] ?? found[0];
}

function flowValue(reader: FlowReader): unknown {
  switch (reader.words[reader.at]) {
    case "{":
      return flowEntries(reader, "}", {}, (entries: Record<string, unknown>) => {
        const key = taken(reader, flowKey);
        if (key === undefined || unusual.test(key)) return false;
        const value = flowValue(reader);
        entries[key] = value;
        return value !== unclear;
      });
    case "[":
      return flowEntries(reader, "]", [], (items: unknown[]) => {
        const value = flowValue(reader);
        items.push(value);
        return value !== unclear;
      });
    case "'":
      return taken(reader, flowQuoted)?.slice(1, -1).replaceAll("''", "'") ?? unclear;
    case '"':
      return unquoted(taken(reader, flowQuoted) ?? "");
    default: {
      const word = taken(reader, flowWord);
      return word === undefined ? unclear : meant(word);
    }
  }
}

/** Entries up to the closing bracket; `readOne` adds the next and says whether it was clear. */
function flowEntries<T extends object>(
  reader: FlowReader,
  close: string,
  found: T,
  readOne: (found: T) => boolean,
): T | typeof unclear {
  if (reader.depth >= deepest) return unclear;
  reader.depth += 1;
  reader.at += 1;
  taken(reader, flowBlanks);
  while (reader.words[reader.at] !== close) {
    if (!readOne(found)) return unclear;
    taken(reader, flowBlanks);
    if (reader.words[reader.at] !== close && taken(reader, flowComma) === undefined) return unclear;
  }
  reader.at += 1;
  reader.depth -= 1;
  return found;
}
