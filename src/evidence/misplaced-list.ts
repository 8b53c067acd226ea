import { isRecord, type Json, text } from "./field.ts";

/**
 * A list of pull secrets that the author of an object wrote where the API has no such field. The API server drops it,
 * with a warning at most (field validation Warn or Ignore, apimachinery strict decoding), and only what
 * `kubectl apply` keeps of the author's text still has it.
 */
export interface MisplacedList {
  /** Where it stands: `.spec`, `.spec.template.spec.containers[0]`. */
  readonly place: string;
  readonly names: readonly string[];
}

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
const field = "imagePullSecrets";
/** The field in other letters or in the singular, which the API does not know either. */
const spelling = /^imagePullSecrets?$/i;
const name = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
/** Longer texts than the API server keeps in an annotation. */
const longest = 262_144;

/** `podSpec` is the path to the Pod's spec, where the list would be right. */
export function readMisplacedLists(object: Json, podSpec: readonly string[]): readonly MisplacedList[] {
  const applied = appliedOf(object);
  if (applied === undefined) return [];
  const found: MisplacedList[] = [];
  let at: Json = applied;
  let place = "";
  for (const step of [...podSpec, undefined]) {
    collect(at, place === "" ? "." : place, step === undefined, found);
    const next: unknown = step === undefined ? undefined : at[step];
    if (!isRecord(next)) break;
    at = next;
    place += `.${step}`;
  }
  if (place !== `.${podSpec.join(".")}`) return found;
  for (const list of ["initContainers", "containers"]) {
    const containers = at[list];
    if (!Array.isArray(containers)) continue;
    for (const [index, container] of containers.entries())
      if (isRecord(container)) collect(container, `${place}.${list}[${index}]`, false, found);
  }
  return found;
}

function collect(at: Json, place: string, isPodSpec: boolean, found: MisplacedList[]): void {
  const names = Object.entries(at).flatMap(([key, value]) =>
    !spelling.test(key) || (isPodSpec && key === field) ? [] : namesIn(value),
  );
  if (names.length > 0) found.push({ place, names });
}

/** People also write a word or a list of words. */
function namesIn(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((entry: unknown) => {
    const word = typeof entry === "string" ? entry : isRecord(entry) ? text(entry, "name") : undefined;
    return word !== undefined && name.test(word) ? [word] : [];
  });
}

function appliedOf(object: Json): Json | undefined {
  const source = text(object, "metadata", "annotations", annotation);
  if (source === undefined || source.length > longest || !/imagepullsecret/i.test(source)) return undefined;
  try {
    const applied: unknown = JSON.parse(source);
    return isRecord(applied) ? applied : undefined;
  } catch {
    return undefined;
  }
}

/** Of the annotation, what readMisplacedLists reads the same from: the lists, and nothing that stands around them. */
export function keepMisplacedLists(object: Json, podSpec: readonly string[]): Json {
  const lists = readMisplacedLists(object, podSpec);
  if (lists.length === 0) return {};
  const kept: Branch = {};
  for (const { place, names } of lists) {
    // In the Pod's spec only another spelling is misplaced.
    const key = place === `.${podSpec.join(".")}` ? "imagePullSecret" : field;
    branchAt(kept, place)[key] = names.map((word) => ({ name: word }));
  }
  return { [annotation]: JSON.stringify(kept) };
}

type Branch = Record<string, unknown>;

function branchAt(root: Branch, place: string): Branch {
  let at = root;
  for (const step of place.split(".").filter((word) => word !== "")) {
    const [, list = step, index] = /^(\w+)\[(\d+)\]$/.exec(step) ?? [];
    if (index === undefined) {
      at = (at[list] ??= {}) as Branch;
      continue;
    }
    const entries = (at[list] ??= []) as Branch[];
    while (entries.length <= Number(index)) entries.push({});
    at = entries[Number(index)] ?? {};
  }
  return at;
}
