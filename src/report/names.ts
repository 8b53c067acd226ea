import { type Diagnosis, isFailing } from "../diagnose.ts";
import { printableLine } from "../text/printable.ts";
import { quote } from "../text/shell-word.ts";

/**
 * The failing Pods, one a line: as `kubectl -o name` prints them, or as NAMESPACE/pod/NAME where Pods of several
 * namespaces were asked about, which a target of this program may be too.
 */
export function toNames(diagnoses: readonly Diagnosis[], everywhere = false): string {
  const several = everywhere || new Set(diagnoses.map(({ evidence }) => evidence.pod.namespace)).size > 1;
  const names = diagnoses.filter(isFailing).map(({ evidence: { pod, context } }) => {
    const name = `${several ? `${pod.namespace}/` : ""}pod/${pod.name}`;
    return printableLine(context === undefined ? name : `${name} --context ${quote(context)}`);
  });
  return [...new Set(names)].map((name) => `${name}\n`).join("");
}
