/** What is left to the yaml package. */
export const unclear = Symbol("unclear");

/** Collections in each other, in lines as in brackets. */
export const deepest = 100;

// Words that are no strings to YAML 1.1, by which kubeconfigs are read, or to 1.2, or no ordinary key.
export const unusual = /^(?:~|null|true|false|y|n|yes|no|on|off|\.inf|\.nan|__proto__)$/i;
const number =
  /^(?:0o[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?0b[01_]+|[-+]?[0-9][0-9_]*|[-+]?\.inf|\.nan|[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:e[-+]?[0-9]+)?)$/i;

/** What a plain scalar stands for, where both versions of YAML agree on it. */
export function meant(text: string): unknown {
  if (text === "null") return null;
  if (text === "true") return true;
  if (text === "false") return false;
  if (/^(?:0|-?[1-9][0-9]{0,14})$/.test(text)) return Number(text);
  return unusual.test(text) || number.test(text) ? unclear : text;
}

/** Double quotes with the escapes that JSON has too and that mean the same there. */
export function unquoted(words: string): unknown {
  try {
    const value: unknown = JSON.parse(words);
    return typeof value === "string" ? value : unclear;
  } catch {
    return unclear;
  }
}
