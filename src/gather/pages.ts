import { readFileSync } from "node:fs";

/** The page of a cause, or undefined. The build replaces this module with one that carries all pages. */
export function readPage(id: string): string | undefined {
  try {
    return readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), "utf8");
  } catch {
    return undefined;
  }
}
