import type { Diagnosis } from "../diagnose.ts";
import { UserError } from "../user-error.ts";
import { formats } from "./flag-table.ts";
import type { Terminal } from "./terminal.ts";

export type Format = (typeof formats)[number];

export function parseFormat(word: string): Format {
  const format = formats.find((known) => known === word);
  if (format === undefined)
    throw new UserError(
      `unable to match a printer suitable for the output format "${word}"`,
      hintFor(word) ?? `Allowed formats are ${formats.join(", ")}.`,
      2,
    );
  return format;
}

/** kubectl's formats that take a template: what they are for, another tool does with ours. */
function hintFor(word: string): string | undefined {
  const [name = "", template = ""] = word.split(/=(.*)/s);
  switch (name) {
    case "jsonpath":
    case "jsonpath-file":
    case "jsonpath-as-json":
      return "Take -o json, and jq for a part of it: kubectl why-pull -o json | jq -r '.items[].verdict.cause'";
    case "custom-columns":
    case "custom-columns-file":
    case "go-template":
    case "go-template-file":
    case "template":
      return `Take -o json, and jq for ${template === "" ? "a part of it" : "columns"}: kubectl why-pull -o json | jq -r '.items[] | [.pod.namespace, .pod.name, .verdict.cause] | @tsv'`;
    default:
      return undefined;
  }
}

export type ColorChoice = "auto" | "always" | "never";

export function parseColor(word: string): ColorChoice {
  if (word === "auto" || word === "always" || word === "never") return word;
  throw new UserError(`--color takes auto, always or never, not "${word}"`, undefined, 2);
}

/** The flag decides, then NO_COLOR, then what standard output can show. */
export function colorLevel(choice: ColorChoice, terminal: Terminal): 0 | 1 | 2 | 3 {
  if (choice === "never") return 0;
  if (choice === "always") return 1;
  const refused = (terminal.env["NO_COLOR"] ?? "") !== "" || terminal.env["TERM"] === "dumb";
  return refused || !terminal.stdoutIsTerminal ? 0 : terminal.colorLevel();
}

/** Columns of the report: what the terminal has, within what can be read. */
export function widthOf(terminal: Terminal, widest: number): number {
  return Math.min(widest, Math.max(narrowest, terminal.columns ?? pipeWidth));
}

/** Through a pipe lines are broken as for a terminal of this width, so that they can be read in a log. */
const pipeWidth = 100;
const narrowest = 40;
const widest = 140;

/** `everywhere`: Pods of all namespaces were asked about, so that a name alone tells nothing. */
export async function render(
  diagnoses: readonly Diagnosis[],
  {
    format,
    color,
    everywhere,
  }: { readonly format: Format; readonly color: ColorChoice; readonly everywhere: boolean },
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case "json":
    case "yaml": {
      const { toDiagnosisList, toJson, toYaml } = await import("../report/structured.ts");
      const list = toDiagnosisList(diagnoses);
      return format === "json" ? toJson(list) : toYaml(list);
    }
    case "markdown": {
      const { toMarkdown } = await import("../report/markdown.ts");
      return toMarkdown(diagnoses);
    }
    case "html": {
      const { toHtml } = await import("../report/html/page.ts");
      return toHtml(diagnoses);
    }
    case "name": {
      const { toNames } = await import("../report/names.ts");
      return toNames(diagnoses, everywhere);
    }
    case "text":
    case "wide": {
      const { toText } = await import("../report/text.ts");
      return toText(diagnoses, {
        width: widthOf(terminal, widest),
        colorLevel: colorLevel(color, terminal),
        wide: format === "wide",
        now: terminal.now(),
      });
    }
  }
}
