import { type Evidence, secretOf } from "../../evidence/evidence.ts";
import type { Pull } from "../../pull/pull.ts";

interface Walked {
  readonly evidence: Evidence;
  readonly pull: Pull;
}

/**
 * Secrets that nobody read, and that other Pods of the namespace list which have an image of the same registry: an answer
 * about one Pod has no read for each. Asked for rarely, so all pulls are looked at only then.
 */
export function listedByOthers(all: () => readonly Walked[]): (asking: Walked) => () => readonly string[] {
  let byPlace: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  return (asking) => () => {
    byPlace ??= indexed(all());
    const { pod } = asking.evidence;
    return [...(byPlace.get(placeOf(asking)) ?? [])].filter(
      (name) => name !== "" && !pod.pullSecrets.includes(name) && isUnread(asking.evidence, name),
    );
  };
}

function indexed(all: readonly Walked[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byPlace = new Map<string, Set<string>>();
  for (const walked of all) {
    if (walked.pull.attempt.progress !== "pulled") continue;
    const names = byPlace.get(placeOf(walked)) ?? new Set();
    for (const name of walked.evidence.pod.pullSecrets) names.add(name);
    byPlace.set(placeOf(walked), names);
  }
  return byPlace;
}

/** Where the same Secrets are of use. */
function placeOf({ evidence, pull: { reference } }: Walked): string {
  return `${evidence.pod.namespace} ${reference.ok ? reference.registry : ""}`;
}

function isUnread(evidence: Evidence, name: string): boolean {
  const observed = secretOf(evidence, name);
  return observed.state === "unknown" && observed.reason === "not-collected";
}
