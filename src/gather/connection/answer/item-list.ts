import type { Answer } from "./answer.ts";
import type { ReadFailure } from "./read-failure.ts";

export type ListAnswer =
  | {
      readonly ok: true;
      readonly items: readonly object[];
      /** False when the list was cut at the cap. */
      readonly complete: boolean;
      /** What a watch goes on from. */
      readonly resourceVersion: string;
    }
  | { readonly ok: false; readonly failure: ReadFailure };

export interface ListOptions {
  /** At most this many items are kept. Default: 100,000. */
  readonly cap?: number;
  /** At most this many pages are asked for. Default: 400. */
  readonly pages?: number;
  /**
   * Takes from each item what is worth keeping, page by page, so that large lists stay small: the item or what is left of
   * it, or `drop`. `stop` ends the reading: what follows is not asked for, and the list is not complete.
   */
  readonly keep?: (item: object) => object | "drop" | "stop";
}

const pageSize = "500";
const usualCap = 100_000;
const mostRestarts = 3;
/** Twice what the usual cap takes; a server may hand out tokens for ever, and pages without items. */
const mostPages = 400;

function itemsOf(list: object): readonly object[] | undefined {
  const items: unknown = "items" in list ? list.items : [];
  // An empty list of some servers has null for its items.
  if (items === null) return [];
  if (!Array.isArray(items)) return undefined;
  return items.filter((item): item is object => typeof item === "object" && item !== null);
}

function wordOf(list: object, field: "continue" | "resourceVersion"): string {
  const metadata: unknown = "metadata" in list ? list.metadata : undefined;
  if (typeof metadata !== "object" || metadata === null) return "";
  const word = (metadata as Readonly<Record<string, unknown>>)[field];
  return typeof word === "string" ? word : "";
}

/** Items in a list lack what the list itself says: `PodList` of `v1` makes each a `Pod` of `v1`. */
function named(item: object, list: object): object {
  const kind = "kind" in list && typeof list.kind === "string" ? list.kind.replace(/List$/, "") : "";
  const apiVersion = "apiVersion" in list && typeof list.apiVersion === "string" ? list.apiVersion : "";
  return {
    ...(apiVersion === "" ? {} : { apiVersion }),
    ...(kind === "" ? {} : { kind }),
    ...item,
  };
}

/**
 * Reads a whole list in pages of 500, as kubectl does. When the server forgets the list's state on the way (410) reading starts anew, a few
 * times. A failure on the way is the failure of the whole.
 */
export async function readList(
  read: (query: Readonly<Record<string, string>>) => Promise<Answer>,
  query: Readonly<Record<string, string>>,
  { cap = usualCap, pages: most = mostPages, keep = (item) => item }: ListOptions,
): Promise<ListAnswer> {
  let items: object[] = [];
  let token = "";
  for (let restarts = 0, pages = 1; ; pages += 1) {
    const answer = await read({ limit: pageSize, ...query, ...(token === "" ? {} : { continue: token }) });
    if (!answer.ok) {
      if (answer.failure.kind !== "gone" || restarts >= mostRestarts) return answer;
      restarts += 1;
      items = [];
      token = "";
      pages = 0;
      continue;
    }
    const found = itemsOf(answer.body);
    if (found === undefined)
      return { ok: false, failure: { kind: "invalid-json", message: "the answer is no list" } };
    const resourceVersion = wordOf(answer.body, "resourceVersion");
    for (const item of found) {
      if (items.length >= cap) return { ok: true, items, complete: false, resourceVersion };
      const kept = keep(named(item, answer.body));
      if (kept === "stop") return { ok: true, items, complete: false, resourceVersion };
      if (kept !== "drop") items.push(kept);
    }
    const next = wordOf(answer.body, "continue");
    if (next === "") return { ok: true, items, complete: true, resourceVersion };
    // A server that hands out the same token for ever would never end.
    if (next === token || pages >= most) return { ok: true, items, complete: false, resourceVersion };
    token = next;
  }
}
