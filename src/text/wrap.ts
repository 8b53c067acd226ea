/** Breaks at blanks so that no line is wider than `width`, where words allow it; longer words stand alone, whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
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
