import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A folder for PATH in which kubectl finds the program as its plugin. */
export interface Plugin {
  readonly folder: string;
  readonly remove: () => void;
}

/** This checkout, or the program that E2E_PROGRAM names: a bundle's start file or an executable. */
export function installPlugin(): Plugin {
  const folder = mkdtempSync(join(tmpdir(), "why-pull-plugin-"));
  const given = process.env["E2E_PROGRAM"] ?? "";
  const checkout = resolve(import.meta.dirname, "../../src/main.ts");
  const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const words = given === "" ? [process.execPath, checkout] : [resolve(given)];
  const file = join(folder, "kubectl-why_pull");
  writeFileSync(file, `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`);
  chmodSync(file, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What the program prints with -o json, as far as it is looked at here. */
export interface Item {
  readonly pod: { readonly namespace: string; readonly name: string };
  readonly container: string;
  readonly image: string;
  readonly verdict: {
    readonly state: string;
    readonly cause: string | null;
    readonly confidence: string | null;
    readonly alternatives: readonly string[];
    readonly summary: string;
  };
  readonly credential: {
    readonly given: readonly { readonly secret: string; readonly registryKey: string }[] | null;
    readonly sent: string;
  };
  /** The first is the leading one's; `assuming` where that is no more than possible. */
  readonly findings: readonly { readonly assuming?: readonly { readonly text: string }[] }[];
  readonly unknowns: readonly { readonly text: string; readonly help: string }[];
  readonly fix: readonly { readonly summary: string; readonly command?: string; readonly effect: string }[];
}

/** The items of a report, or undefined where stdout holds none. */
export function itemsOf(stdout: string): readonly Item[] | undefined {
  try {
    return (JSON.parse(stdout) as { items: readonly Item[] }).items;
  } catch {
    return undefined;
  }
}
