import type { Json } from "../../src/evidence/field.ts";

/** JSON that may be written to: a world is a copy, made for one run of mutations. */
export type Draft = Record<string, unknown>;

/** The objects of one case, and what its names have become. */
export interface World {
  objects: Draft[];
  /** Old name to new, by what is named. */
  readonly pods: Map<string, string>;
  readonly namespaces: Map<string, string>;
  readonly containers: Map<string, string>;
  readonly secrets: Map<string, string>;
  /** What becomes of hosts, ports and paths in registry keys, in the order in which it happened. */
  readonly texts: ((text: string) => string)[];
}

export function worldOf(objects: readonly Json[]): World {
  return {
    objects: structuredClone(objects) as Draft[],
    pods: new Map(),
    namespaces: new Map(),
    containers: new Map(),
    secrets: new Map(),
    texts: [],
  };
}

export function isDraft(value: unknown): value is Draft {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a path, or an empty one that belongs to nothing. */
export function inside(value: unknown, ...path: readonly string[]): Draft {
  let here = value;
  for (const name of path) here = isDraft(here) ? here[name] : undefined;
  return isDraft(here) ? here : {};
}

/** The objects of the list at a path. */
export function each(value: unknown, ...path: readonly string[]): Draft[] {
  const list = inside(value, ...path.slice(0, -1))[path.at(-1) ?? ""];
  return Array.isArray(list) ? list.filter(isDraft) : [];
}

export function word(value: unknown, ...path: readonly string[]): string | undefined {
  const found = inside(value, ...path.slice(0, -1))[path.at(-1) ?? ""];
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function ofKind(world: World, ...kinds: readonly string[]): Draft[] {
  return world.objects.filter((object) => kinds.includes(word(object, "kind") ?? ""));
}

/** Every Pod spec: the Pods' own and those of templates. */
export function podSpecs(world: World): Draft[] {
  return world.objects.flatMap((object) => {
    switch (object["kind"]) {
      case "Pod":
        return [inside(object, "spec")];
      case "CronJob":
        return [inside(object, "spec", "jobTemplate", "spec", "template", "spec")];
      default:
        return isDraft(inside(object, "spec")["template"])
          ? [inside(object, "spec", "template", "spec")]
          : [];
    }
  });
}

/** Replaces every string value; names of fields, apiVersion and kind stay. */
export function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (!isDraft(value)) return value;
  for (const [name, member] of Object.entries(value))
    if (name !== "apiVersion" && name !== "kind") value[name] = mapStrings(member, map);
  return value;
}

export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

/** Where a stripped Secret keeps what was learnt from its values, as JSON. */
export const payloadAnnotation = "why-pull.dev/payload";
