/**
 * Writes what can be generated: docs/rules between `<!-- generated: … -->` and `<!-- end -->`, and the
 * pictures of docs/pictures, from real output.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { wrap } from "../src/text/wrap.ts";
import { toText } from "../src/report/text.ts";
import { type CauseId, causeIds, causes, type CredentialRole, isOfNode } from "../src/rules/causes.ts";
import { saysWhy } from "../src/rules/probe/asked.ts";
import { settlements } from "../src/rules/probe/decision.ts";
import { rules } from "../src/rules/index.ts";
import { pictures } from "./pictures/scenes.ts";
import { askedOf, type CaseFolder, diagnoseCase, isNearMiss, readCases } from "./case-folders.ts";

/** Columns of a page: a terminal's, and what can be read. */
const width = 80;
/** More kinds than this say nothing by being listed. */
const manyKinds = 12;

const meaning: Readonly<Record<CredentialRole, string>> = {
  chain: "No login that fits reached the runtime.",
  refused: "A login was at hand, and it was not good enough.",
  node: "The node's own credentials are what is missing or refused.",
  innocent: "Credentials have nothing to do with it.",
};

const headings: Readonly<Record<CredentialRole, string>> = {
  chain: "No login that fits reached the runtime",
  refused: "A login was at hand, and it was not good enough",
  node: "The node's own credentials",
  innocent: "Credentials have nothing to do with it",
};

const skeleton = `
<!-- generated: header -->
<!-- end -->

## What happened

## Why Kubernetes behaves so

## How to make sure

## How to heal

## When this is wrong

## Example

<!-- generated: example -->
<!-- end -->
`;

/** Paths, relative to the repository, and what each file has to be. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const cases = await readCases();
  const pages = causeIds.map((id) => {
    const path = `docs/rules/${id}.md`;
    const page = read(path) ?? `# ${causes[id].title}\n${skeleton}`;
    return [path, fill(fill(page, "header", header(id)), "example", example(id, cases))] as const;
  });
  const list = "docs/rules/README.md";
  const listed = fill(read(list) ?? "", "causes", causeTable());
  return new Map([...pages, [list, listed] as const, ...(await pictures())]);
}

/** The text with a generated part in its place; unchanged where it has no such place. */
function fill(text: string, part: string, content: string): string {
  const place = new RegExp(`(<!-- generated: ${part} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  return text.replace(place, (_, begin: string, end: string) => `${begin}${content}\n${end}`);
}

function header(id: CauseId): string {
  const { stage, credential } = causes[id];
  const kinds = rules.find((rule) => rule.id === id)?.explains ?? [];
  const texts =
    kinds.length > manyKinds
      ? "Texts of many kinds can mean it."
      : kinds.length === 1
        ? `Texts of kind \`${kinds[0]}\` can mean it.`
        : `Texts of these kinds can mean it: ${kinds.map((kind) => `\`${kind}\``).join(", ")}.`;
  const strikes = `\`${id}\` strikes at stage \`${stage}\`. ${meaning[credential]} ${texts}`;
  return [strikes, ...askedWords(id)].map((part) => wrap(part, width).join("\n")).join("\n\n");
}

/** What asking the registry adds, of the table by which it is decided. */
function askedWords(id: CauseId): readonly string[] {
  const shown = Object.values(settlements).filter((one) => one.causes.includes(id));
  const why = saysWhy.includes(id)
    ? ["With `--probe` the registry says whether the login is refused; why, the Secret shows."]
    : [];
  if (shown.length === 0 && why.length === 0)
    return isOfNode(id) ? ["`--probe` never decides it: that asks from another machine than the node."] : [];
  const besides = Map.groupBy(shown, ({ causes: all }) =>
    all
      .filter((one) => one !== id)
      .map((one) => `\`${one}\``)
      .join(" and "),
  );
  const sentences = [...besides]
    .toSorted(([a], [b]) => a.length - b.length)
    .map(([others, all]) => {
      const where = all.map(({ shownBy }) => shownBy).join("; or where ");
      return others === ""
        ? `\`--probe\` decides it where ${where}.`
        : `With \`--probe\` it stays open beside ${others} where ${where}.`;
    });
  return [[...why, ...sentences].join(" ")];
}

/** What the program says of the cause's first case, without the parts that the page itself has. */
function example(id: CauseId, cases: readonly CaseFolder[]): string {
  const won = cases.filter((folder) => folder.id === id && !isNearMiss(folder));
  const folder = won.find(({ expect }) => expect.state === "cause") ?? won[0];
  const asked = folder === undefined ? undefined : askedOf(folder, diagnoseCase(folder));
  if (folder === undefined || asked === undefined) return "";
  const report = toText([asked], { width, colorLevel: 0, wide: false });
  const story = wrap(`A case of the tests: ${folder.comment}`, width).join("\n");
  return `${story}\n\n\`\`\`text\n${shortened(report)}\n\`\`\``;
}

const kept = ["Cause", "Path", "Evidence"];

/** Without the fixes, which the page has in general words, and without the list of references. */
function shortened(report: string): string {
  const [head = "", ...sections] = report.trimEnd().split("\n\n");
  return [head, ...sections.filter((section) => kept.some((title) => section.startsWith(title)))]
    .join("\n\n")
    .replaceAll(/^ *(?:\[\d+\])+\n/gm, "")
    .replaceAll(/ (?:\[\d+\])+$/gm, "")
    .replaceAll("```", "'''");
}

/** The list of all causes, by what they mean for the credential. */
function causeTable(): string {
  return Object.entries(headings)
    .map(([role, heading]) => {
      const rows = causeIds
        .filter((id) => causes[id].credential === role)
        .map((id) => `| [\`${id}\`](${id}.md) | ${causes[id].title} |`);
      return [`**${heading}**`, "", "| cause | what it is |", "| --- | --- |", ...rows].join("\n");
    })
    .join("\n\n");
}

function place(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

function read(path: string): string | undefined {
  return existsSync(place(path)) ? readFileSync(place(path), "utf8") : undefined;
}

async function main(): Promise<void> {
  for (const [path, text] of await generatedFiles()) {
    if (read(path) === text) continue;
    writeFileSync(place(path), text);
    process.stdout.write(`${path}\n`);
  }
}

if (process.argv[1] === import.meta.filename) await main();
