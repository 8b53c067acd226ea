/** What template languages leave behind when a value was never filled in. */
const unrendered: readonly RegExp[] = [
  /\$\{[^}]*\}?/,
  /\$\([^)]*\)?/,
  /\$[A-Za-z_][A-Za-z0-9_]*/,
  /\{\{.*?(\}\}|$)/,
  /<no value>/,
  /%!?\([a-zA-Z]+\)|%!?[sdv](\(|$)/,
  /(^|[/:@])<[A-Za-z0-9_ -]+>/,
  /__[A-Z][A-Z0-9_]*__/,
  /@[A-Z][A-Z0-9_]*@/,
];

/** Tags that languages print for a value that is not there. */
const nothing = /:(undefined|null|nil|none|None|NULL|NaN|nan|\[object Object\])(@|$)/;

/** The piece of the reference that was left unrendered, or undefined. */
export function templateVariable(image: string): string | undefined {
  for (const pattern of unrendered) {
    const found = pattern.exec(image)?.[0];
    if (found !== undefined) return found;
  }
  return nothing.exec(image)?.[1];
}
