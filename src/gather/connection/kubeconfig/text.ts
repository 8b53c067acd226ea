import type { ScalarTag, Tags } from "yaml";

import { parsePrintedYaml } from "../../files/printed-yaml.ts";
import { DocumentError } from "./document.ts";

// What YAML 1.1 has and the Go decoder that kubectl uses leaves as strings, or does not know.
const notInGo = new Set<string>(["timestamp", "binary", "omap", "pairs", "set", "intTime", "floatTime"]);

function isInGo(tag: Tags[number]): boolean {
  if (typeof tag === "string") return !notInGo.has(tag);
  return !notInGo.has(tag.tag.replace(/^.*:/, "")) && !("format" in tag && tag.format === "TIME");
}

/** The package takes "e1" for a number in exponent form; to Go, and to whoever named a namespace so, it is a word. */
function strictExponent(tag: Tags[number]): Tags[number] {
  if (typeof tag === "string" || !("format" in tag) || tag.format !== "EXP") return tag;
  return { ...(tag as ScalarTag), test: /^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)[eE][-+]?\d+$/ };
}

/**
 * A kubeconfig's text as plain values. JSON, then the YAML that kubectl writes, then any YAML, for which the yaml package is loaded. Only the
 * first document counts, the last of two equal keys wins. Throws DocumentError, which never quotes the text: it may hold a token.
 */
export async function parseKubeconfigText(bytes: Buffer): Promise<unknown> {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") return undefined;
  if (text.startsWith("{")) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // A flow mapping of YAML begins the same way.
    }
  }
  const printed = parsePrintedYaml(text);
  if (printed !== undefined) return printed.value;
  return parseYaml(text);
}

async function parseYaml(text: string): Promise<unknown> {
  const { LineCounter, parseAllDocuments } = await import("yaml");
  const lines = new LineCounter();
  const [document] = parseAllDocuments(text, {
    version: "1.1",
    customTags: (tags: Tags) => tags.filter(isInGo).map(strictExponent),
    uniqueKeys: false,
    merge: true,
    prettyErrors: false,
    logLevel: "silent",
    lineCounter: lines,
  });
  if (document === undefined || !("toJS" in document)) return undefined;
  const [error] = document.errors;
  if (error !== undefined)
    throw new DocumentError(`yaml: line ${lines.linePos(error.pos[0]).line}: ${words(error.code)}`);
  try {
    return document.toJS() as unknown;
  } catch {
    // Too many aliases, or one that points nowhere.
    throw new DocumentError("yaml: document contains excessive aliasing or an unknown anchor");
  }
}

const goWords: Record<string, string> = {
  BLOCK_AS_IMPLICIT_KEY: "mapping values are not allowed in this context",
  BAD_SCALAR_START: "found character that cannot start any token",
  TAB_AS_INDENT: "found character that cannot start any token",
  MISSING_CHAR: "could not find expected character",
  UNEXPECTED_TOKEN: "did not find expected node content",
};
const words = (code: string): string =>
  goWords[code] ?? `invalid (${code.toLowerCase().replaceAll("_", " ")})`;
