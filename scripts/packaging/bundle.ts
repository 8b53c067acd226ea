import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { type OutputChunk, type Plugin, rolldown } from "rolldown";

/** One file of the program: CommonJS, ASCII only, `require`s its neighbours as `./name.cjs`. */
export interface Chunk {
  readonly name: string;
  readonly code: string;
}

export interface Bundle {
  /** The first one is where the program starts. */
  readonly chunks: readonly Chunk[];
  /** Absolute paths of all modules that went in: what the licence notices are made from. */
  readonly modules: readonly string[];
}

/** What `version` prints; the source knows it as WHY_PULL_BUILD, which is undefined outside a bundle. */
export interface BuildFacts {
  readonly version: string;
  readonly commit: string;
  readonly date: string;
}

/** The chunk where the program starts. */
export const entryName = "kubectl-why_pull";

/**
 * What a plain question runs through, in three files, each with all that it imports: where the program starts; what asks the cluster; what is loaded while the
 * cluster is waited for. By itself the bundler makes forty files of it, and a name of another file is read by a function of its own each time: a tenth of a plain
 * answer's processor time. `explain` and completion take 2 ms more for it.
 */
const partsOfAPlainAnswer = [
  { name: entryName, tags: ["$initial" as const], priority: 3 },
  {
    name: "ask",
    test: /\/src\/(?:cli\/(?:question|diagnose-command)|rules\/causes)\.ts$/,
    priority: 2,
  },
  { name: "answer", test: /\/src\/(?:diagnose|report\/text)\.ts$/, priority: 1 },
];

/**
 * Bundles src/main.ts into CommonJS files. Every `import()` of the source becomes a file that is read when it is wanted, so that
 * `--help` does not pay for the cluster client. CommonJS, because Node starts it 15 to 25 ms sooner than ES modules.
 */
export async function bundle(root: string, facts: BuildFacts): Promise<Bundle> {
  const build = await rolldown({
    input: { [entryName]: join(root, "src/main.ts") },
    cwd: root,
    platform: "node",
    plugins: [awaitInside(join(root, "src/main.ts")), embedPages(root), lateChildProcess(), toldColors()],
    transform: { target: "node22.15", define: { WHY_PULL_BUILD: JSON.stringify(facts) } },
    treeshake: { moduleSideEffects: [{ test: /@kubernetes\/client-node\//, sideEffects: false }] },
    onLog: (level, log) => {
      if (level === "warn") throw new Error(`bundling: ${log.message}`);
    },
  });
  const { output } = await build.generate({
    format: "cjs",
    dynamicImportInCjs: false,
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: { groups: partsOfAPlainAnswer },
    comments: false,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  });
  await build.close();
  const chunks = output.filter((file): file is OutputChunk => file.type === "chunk");
  const sorted = chunks.toSorted((a, b) => Number(b.isEntry) - Number(a.isEntry));
  return {
    chunks: sorted.map(({ fileName, code }) => ({ name: fileName, code: ascii(lateBuiltins(code)) })),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds).filter((id) => id.startsWith("/")),
  };
}

/** A main script (sea-main.cjs, npm-main.cjs) with the loader in it. */
export async function bundleMain(file: string): Promise<string> {
  const build = await rolldown({ input: file, platform: "node" });
  const { output } = await build.generate({ format: "cjs", comments: false });
  await build.close();
  return output[0].code;
}

/** Letters beyond ASCII become escapes, which mean the same in names, strings, templates and patterns: a one-byte string is half the memory. */
const ascii = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Modules of the runtime that cost something to load, and that much of what is asked has no use for. */
const late = /^node:(?:child_process|crypto|http|net|stream|tls|tty|zlib)$/;

/** Loads such modules where they are first used, not where they are imported: a millisecond or two of a plain answer's forty. */
function lateBuiltins(code: string): string {
  const modules = new Map<string, string>();
  const declared = /^let (?:(?:, )?\w+ = require\("node:\w+"\))+;$/gm;
  const rest = code.replaceAll(declared, (line) => {
    const early = [...line.matchAll(/(\w+) = require\("(node:\w+)"\)/g)].filter(
      ([, name = "", module = ""]) => {
        const isLate = late.test(module) && !code.includes(`${name}.default`);
        if (isLate) modules.set(name, module);
        return !isLate;
      },
    );
    return early.length === 0 ? "" : `let ${early.map(([one]) => one).join(", ")};`;
  });
  // Names of a whole module are read from it as they are.
  const named = /^(\w+) = \w+\.\w+\(\1, 1\);$/gm;
  return rest
    .replaceAll(named, (line, name: string) => (modules.has(name) ? "" : line))
    .replaceAll(/\bnode_\w+\b/g, (name) => {
      const module = modules.get(name);
      return module === undefined ? name : `(require("${module}"))`;
    });
}

/** CommonJS knows no `await` at the top: what follows main.ts's imports is put into an async function. */
function awaitInside(main: string): Plugin {
  return {
    name: "await-inside",
    transform: {
      filter: { id: main },
      handler: (code) => {
        const body = code.search(/^(?!import\b|\s*\/\/|\s*$)/m);
        return `${code.slice(0, body)}void (async () => {\n${code.slice(body)}\n})();\n`;
      },
    },
  };
}

/** src/gather/pages.ts reads docs/rules from the checkout; the packed program carries the pages in a chunk of their own. */
function embedPages(root: string): Plugin {
  const folder = join(root, "docs/rules");
  return {
    name: "embed-pages",
    load: {
      filter: { id: /src\/gather\/pages\.ts$/ },
      handler: () => {
        const names = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
        const pages = names
          .toSorted()
          .map((name) => [name.slice(0, -3), readFileSync(join(folder, name), "utf8")]);
        const table = JSON.stringify(Object.fromEntries(pages));
        return `const pages = new Map(Object.entries(${table}));\nexport const readPage = (id) => pages.get(id);\n`;
      },
    },
  };
}

/** commander loads node:child_process for subcommands that are programs of their own. We have none, and it costs 2 ms. */
function lateChildProcess(): Plugin {
  const late = "\0late-child-process";
  return {
    name: "late-child-process",
    resolveId: {
      filter: { id: /^node:child_process$/ },
      handler: (_id, importer) => (importer?.includes("/node_modules/commander/") ? late : undefined),
    },
    load: {
      filter: { id: new RegExp(`^${late}$`) },
      handler: () => `export default { spawn: (...words) => require("node:child_process").spawn(...words) };`,
    },
  };
}

/** chalk looks at the environment to find what the terminal shows. The program decides that itself and tells chalk; a spinner without colours tells as much. */
function toldColors(): Plugin {
  const told = "\0told-colors";
  return {
    name: "told-colors",
    resolveId: { filter: { id: /^#supports-color$/ }, handler: () => told },
    load: {
      filter: { id: new RegExp(`^${told}$`) },
      handler: () => "export default { stdout: false, stderr: false };",
    },
  };
}
