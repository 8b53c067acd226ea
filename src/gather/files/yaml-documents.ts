import { UserError } from "../../user-error.ts";
import { beginsLikeJson } from "./json-documents.ts";
import { parsePrintedYaml } from "./printed-yaml.ts";

/** A part of a text that is YAML by itself, and the line of the whole text that it begins with. */
interface Piece {
  readonly text: string;
  readonly line: number;
}

/**
 * The values of a text's documents, in order. A long List comes item by item, each as a List of one: the yaml package
 * needs some fifty times a text's size, too much for thousands of Pods at once. Throws UserError with the file's name
 * and the line; the text itself is never quoted, since it may hold a password.
 */
export async function* readYaml(name: string, text: string): AsyncGenerator<unknown> {
  for (const document of documentsOf(text)) {
    const list = listOf(document);
    if (list === undefined) yield* await read(name, document);
    else {
      const [frame] = await read(name, list.frame);
      const kind = kindOf(frame);
      for (const piece of list.items)
        for (const items of await read(name, piece))
          yield { kind, items: Array.isArray(items) ? items : [items] };
      // The List's own metadata say whether it is complete.
      yield { ...(typeof frame === "object" ? frame : {}), items: [] };
    }
  }
}

function kindOf(frame: unknown): unknown {
  return typeof frame === "object" && frame !== null && "kind" in frame ? frame.kind : undefined;
}

async function read(name: string, piece: Piece): Promise<readonly unknown[]> {
  const printed = parsePrintedYaml(piece.text);
  if (printed !== undefined) return [printed.value];
  const { LineCounter, parseAllDocuments } = await import("yaml");
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(piece.text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "silent",
    });
    return [...documents].map((document): unknown => {
      const [error] = document.errors;
      if (error !== undefined) throw syntaxError(name, piece, lines.linePos(error.pos[0]).line, error.code);
      return document.toJS({ maxAliasCount: 1000 });
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof RangeError ? "is nested too deeply" : "has aliases that cannot be followed";
    throw new UserError(`${name}: the YAML document at line ${piece.line} ${why}`, undefined, 3);
  }
}

const faults: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab where blanks must be",
  BLOCK_AS_IMPLICIT_KEY: "a second colon in one line, or a wrong indentation",
  MISSING_CHAR: "a quote, bracket or colon is missing",
  BAD_INDENT: "a wrong indentation",
  BAD_SCALAR_START: "a character that cannot begin a value",
};

/** Actions of Go's text/template, as Helm's charts have them. */
const howToRender = "Render it first: helm template NAME CHART | kubectl why-pull can-pull -f -";

function syntaxError(name: string, piece: Piece, lineInPiece: number, code: string): UserError {
  const place = `${name}, line ${piece.line + lineInPiece - 1}`;
  if (/\{\{/.test(piece.text))
    return new UserError(`${place}: this is a template, and no YAML yet`, howToRender, 3);
  // JSON is read here only when it is broken; YAML's words for the fault would mislead.
  if (beginsLikeJson(piece.text)) return new UserError(`${place}: this is no JSON`, undefined, 3);
  const fault = faults[code] ?? code.toLowerCase().replaceAll("_", " ");
  return new UserError(
    `${place}: this is no YAML (${fault})`,
    "kubectl apply --dry-run=client -f shows the same place.",
    3,
  );
}

/** `---` in the first column begins a document, even inside a scalar (YAML 1.2.2, 9.1.2). Directives are left to the package. */
function documentsOf(text: string): readonly Piece[] {
  if (/^%/m.test(text)) return [{ text, line: 1 }];
  return piecesOf(text, 1, /^(?=---(?:[ \t\r\n]|$))/m);
}

/** Cut in front of what matches. */
function piecesOf(text: string, firstLine: number, before: RegExp): readonly Piece[] {
  let line = firstLine;
  return text.split(before).map((part) => {
    const piece = { text: part, line };
    line += countLines(part);
    return piece;
  });
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** Shorter texts are read whole. */
const long = 64 * 1024;

/** Lines that may stand around the items of a List that kubectl printed. */
const frameLine =
  /^(?:---|\.\.\.|#.*|apiVersion: "?[\w./-]+"?|kind: \w+|metadata:(?: \{\})?|  [A-Za-z]+: (?:""|"?[\w./][\w./?=&%-]*"?)|)[ \t]*\r?$/;

/**
 * A long List as kubectl prints it: `items:` in the first column, its items as dashes below each other. There a dash in
 * the items' own column can be nothing but the next item, as a scalar's further lines are indented deeper than the item
 * (YAML 1.2.2, 7.3 and 8.1). Undefined for what is short or written otherwise, and where anchors could reach over items.
 */
function listOf({
  text,
  line,
}: Piece): { readonly frame: Piece; readonly items: readonly Piece[] } | undefined {
  if (text.length <= long) return undefined;
  const begin = /^items:[ \t]*\r?\n(?=( *)- )/m.exec(text);
  if (begin === null) return undefined;
  const head = text.slice(0, begin.index);
  const rest = text.slice(begin.index + begin[0].length);
  const tailAt = rest.search(/^[^\s#-]/m);
  const items = tailAt < 0 ? rest : rest.slice(0, tailAt);
  const frame = head + rest.slice(items.length);
  if (frame.length > long || !frame.split("\n").every((one) => frameLine.test(one))) return undefined;
  if (/(?:^|[\s,[{])&[^\s&]/m.test(items) && /(?:^|[\s,[{])\*[^\s*]/m.test(items)) return undefined;
  const first = line + countLines(head) + 1;
  return {
    frame: { text: frame, line },
    items: piecesOf(items, first, new RegExp(`^(?=${begin[1] ?? ""}- )`, "m")),
  };
}
