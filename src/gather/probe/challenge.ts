/** One way to log in that a registry offers: `Bearer realm="…",service="…"`. Names of schemes and parameters in small letters. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** More than any registry offers. */
const mostChallenges = 10;
const mostParameters = 20;

/**
 * All challenges of all WWW-Authenticate fields (RFC 9110, 11.6.1): several fields, several challenges in one, and both. A comma
 * separates parameters as well as challenges; what stands before an equals sign is a parameter.
 */
export function readChallenges(fields: readonly string[]): readonly Challenge[] {
  return fields.slice(0, mostChallenges).flatMap(readField).slice(0, mostChallenges);
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const parameter = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))/y;
const token68 = / +[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const blanks = /[ \t,]*/y;

function readField(field: string): readonly Challenge[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(field);
    if (match !== null) at += match[0].length;
    return match;
  };
  while (found.length <= mostChallenges) {
    take(blanks);
    const current = found.at(-1);
    const read = current === undefined ? null : take(parameter);
    if (read !== null && current !== undefined) {
      const [, name = "", quoted, plain = ""] = read;
      const known = current.parameters.size >= mostParameters || current.parameters.has(name.toLowerCase());
      if (!known) current.parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, "$1") ?? plain);
      continue;
    }
    const scheme = take(token);
    if (scheme === null) break;
    found.push({ scheme: scheme[0].toLowerCase(), parameters: new Map() });
    // Negotiate and its like bring one word instead of parameters.
    take(token68);
  }
  return found;
}
