import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package with the text of its licence. */
interface License {
  readonly name: string;
  readonly version: string;
  readonly text: string;
}

/**
 * The licence texts of the packages that modules come from, one after the other. Throws for a package without a licence file, so
 * that nothing is shipped without one. Our own files are under LICENSE.
 */
export function notices(modules: readonly string[]): string {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  return printed([...folders].map(readLicense));
}

/** Sorted by name, so that the same packages give the same text. */
function printed(licenses: readonly License[]): string {
  const rule = "-".repeat(80);
  const sorted = licenses.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const sections = sorted.map(({ name, version, text }) => `${rule}\n${name} ${version}\n\n${text.trim()}\n`);
  const head = "kubectl-why-pull contains the software named below, each part under its own licence.\n";
  return [head, ...sections].join("\n");
}

/** `…/node_modules/@scope/name` of a module's path; undefined for files that belong to no package. */
function packageFolder(module: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
}

function readLicense(folder: string): License {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
  };
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)(-.*|\..*)?$/i.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0) throw new Error(`${name} ${version} has no licence file`);
  return { name, version, text: texts.join("\n\n") };
}
