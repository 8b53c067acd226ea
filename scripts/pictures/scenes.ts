import { fileURLToPath } from "node:url";
import { type Diagnosis, diagnose } from "../../src/diagnose.ts";
import { indexObjects } from "../../src/evidence/objects.ts";
import { readFiles } from "../../src/gather/files/files.ts";
import { toText } from "../../src/report/text.ts";
import { terminalPicture, themes } from "./terminal.ts";

/** What is shown: a command as somebody would type it, and the evidence that stands for the cluster. */
interface Scene {
  readonly name: string;
  readonly command: string;
  readonly evidence: string;
  /** When it was typed: some minutes after what the evidence tells of. */
  readonly at: string;
  /** The first lines are enough where a report is longer than a screen. */
  readonly lines?: number;
}

const scenes: readonly Scene[] = [
  {
    name: "one-pod",
    command: "kubectl why-pull web -n team-a",
    evidence: "test/cases/registry-key-mismatch/another-registry/evidence.yaml",
    at: "2026-11-22T05:23:00Z",
  },
  {
    name: "overview",
    command: "kubectl why-pull -n shop",
    evidence: "test/fixtures/incident.yaml",
    at: "2026-11-22T09:25:00Z",
    lines: 44,
  },
];

const widths = [80, 120];

/** Every picture of docs/pictures by its path: real output of the program, in both widths and both schemes. */
export async function pictures(): Promise<ReadonlyMap<string, string>> {
  const made = await Promise.all(scenes.map(picturesOf));
  return new Map(made.flat());
}

async function picturesOf(scene: Scene): Promise<readonly (readonly [string, string])[]> {
  const diagnoses = await diagnosesOf(scene.evidence);
  return widths.flatMap((width) => {
    const report = toText(diagnoses, { width, colorLevel: 1, wide: false, now: Date.parse(scene.at) });
    const lines = report.split("\n");
    const shown = lines.slice(0, scene.lines ?? lines.length).join("\n");
    return themes.map(
      (theme) =>
        [
          `docs/pictures/${scene.name}-${width}-${theme.name}.svg`,
          terminalPicture(scene.command, shown, width, theme),
        ] as const,
    );
  });
}

async function diagnosesOf(evidence: string): Promise<readonly Diagnosis[]> {
  const file = fileURLToPath(new URL(`../../${evidence}`, import.meta.url));
  return diagnose(indexObjects(await readFiles([file], () => [])));
}
