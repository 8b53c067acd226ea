/**
 * Breaks at blanks so that no line is wider than `width`, where words allow it; longer words stand alone, whole, and a flag
 * of one letter stays with what it is given.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(/(?<!(?:^| )-[a-z]) /)) {
      const longer = line === "" ? word : `${line} ${word}`;
      if ([...longer].length <= width || line === "") line = longer;
      else {
        lines.push(line);
        line = word;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** The first line after `first`, the others below it, indented by its width. */
export function hang(first: string, text: string, width: number): readonly string[] {
  const indent = " ".repeat([...first].length);
  return wrap(text, Math.max(20, width - indent.length)).map(
    (line, index) => (index === 0 ? first : indent) + line,
  );
}

/** Whole parts, as many on a line as `width` holds, two blanks between them. */
export function filled(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    const longer = line === undefined ? part : `${line}  ${part}`;
    if (line !== undefined && [...longer].length <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
