import { UserError } from "../../user-error.ts";

/** What the yaml package can be asked about for a better word on where a fault is. */
const small = 1024 * 1024;

/**
 * The values of a JSON text: one, or several below each other, each beginning in the first column, as several kubectl
 * calls into one file leave them. A list at the top stands for its entries. Undefined for a text that is no JSON and
 * may be YAML, which can begin with a bracket too.
 */
export function readJson(name: string, text: string): readonly unknown[] | undefined {
  if (!beginsLikeJson(text)) return undefined;
  const whole = parse(text);
  if (whole !== undefined) return Array.isArray(whole.value) ? (whole.value as unknown[]) : [whole.value];
  const parts = text.split(/^(?=\{)/m).map(parse);
  if (parts.length > 1 && parts.every((part) => part !== undefined)) return parts.map(({ value }) => value);
  if (text.length <= small) return undefined;
  const cut = /[}\]]\s*$/.test(text) ? "" : ", it seems to be cut off";
  throw new UserError(`${name} is no JSON${cut}`, undefined, 3);
}

export function beginsLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
