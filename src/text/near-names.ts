/** Up to three names that a misspelt one may have meant, nearest first. */
export function nearNames(wanted: string, names: readonly string[]): readonly string[] {
  return names
    .map((name) => ({ name, distance: distanceOf(wanted, name) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(wanted.length / 3)))
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Zero for a name that begins with the wanted one, as generated names do; else Levenshtein's distance. */
function distanceOf(wanted: string, name: string): number {
  if (wanted.length >= 2 && name.startsWith(wanted)) return 0;
  let row = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (let i = 1; i <= wanted.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= name.length; j += 1) {
      const same = wanted[i - 1] === name[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[name.length] ?? 0;
}
