import { age } from "../text/age.ts";
import type { TextStyle } from "./paint.ts";

/** `12m ago (2026-11-22T05:19:31Z)`, or `at 2026-…` where nobody said what time it is. */
export function moment(time: string, { now }: Pick<TextStyle, "now">): string {
  const then = Date.parse(time);
  return now === undefined || Number.isNaN(then) ? `at ${time}` : `${age(now - then)} ago (${time})`;
}

/** `for 12m`, or `since 2026-…`. */
export function span(since: string, { now }: Pick<TextStyle, "now">): string {
  const then = Date.parse(since);
  return now === undefined || Number.isNaN(then) ? `since ${since}` : `for ${age(now - then)}`;
}
