/**
 * Looks for passwords in everything that is printed, and for names that become words of a command. Usage: npm run fuzz -- --seed N --count M, where M is
 * how many markers are planted. The stories of test/cases are told again with markers in every place where people put what nobody may see, and in each
 * form in which a message may hold it; every format and the bundle are searched, and every printed command is run by stand-ins. A seed plays the same run.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseAllDocuments } from "yaml";
import { type Diagnosis, diagnose } from "../src/diagnose.ts";
import { isRecord, type Json, records } from "../src/evidence/field.ts";
import { admit } from "../src/evidence/gate/admit.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { toBundle } from "../src/gather/files/bundle.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { toHtml } from "../src/report/html/page.ts";
import { toMarkdown } from "../src/report/markdown.ts";
import { toNames } from "../src/report/names.ts";
import { toDiagnosisList, toJson, toYaml } from "../src/report/structured.ts";
import { toText } from "../src/report/text.ts";
import { seeded } from "../test/random.ts";
import { runCommands } from "./fuzz/commands.ts";
import { leakIn, Markers } from "./fuzz/markers.ts";
import { mutate } from "./fuzz/objects.ts";

const cases = fileURLToPath(new URL("../test/cases/", import.meta.url));
const now = Date.parse("2026-01-02T00:00:00Z");
/** Distinct commands that are run; they are of the same kinds from there on. */
const mostCommands = 1_500;

function stories(): readonly (readonly Json[])[] {
  return readdirSync(cases, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("evidence.yaml"))
    .toSorted()
    .map((name) =>
      parseAllDocuments(readFileSync(join(cases, name), "utf8"))
        .map((document) => document.toJS() as unknown)
        .filter(isRecord)
        .flatMap((object) => (Array.isArray(object["items"]) ? records(object, "items") : [object])),
    );
}

/** Every format by itself, so that a leak says where it is. */
function outputs(
  diagnoses: readonly Diagnosis[],
  admitted: readonly Json[],
  round: number,
): Record<string, string> {
  const list = toDiagnosisList(diagnoses);
  return {
    admitted: JSON.stringify(admitted),
    json: toJson(list),
    text: toText(diagnoses, { width: 100, colorLevel: 0, wide: false, now }),
    wide: toText(diagnoses, { width: 80, colorLevel: 1, wide: true, now }),
    markdown: toMarkdown(diagnoses),
    html: toHtml(diagnoses),
    name: toNames(diagnoses),
    // The same strings as in JSON, in a form that takes longer to write.
    ...(round % 4 === 0 ? { yaml: toYaml(list), bundle: toBundle(admitted) } : {}),
  };
}

function commandsOf(json: string): readonly string[] {
  const { items } = JSON.parse(json) as {
    items: readonly {
      fix: readonly { command?: string }[];
      unknowns: readonly { command?: string }[];
      trial?: { create: string; explain: string; remove: string };
    }[];
  };
  return items.flatMap(({ fix, unknowns, trial }) => [
    ...[...fix, ...unknowns].flatMap(({ command }) => command ?? []),
    ...(trial === undefined ? [] : [trial.create, trial.explain, trial.remove]),
  ]);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "1000000" } },
  });
  const [seed, count] = [Number(values.seed), Number(values.count)];
  const all = stories();
  const commands = new Set<string>();
  const leaks: string[] = [];
  const begin = performance.now();
  let [planted, rounds] = [0, 0];
  while (planted < count) {
    const random = seeded(seed * 1_000_003 + rounds);
    const markers = new Markers(random);
    const objects = mutate(random.pick(all), random, markers);
    const admitted =
      rounds % 10 === 0
        ? await readFiles(["-"], () => [Buffer.from(JSON.stringify({ kind: "List", items: objects }))])
        : objects.map(admit);
    const diagnoses = diagnose(indexObjects(admitted));
    const printed = outputs(diagnoses, admitted, rounds);
    for (const [format, text] of Object.entries(printed)) {
      const leak = leakIn(text);
      if (leak !== undefined) leaks.push(`round ${rounds}, ${format}: …${leak}…`);
      if (text.includes("\0")) leaks.push(`round ${rounds}, ${format}: an unspeakable command`);
    }
    for (const command of commandsOf(printed["json"] ?? ""))
      if (commands.size < mostCommands) commands.add(command);
    planted += markers.planted;
    rounds += 1;
    if (leaks.length > 20) break;
  }
  const searched = (performance.now() - begin) / 1000;
  const ran = runCommands([...commands]);
  const seconds = (performance.now() - begin) / 1000;
  for (const leak of leaks.slice(0, 12)) console.log(`LEAK ${JSON.stringify(leak)}`);
  for (const fault of ran.faults.slice(0, 12)) console.log(`INJECTED ${fault}`);
  console.log(
    `${planted} markers in ${rounds} stories, ${searched.toFixed(1)} s: ${leaks.length === 0 ? "none" : leaks.length} found (seed ${seed})`,
  );
  console.log(
    `${commands.size} commands, ${ran.runs} runs in ${ran.shells.join(", ")}${ran.absent.length === 0 ? "" : ` (not on this machine: ${ran.absent.join(", ")})`}, ` +
      `${ran.words} words: ${ran.faults.length === 0 ? "only what was meant" : `${ran.faults.length} faults`}; ${seconds.toFixed(1)} s in all`,
  );
  return leaks.length + ran.faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
