import type { Group } from "./groups.ts";
import { titleOf } from "./title.ts";

/**
 * The workloads of a group: `deployment/api, deployment/web in shop; job/sync in tools`. Those beyond `most` are counted;
 * a place that all of the report share is not said again.
 */
export function listWorkloads({ diagnoses }: Group, most: number, isOnePlace: boolean): string {
  const places = new Map<string, Set<string>>();
  for (const { evidence } of diagnoses) {
    const place = `in ${evidence.pod.namespace}${evidence.context === undefined ? "" : ` of ${evidence.context}`}`;
    const titles = places.get(place) ?? new Set();
    titles.add(titleOf(evidence));
    places.set(place, titles);
  }
  let left = most;
  let more = 0;
  const parts = [...places].flatMap(([place, titles]) => {
    const shown = [...titles].slice(0, Math.max(0, left));
    left -= shown.length;
    more += titles.size - shown.length;
    return shown.length === 0 ? [] : [`${shown.join(", ")}${isOnePlace ? "" : ` ${place}`}`];
  });
  return parts.join("; ") + (more > 0 ? `, and ${more} more` : "");
}
