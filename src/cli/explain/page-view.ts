import { createPaint, type Paint } from "../../report/paint.ts";
import { hang, wrap } from "../../text/wrap.ts";

/** A page of docs/rules without the places that a script fills, and without sections that nothing was filled into. */
export function plainPage(markdown: string): string {
  const text = markdown.replaceAll(/^<!--[^]*?-->\n?/gm, "").replaceAll(/\n{3,}/g, "\n\n");
  return `${text.replaceAll(/^## .*\n\s*(?=## |$(?![^]))/gm, "").trimEnd()}\n`;
}

export interface PageStyle {
  /** Columns. Commands and tables are never broken. */
  readonly width: number;
  /** What the terminal shows: 0 no colours, 1 sixteen, 2 and 3 more. */
  readonly colorLevel: 0 | 1 | 2 | 3;
}

/** A page as a terminal shows it: headings bold, paragraphs broken anew, code in cyan. */
export function renderPage(markdown: string, style: PageStyle): string {
  const paint = createPaint(style.colorLevel);
  const lines = blocksOf(plainPage(markdown)).flatMap((block) => [...renderBlock(block, style, paint), ""]);
  return lines.join("\n");
}

interface Block {
  readonly kind: "title" | "heading" | "code" | "item" | "table" | "paragraph";
  readonly lines: readonly string[];
}

const margin = "  ";

function blocksOf(page: string): readonly Block[] {
  const blocks: { kind: Block["kind"]; lines: string[] }[] = [];
  let fenced = false;
  let fresh = true;
  for (const line of page.split("\n")) {
    const last = blocks.at(-1);
    if (line.startsWith("```")) {
      if (!fenced) blocks.push({ kind: "code", lines: [] });
      fenced = !fenced;
      fresh = true;
    } else if (fenced) last?.lines.push(line);
    else if (line.trim() === "") fresh = true;
    else {
      const kind = kindOf(line);
      if (fresh || last === undefined || kind !== "paragraph") {
        // Items and rows of one list or table stay together.
        if (last !== undefined && !fresh && kind === last.kind && kind !== "paragraph") last.lines.push(line);
        else blocks.push({ kind, lines: [line] });
      } else last.lines.push(line);
      fresh = kind === "title" || kind === "heading";
    }
  }
  return blocks;
}

function kindOf(line: string): Block["kind"] {
  if (line.startsWith("# ")) return "title";
  if (/^##+ /.test(line)) return "heading";
  if (/^ *(?:[-*]|\d+\.) /.test(line)) return "item";
  return line.startsWith("|") ? "table" : "paragraph";
}

function renderBlock({ kind, lines }: Block, style: PageStyle, paint: Paint): readonly string[] {
  const width = style.width - margin.length;
  const text = lines.map((line) => line.trim()).join(" ");
  switch (kind) {
    case "title":
    case "heading":
      return styled(wrap(inline(text.replace(/^#+ /, "")), style.width), style, paint).map((line) =>
        paint.bold(line),
      );
    case "code":
      return lines.map((line) => `${margin}${margin}${paint.cyan(line)}`.trimEnd());
    case "table":
      return lines.map((line) => `${margin}${line}`);
    case "item":
      return itemsOf(lines).flatMap(({ mark, text: item }) =>
        styled(hang(`${margin}${mark}`, inline(item), style.width), style, paint),
      );
    case "paragraph":
      return styled(wrap(inline(text), width), style, paint).map((line) => margin + line);
  }
}

function itemsOf(lines: readonly string[]): readonly { readonly mark: string; readonly text: string }[] {
  const items: { mark: string; text: string }[] = [];
  for (const line of lines) {
    const [, mark, text = ""] = /^( *(?:[-*]|\d+\.) )(.*)$/.exec(line) ?? [];
    const last = items.at(-1);
    if (mark !== undefined) items.push({ mark, text });
    else if (last !== undefined) last.text += ` ${line.trim()}`;
  }
  return items;
}

/** A blank inside code, which must not be broken there. */
const fixed = "\u00a0";
/** Longer code is a sentence or a command, and is broken like one. */
const heldTogether = 40;

/** Links as text and address; code held together. */
function inline(text: string): string {
  return text
    .replaceAll(/\[([^\]]+)\]\((\S+?)\)/g, (_, label: string, address: string) =>
      /^https?:/.test(address) && address !== label ? `${label} (${address})` : label,
    )
    .replaceAll(/`[^`]+`/g, (code) => (code.length > heldTogether ? code : code.replaceAll(" ", fixed)));
}

/** Without colours the backticks and stars stay: they say what the colours would. */
function styled(lines: readonly string[], { colorLevel: level }: PageStyle, paint: Paint): readonly string[] {
  if (level === 0) return lines.map((line) => line.replaceAll(fixed, " "));
  let open = false;
  return lines.map((line) => {
    // Code that was broken ends with the line and goes on in the next, behind its indentation.
    const resumed = open ? line.replace(/^ */, "$&`") : line;
    open = resumed.split("`").length % 2 === 0;
    return `${resumed}${open ? "`" : ""}`
      .replaceAll(/`([^`]+)`/g, (_, code: string) => paint.cyan(code))
      .replaceAll(/\*\*([^*]+)\*\*/g, (_, words: string) => paint.bold(words))
      .replaceAll(fixed, " ");
  });
}
