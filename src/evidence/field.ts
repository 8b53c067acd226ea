/**
 * Reading of fields from objects whose shape nobody has checked: files are edited by hand, and a server may be newer
 * than we are. Whatever is missing or of the wrong type reads as absent; nothing here throws.
 */
export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (!isRecord(here)) return undefined;
    here = here[name];
  }
  return here;
}

/** A non-empty string, or undefined. */
export function text(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function integer(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, path);
  return typeof found === "number" && Number.isFinite(found) ? Math.trunc(found) : undefined;
}

export function flag(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = at(value, path);
  return typeof found === "boolean" ? found : undefined;
}

/** An object, or an empty one. */
export function record(value: unknown, ...path: readonly string[]): Json {
  const found = at(value, path);
  return isRecord(found) ? found : {};
}

/** The objects of a list; entries that are no objects are left out. */
export function records(value: unknown, ...path: readonly string[]): readonly Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

export function texts(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
}

/** Whether the field is there at all, whatever it holds. */
export function present(value: unknown, ...path: readonly string[]): boolean {
  return at(value, path) !== undefined;
}

/** The object without its undefined members, for exactOptionalPropertyTypes. */
export function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
