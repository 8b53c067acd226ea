/** One branch of an alternation, at any depth, and the pattern without it. */
export interface Alternative {
  readonly alternative: string;
  readonly without: RegExp;
}

interface Group {
  readonly begin: number;
  readonly bars: number[];
}

/** Every branch of every alternation of a pattern; the pattern itself where it has none. */
export function alternativesOf(pattern: RegExp): readonly Alternative[] {
  const { source, flags } = pattern;
  const found: Alternative[] = [];
  const groups: Group[] = [{ begin: 0, bars: [] }];
  const close = (end: number): void => {
    const { begin, bars } = groups.pop() ?? { begin: 0, bars: [] };
    if (bars.length === 0) return;
    const edges = [begin - 1, ...bars, end];
    for (const [index, edge] of edges.slice(0, -1).entries()) {
      const next = edges[index + 1] ?? end;
      const rest =
        index === 0
          ? source.slice(0, edge + 1) + source.slice(next + 1)
          : source.slice(0, edge) + source.slice(next);
      found.push({ alternative: source.slice(edge + 1, next), without: new RegExp(rest, flags) });
    }
  };
  for (let index = 0; index < source.length; index += 1) {
    const character = source[index];
    if (character === "\\") index += 1;
    else if (character === "[")
      index += (/^\[(?:\\.|[^\]\\])*\]/.exec(source.slice(index))?.[0].length ?? 1) - 1;
    else if (character === "(") {
      const opening = /^\((?:\?(?::|<?[=!]))?/.exec(source.slice(index))?.[0].length ?? 1;
      groups.push({ begin: index + opening, bars: [] });
      index += opening - 1;
    } else if (character === "|") groups.at(-1)?.bars.push(index);
    else if (character === ")") close(index);
  }
  close(source.length);
  return found.length > 0 ? found : [{ alternative: source, without: /(?!)/ }];
}

const group = /^\((?:\\.|\[(?:\\.|[^\]\\])*\]|[^()[\\])*\)/;
const withOneLess = (source: string): string => {
  const inner = [...source.matchAll(/\(/g)].find(({ index }) => group.test(source.slice(index)));
  if (inner === undefined) throw new Error(`cannot be taken apart: ${source}`);
  return source.slice(0, inner.index) + source.slice(inner.index).replace(group, "[]");
};

/** A piece of a pattern without groups: a class or a letter, and how often it has to be there. */
const piece = /(?<what>\\.|\[(?:\\.|[^\]\\])*\]|.)(?<often>(?:[?*+]|\{\d*(?:,\d*)?\})?)/gs;

/** The runs of letters that every text has that the pattern fits; what stands in groups and classes, or need not be there, is in none. */
export function inAll(pattern: RegExp): readonly string[] {
  let { source } = pattern;
  while (/\(/.test(source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, ""))) source = withOneLess(source);
  if (source.includes("|")) return [];
  const letters = [...source.matchAll(piece)].map(({ groups: { what = "", often = "" } = {} }) =>
    often !== "" || /^(?:\[.*|\\[A-Za-z0-9]|[\^$.])$/s.test(what) ? "\0" : what.replace(/^\\/, ""),
  );
  return letters.join("").split("\0");
}
