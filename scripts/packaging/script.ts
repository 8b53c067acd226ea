import type { Chunk } from "./bundle.ts";

/** What V8 compiles at once: an expression whose value has a function for each of some files of the bundle, under the file's name. */
export interface Script {
  readonly name: string;
  readonly code: string;
  /** Names of the files in it. */
  readonly chunks: readonly string[];
}

/**
 * The bundle as scripts: the files of `answer`, which are wanted together, in one, as each script takes a while to begin with; every other file in one of its
 * own. A function in an object is compiled when it is run, and so what is never run is never compiled.
 */
export function scriptsOf(chunks: readonly Chunk[], answer: readonly string[]): readonly Script[] {
  const together = chunks.filter(({ name }) => answer.includes(name));
  const alone = chunks
    .filter((chunk) => !together.includes(chunk))
    .map((chunk) => script(chunk.name, [chunk]));
  return together.length === 0 ? alone : [...alone, script("answer", together)];
}

function script(name: string, chunks: readonly Chunk[]): Script {
  const members = chunks.map(
    (chunk) =>
      `${JSON.stringify(chunk.name)}: function (exports, require, module, __filename, __dirname) {${chunk.code}\n}`,
  );
  return {
    name: `${name}.js`,
    code: `({${members.join(",\n")}})`,
    chunks: chunks.map((chunk) => chunk.name),
  };
}

/** The script of each of the bundle's files. */
export function placesOf(scripts: readonly Script[]): Readonly<Record<string, string>> {
  return Object.fromEntries(scripts.flatMap(({ name, chunks }) => chunks.map((chunk) => [chunk, name])));
}
