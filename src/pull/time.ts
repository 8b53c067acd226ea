/** Whether a comes strictly after b; undefined times never do. RFC 3339 in UTC compares as text, fractions aside. */
export function later(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return seconds(a) > seconds(b);
}

/** Seconds since 1970 of an RFC 3339 time, or NaN. Date.parse reads a given text, not the clock. */
export function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
