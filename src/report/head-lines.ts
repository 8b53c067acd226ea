import type { Diagnosis } from "../diagnose.ts";
import { printableLine } from "../text/printable.ts";
import { hang } from "../text/wrap.ts";
import type { Group } from "./groups.ts";
import type { Paint, TextStyle } from "./paint.ts";
import { moment, span } from "./times.ts";
import { placeOf, titleOf } from "./title.ts";
import { listWorkloads } from "./workload-list.ts";

const typeWords = {
  container: "",
  initContainer: "init container ",
  ephemeralContainer: "ephemeral container ",
  imageVolume: "image volume ",
} as const;

const fewImages = 3;
const fewWorkloads = 12;

/** Whom a page is about: a workload or a Pod as it can be pasted back, else how many there are. */
export function headLines(group: Group, number: string, style: TextStyle, paint: Paint): readonly string[] {
  const { diagnoses, workloads } = group;
  const [{ evidence, pull }] = diagnoses;
  const containers = [
    ...new Set(diagnoses.map((one) => typeWords[one.pull.image.type] + one.pull.image.container)),
  ];
  const first =
    workloads.length === 1
      ? `${titleOf(evidence)} ${placeOf(evidence)} · ${containers.slice(0, fewImages).join(", ")}`
      : `${countPods(group.pods)} of ${workloads.length} workloads · ${group.subject.text}`;
  const images = [...new Set(diagnoses.map((one) => one.pull.image.image))];
  const more = images.length > fewImages && !style.wide ? ` and ${images.length - fewImages} more` : "";
  const shown = style.wide ? images : images.slice(0, fewImages);
  const plain = (text: string): readonly string[] => hang("", printableLine(text), style.width);
  const both = printableLine(`${first} · ${images[0] ?? ""}`);
  const isOneLine =
    images.length === 1 && workloads.length === 1 && [...(number + both)].length <= style.width;
  const isSubject = workloads.length > 1 && group.subject.kind === "image" && images.length === 1;
  return [
    ...hang(number, isOneLine ? both : printableLine(first), style.width).map((line) => paint.bold(line)),
    ...(workloads.length === 1
      ? []
      : plain(listWorkloads(group, style.wide ? Number.POSITIVE_INFINITY : fewWorkloads, false))),
    ...(isOneLine || isSubject ? [] : plain(shown.join(", ") + more)),
    ...(workloads.length === 1 ? plain(podWords(group, pull, style)) : plain(sinceWords(group, style))).map(
      (line) => paint.dim(line),
    ),
    ...(style.wide && diagnoses.length > 1 ? diagnoses.flatMap((one) => plain(eachPod(one, style))) : []),
  ];
}

/** The Pods of one workload, where the title does not name them, and their attempts. */
function podWords(group: Group, pull: Diagnosis["pull"], style: TextStyle): string {
  const names = [...new Set(group.diagnoses.map(({ evidence }) => evidence.pod.name))];
  const [{ evidence }] = group.diagnoses;
  const isTitle = titleOf(evidence) === `pod/${names[0]}`;
  const who =
    names.length > 1
      ? `${countPods(names.length)} (${names.slice(0, fewImages).join(", ")}${names.length > fewImages ? ", …" : ""})`
      : isTitle
        ? ""
        : `Pod ${names[0]}`;
  const where =
    evidence.pod.node === undefined || names.length > 1
      ? ""
      : `${isTitle ? "On" : "on"} node ${evidence.pod.node}`;
  const place = [who, where].filter((part) => part !== "").join(" ");
  return [place, ...attemptWords(pull, style)].filter((part) => part !== "").join(" · ");
}

function attemptWords({ attempt: { failure } }: Diagnosis["pull"], style: TextStyle): readonly string[] {
  if (failure === undefined || failure.attempts === 0) return [];
  const { attempts, lastAttempt, triedSince = "" } = failure;
  const many = `${attempts} failed attempt${attempts > 1 ? "s" : ""}`;
  if (lastAttempt === undefined) return [many];
  // Events fall behind: the last of them is not the last attempt.
  return Date.parse(triedSince) > Date.parse(lastAttempt)
    ? [`${many} until ${moment(lastAttempt, style).replace(/^at /, "")}, and more since`]
    : [`${many}, the last ${moment(lastAttempt, style)}`];
}

function sinceWords({ diagnoses, since }: Group, style: TextStyle): string {
  const [{ evidence }] = diagnoses;
  return [
    ...(since === undefined ? [] : [`Failing ${span(since, style)}`]),
    `what follows is of ${titleOf(evidence)}, Pod ${evidence.pod.name}; the fix is for all`,
  ].join(" · ");
}

function eachPod({ evidence, pull }: Diagnosis, style: TextStyle): string {
  const { namespace, name, node } = evidence.pod;
  const words = [`${namespace}/${name}`, pull.image.container, ...(node === undefined ? [] : [node])];
  return ["-", ...words, ...attemptWords(pull, style)].join("  ");
}

export function countPods(count: number): string {
  return count === 1 ? "1 Pod" : `${count} Pods`;
}
