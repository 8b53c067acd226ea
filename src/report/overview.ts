import { causes } from "../rules/causes.ts";
import { printableLine } from "../text/printable.ts";
import { hang } from "../text/wrap.ts";
import { type Group, isOutage, podOf } from "./groups.ts";
import { countPods } from "./head-lines.ts";
import type { Paint, TextStyle } from "./paint.ts";
import { span } from "./times.ts";
import { placeOf } from "./title.ts";
import { listWorkloads } from "./workload-list.ts";

const fewWorkloads = 3;

/** A line for each thing that is broken: what, how many Pods, how sure, since when, which workloads. Worst first. */
export function overviewLines(groups: readonly Group[], style: TextStyle, paint: Paint): readonly string[] {
  const pods = new Set(groups.flatMap(({ diagnoses }) => diagnoses.map(podOf))).size;
  const workloads = new Set(groups.flatMap((group) => group.workloads)).size;
  const places = new Set(
    groups.flatMap(({ diagnoses }) => diagnoses.map(({ evidence }) => placeOf(evidence))),
  );
  const place = places.size === 1 ? ` in namespace ${groups[0]?.diagnoses[0].evidence.pod.namespace}` : "";
  const title = `${countPods(pods)}${pods === 1 ? "" : ` of ${workloads === 1 ? "1 workload" : `${workloads} workloads`}`} cannot pull${place}, for ${groups.length} causes; the worst first.`;
  const digits = String(groups.length).length;
  const width = Math.max(...groups.map(({ pods: count }) => String(count).length));
  return [
    ...hang("", title, style.width).map((line) => paint.bold(line)),
    "",
    ...groups.flatMap((group, index) => {
      const head = `${String(index + 1).padStart(digits)}  ${String(group.pods).padStart(width)} ${group.pods === 1 ? "Pod " : "Pods"}  `;
      const indent = " ".repeat(head.length);
      return [
        ...hang(head, printableLine(statement(group)), style.width).map((line) => paint.bold(line)),
        ...hang(
          indent,
          printableLine(
            details(group, style, { isOnePlace: places.size === 1, isOneNode: nodesOf(groups).size <= 1 }),
          ),
          style.width,
        ).map((line) => paint.dim(line)),
      ];
    }),
  ];
}

/** What is broken, and how: in the words of the catalogue, which fit each that shares it. */
export function statement(group: Group): string {
  const { subject, workloads } = group;
  const [{ verdict, pull }] = group.diagnoses;
  const many = isOutage(group) ? `${workloads.length} workloads: ` : "";
  const what =
    "leading" in verdict
      ? uncapitalised(causes[verdict.leading.id].title)
      : `the evidence does not tell why (${pull.attempt.failure?.reading.kind ?? "no text"})`;
  return `${many}${subject.text}: ${what}`;
}

function details(
  group: Group,
  style: TextStyle,
  { isOnePlace, isOneNode }: { readonly isOnePlace: boolean; readonly isOneNode: boolean },
): string {
  const sure = sureness(group);
  const since = group.since === undefined ? [] : [span(group.since, style)];
  const most = style.wide ? Number.POSITIVE_INFINITY : fewWorkloads;
  const [node, ...others] = nodesOf([group]);
  const isTelling = !isOneNode && group.pods > 1 && others.length === 0 && group.subject.kind !== "node";
  const where = node !== undefined && isTelling ? [`all on node ${node}`] : [];
  return [sure, ...since, ...where, listWorkloads(group, most, isOnePlace)].join(" · ");
}

function nodesOf(groups: readonly Group[]): ReadonlySet<string> {
  return new Set(
    groups.flatMap(({ diagnoses }) => diagnoses.flatMap(({ evidence }) => evidence.pod.node ?? [])),
  );
}

/** The least sure of those that share it decides. */
export function sureness({ diagnoses }: Group): string {
  const words = diagnoses.map(({ verdict }) =>
    "leading" in verdict ? verdict.leading.finding.confidence : verdict.state,
  );
  const least = ["undetermined", "possible", "likely", "certain"].find((word) =>
    words.some((w) => w === word),
  );
  const [{ verdict }] = diagnoses;
  if (verdict.state !== "ambiguous") return least ?? verdict.state;
  return `${least ?? ""}, or ${verdict.alternatives.join(" or ")}`;
}

/** A title of the catalogue within a sentence; names such as TLS and CRI-O stay. */
function uncapitalised(title: string): string {
  return /^[A-Z][a-z']* /.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}
