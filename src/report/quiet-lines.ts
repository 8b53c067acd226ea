import type { Diagnosis } from "../diagnose.ts";
import { printableLine } from "../text/printable.ts";
import { hang } from "../text/wrap.ts";
import type { TextStyle } from "./paint.ts";
import { countPods } from "./head-lines.ts";
import { summaryOf } from "./summary.ts";

/** Above this many images without a failing pull, their number is enough. */
const listLimit = 20;

/** Images without a failing pull: each with its state while they are few. */
export function quietLines(
  fine: readonly Diagnosis[],
  { others, several }: { readonly others: boolean; readonly several: boolean },
  style: TextStyle,
): readonly string[] {
  if (fine.length === 0) return others ? [] : ["No failing pull."];
  if (fine.length > listLimit && !style.wide)
    return [
      others ? `${fine.length} other images have no failing pull.` : `No failing pull in ${podsOf(fine)}.`,
    ];
  const lines = fine.flatMap((diagnosis) => {
    const { namespace, name } = diagnosis.evidence.pod;
    const head = `${several ? `${namespace}/` : ""}${name} / ${diagnosis.pull.image.container}: `;
    return hang("", printableLine(`${head}${summaryOf(diagnosis)}`), style.width);
  });
  const harmless = fine.flatMap(({ pull }) =>
    pull.attempt.progress !== "pulled"
      ? []
      : pull.listed
          .filter((secret) => secret.state === "absent" || secret.state === "not-retrieved")
          .map(
            (secret) =>
              `Secret ${secret.name}, which the Pod lists, ${secret.state === "absent" ? "is not there" : "could not be retrieved by the kubelet"}; this pull did not need it.`,
          ),
  );
  const notes = [...new Set(harmless)].flatMap((note) => hang("", printableLine(note), style.width));
  return [...(others ? [] : ["No failing pull.", ""]), ...lines, ...notes];
}

export function podsOf(diagnoses: readonly Diagnosis[]): string {
  return countPods(
    new Set(diagnoses.map(({ evidence }) => `${evidence.pod.namespace}/${evidence.pod.name}`)).size,
  );
}
