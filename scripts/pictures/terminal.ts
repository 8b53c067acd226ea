/** A terminal's window as an SVG picture: text stays text, so that it can be searched, copied and read aloud. */

export interface Theme {
  readonly name: "dark" | "light";
  readonly background: string;
  readonly foreground: string;
  readonly frame: string;
  readonly dim: string;
  readonly colors: Readonly<Record<number, string>>;
}

/** By SGR number. Each colour keeps a contrast of at least 4.5 to its background, as WCAG 2.2 (1.4.3) asks. */
export const themes: readonly Theme[] = [
  {
    name: "dark",
    background: "#0d1117",
    foreground: "#e6edf3",
    frame: "#30363d",
    dim: "#9198a1",
    colors: {
      31: "#ff7b72",
      32: "#3fb950",
      33: "#d29922",
      34: "#79c0ff",
      35: "#d2a8ff",
      36: "#56d4dd",
      90: "#9198a1",
    },
  },
  {
    name: "light",
    background: "#ffffff",
    foreground: "#1f2328",
    frame: "#d1d9e0",
    dim: "#59636e",
    colors: {
      31: "#b3261e",
      32: "#116329",
      33: "#7d4e00",
      34: "#0550ae",
      35: "#6639ba",
      36: "#1b6f79",
      90: "#59636e",
    },
  },
];

interface Run {
  readonly text: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly color: number | undefined;
}

const cell = { width: 8.4, height: 19, font: 14 };
const padding = 16;

/** The picture of what a command printed, with the command above it. `output` may hold SGR sequences. */
export function terminalPicture(command: string, output: string, columns: number, theme: Theme): string {
  const lines = [
    [plain("$ ", true), plain(command, true)],
    ...output.trimEnd().split("\n").map(runsOf),
  ].flatMap((runs) => broken(runs, columns));
  const width = Math.ceil(columns * cell.width + 2 * padding);
  const height = lines.length * cell.height + 2 * padding;
  const rows = lines.map((runs, index) => rowOf(runs, padding + (index + 0.75) * cell.height, theme));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`What ${command} prints`)}">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.background}" stroke="${theme.frame}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${cell.font}" fill="${theme.foreground}" xml:space="preserve">`,
    ...rows.filter((row) => row !== ""),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function plain(text: string, bold: boolean): Run {
  return { text, bold, dim: false, color: undefined };
}

/** A line that is longer than the window goes on in the next, as terminals do it: commands are never broken by us. */
function broken(runs: readonly Run[], columns: number): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]];
  let free = columns;
  for (const run of runs) {
    let letters = [...run.text];
    while (letters.length > 0) {
      if (free === 0) {
        lines.push([]);
        free = columns;
      }
      lines.at(-1)?.push({ ...run, text: letters.slice(0, free).join("") });
      const taken = Math.min(free, letters.length);
      letters = letters.slice(taken);
      free -= taken;
    }
  }
  return lines;
}

/** One line as runs of one look each. SGR numbers: ECMA-48, 8.3.117. */
function runsOf(line: string): readonly Run[] {
  const runs: Run[] = [];
  let look: Omit<Run, "text"> = { bold: false, dim: false, color: undefined };
  // eslint-disable-next-line no-control-regex -- the escape that begins a sequence
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // eslint-disable-next-line no-control-regex -- as above
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      if (part !== "") runs.push({ ...look, text: part });
    } else for (const code of codes.split(";").map(Number)) look = changed(look, code);
  }
  return runs;
}

function changed(look: Omit<Run, "text">, code: number): Omit<Run, "text"> {
  if (code === 0) return { bold: false, dim: false, color: undefined };
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 39) return { ...look, color: undefined };
  return (code >= 30 && code <= 37) || (code >= 90 && code <= 97) ? { ...look, color: code } : look;
}

function rowOf(runs: readonly Run[], y: number, theme: Theme): string {
  let column = 0;
  const spans = runs.flatMap((run) => {
    const x = padding + column * cell.width;
    const length = [...run.text].length;
    column += length;
    if (run.text.trim() === "") return [];
    const fill = run.color === undefined ? (run.dim ? theme.dim : undefined) : theme.colors[run.color];
    const style = `${fill === undefined ? "" : ` fill="${fill}"`}${run.bold ? ' font-weight="700"' : ""}`;
    // textLength holds the columns where the reader's font is another.
    return [
      `<tspan x="${round(x)}" textLength="${round(length * cell.width)}"${style}>${escaped(run.text)}</tspan>`,
    ];
  });
  return spans.length === 0 ? "" : `<text y="${round(y)}">${spans.join("")}</text>`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
