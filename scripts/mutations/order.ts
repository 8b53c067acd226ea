import type { Random } from "./random.ts";
import {
  type Draft,
  each,
  inside,
  isDraft,
  ofKind,
  payloadAnnotation,
  podSpecs,
  word,
  type World,
} from "./world.ts";

/** The order in which a server or a file lists things says nothing. */
export function shuffleObjects(world: World, random: Random): void {
  world.objects = random.shuffled(world.objects);
}

/** Init containers run one after the other; ordinary ones and the statuses of all have no order. */
export function shuffleContainers(world: World, random: Random): void {
  for (const spec of podSpecs(world))
    for (const list of ["containers", "volumes"]) shuffleList(spec, list, random);
  for (const pod of ofKind(world, "Pod"))
    for (const list of ["initContainerStatuses", "containerStatuses", "conditions"])
      shuffleList(inside(pod, "status"), list, random);
}

function shuffleList(object: Draft, field: string, random: Random): void {
  const list = object[field];
  if (!Array.isArray(list)) return;
  const shuffled = random.shuffled<unknown>(list);
  // Of two, every second shuffle is none.
  object[field] = shuffled.every((item, index) => item === list[index]) ? shuffled.toReversed() : shuffled;
}

/** The kubelet sorts the entries of a Secret by their keys. */
export function shuffleEntries(world: World, random: Random): void {
  for (const secret of ofKind(world, "Secret")) {
    const annotations = inside(secret, "metadata", "annotations");
    const payload = word(annotations, payloadAnnotation);
    if (payload === undefined) continue;
    const learnt = JSON.parse(payload) as Draft;
    shuffleList(learnt, "entries", random);
    annotations[payloadAnnotation] = JSON.stringify(learnt);
  }
}

/** Entries of managedFields are told apart by what they own, not by their place. */
export function shuffleManagedFields(world: World, random: Random): void {
  for (const object of world.objects) shuffleList(inside(object, "metadata"), "managedFields", random);
}

/** JSON objects have no order of fields. */
export function shuffleFields(world: World, random: Random): void {
  world.objects = world.objects.map((object) => reordered(object, random) as Draft);
}

function reordered(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, random));
  if (!isDraft(value)) return value;
  return Object.fromEntries(
    random.shuffled(Object.entries(value)).map(([name, member]) => [name, reordered(member, random)]),
  );
}

/** The whole story at another time. */
export function shiftTime(world: World, random: Random): void {
  const seconds = (random.below(800) - 400) * 86_400 + random.below(86_400);
  const shift = (text: string): string =>
    text.replaceAll(
      /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/g,
      (_, whole: string, fraction: string | undefined) => {
        const moved = new Date(Date.parse(`${whole}Z`) + seconds * 1000).toISOString().slice(0, 19);
        return `${moved}${fraction ?? ""}Z`;
      },
    );
  for (const object of world.objects) shiftIn(object, shift);
}

/** Times in messages are the runtime's own words; in the annotation of a stripped Secret they are facts. */
function shiftIn(value: unknown, shift: (text: string) => string): void {
  if (Array.isArray(value)) for (const item of value) shiftIn(item, shift);
  if (!isDraft(value)) return;
  for (const [name, member] of Object.entries(value))
    if (typeof member !== "string") shiftIn(member, shift);
    else if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(member) || name === payloadAnnotation)
      value[name] = shift(member);
}

/** The same event as the newer API version prints it. */
export function renewEvents(world: World): void {
  const names: Readonly<Record<string, string>> = {
    involvedObject: "regarding",
    message: "note",
    count: "deprecatedCount",
    firstTimestamp: "deprecatedFirstTimestamp",
    lastTimestamp: "deprecatedLastTimestamp",
    source: "deprecatedSource",
  };
  world.objects = world.objects.map((object) =>
    object["kind"] !== "Event" || each(object, "items").length > 0
      ? object
      : Object.fromEntries(
          Object.entries({ ...object, apiVersion: "events.k8s.io/v1" }).map(([name, value]) => [
            names[name] ?? name,
            value,
          ]),
        ),
  );
}
