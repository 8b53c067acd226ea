import { type Diagnosis, isFailing } from "../diagnose.ts";
import { printableLine } from "../text/printable.ts";

/** The failing Pods as `kubectl -o name` prints them, one a line. */
export function toNames(diagnoses: readonly Diagnosis[]): string {
  const names = diagnoses.filter(isFailing).map(({ evidence }) => `pod/${printableLine(evidence.pod.name)}`);
  return [...new Set(names)].map((name) => `${name}\n`).join("");
}
