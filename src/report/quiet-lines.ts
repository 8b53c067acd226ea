import type { Diagnosis } from "../diagnose.ts";
import { printableLine } from "../text/printable.ts";
import { hang } from "../text/wrap.ts";
import type { Paint, TextStyle } from "./paint.ts";
import { countPods } from "./head-lines.ts";
import { wouldPull } from "../rules/probe/would-pull.ts";
import { probeLines } from "./probe-lines.ts";
import { summaryOf, waitingWords } from "./summary.ts";
import { moment } from "./times.ts";

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
  const lines = fine.flatMap((diagnosis) => [
    ...hang(
      "",
      printableLine(nameOf(diagnosis, several) + summaryOf(diagnosis) + comingBack(diagnosis)),
      style.width,
    ),
    ...probeLines(diagnosis, style.width - 3).map((line) => `   ${line}`),
  ]);
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

/** What the registry says to a pull of now, where it was asked. */
function comingBack({ pull, evidence }: Diagnosis): string {
  if (pull.probe === undefined) return "";
  return {
    yes: "",
    no: " It would not be pulled again: the registry does not give it now.",
    unknown: " Whether it would be pulled again, this machine cannot tell.",
  }[wouldPull(pull.probe, pull, evidence)];
}

/** Images that are not there yet, and of which no pull failed: never to be taken for "nothing is wrong". */
export function waitingLines(
  waiting: readonly Diagnosis[],
  { others, several }: { readonly others: boolean; readonly several: boolean },
  style: TextStyle,
  paint: Paint,
): readonly string[] {
  if (waiting.length === 0) return [];
  const images = waiting.length === 1 ? "1 image is" : `${waiting.length} images are`;
  const title = others
    ? `${images} not there yet without a failed pull.`
    : `Waiting: ${images} not there yet, and no pull has failed.`;
  const shown = style.wide ? waiting : waiting.slice(0, listLimit);
  const more = waiting.length - shown.length;
  return [
    paint.bold(title),
    "",
    ...shown.flatMap((diagnosis) => {
      const said = waitingWords(diagnosis, (time) => moment(time, style));
      return hang("", printableLine(nameOf(diagnosis, several) + said), style.width);
    }),
    ...(more > 0 ? [`${more} more with -o wide.`] : []),
  ];
}

function nameOf({ evidence, pull }: Diagnosis, several: boolean): string {
  const { namespace, name } = evidence.pod;
  return `${several ? `${namespace}/` : ""}${name} / ${pull.image.container}: `;
}

function podsOf(diagnoses: readonly Diagnosis[]): string {
  return countPods(
    new Set(diagnoses.map(({ evidence }) => `${evidence.pod.namespace}/${evidence.pod.name}`)).size,
  );
}
