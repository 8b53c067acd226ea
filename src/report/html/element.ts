/** Markup that was built here, and so holds nothing but what it should. A plain string never counts as markup. */
export interface Markup {
  readonly markup: string;
}

export type Content = string | Markup | readonly Content[];

/**
 * One element. Text and attributes are escaped here and nowhere else (HTML Living Standard, 13.3 "Serialising"), so a
 * name from the cluster cannot become an element, an attribute or a script.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...content: Content[]
): Markup {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join("");
  const inside = content.map(serialised).join("");
  return { markup: voids.has(name) ? `<${name}${written}>` : `<${name}${written}>${inside}</${name}>` };
}

const voids: ReadonlySet<string> = new Set(["meta", "br"]);

function serialised(content: Content): string {
  if (typeof content === "string") return escaped(content);
  return "markup" in content ? content.markup : content.map(serialised).join("");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
