/**
 * What Bun reads from the environment before a line of ours runs, and obeys: flags in front of ours, of which `--preload` runs a file; being the `bun` command
 * instead of us; a debugger that waits for its user; files written. They are set for the Bun of a project, and kubectl hands them on.
 */
const obeyed = [
  "BUN_OPTIONS",
  "BUN_BE_BUN",
  "BUN_INSPECT",
  "BUN_INSPECT_CONNECT_TO",
  "BUN_INSPECT_PRELOAD",
  "BUN_BYTECODE_ORDER_OUT",
  "BUN_BYTECODE_ORDER_NAMES_OUT",
  "BUN_BYTECODE_DIGEST_OUT",
] as const;

/**
 * A Bun that looks for variables which no environment can hold: each name begins with the byte that ends one. There is no flag for it. Throws unless
 * every name is there exactly once, so that another version of Bun is looked at before it is packaged.
 */
export function withoutVariables(program: Buffer): Buffer {
  const deaf = Buffer.from(program);
  for (const name of obeyed) {
    const text = Buffer.from(`${name}\0`, "latin1");
    const at = deaf.indexOf(text);
    if (at < 0 || deaf.includes(text, at + 1))
      throw new Error(`the name of ${name} is not in this Bun exactly once`);
    deaf[at] = 0;
  }
  return deaf;
}
