/**
 * Judges the program on situations that people reported in public, rebuilt in other words: a folder with expect.jsonl
 * and the evidence that its rows name. Right: one of the accepted causes is the cause, or among those that an ambiguous
 * verdict names. Confidently wrong: another cause alone, likely or certain.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diagnose, isFailing, type Diagnosis } from "../src/diagnose.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { toText } from "../src/report/text.ts";
import type { Verdict } from "../src/verdict.ts";

interface Row {
  readonly file: string;
  /** Causes, and the states `undetermined` and `no-failure`. */
  readonly accept: readonly string[];
  /** Words that the report in text must have, and must not have. */
  readonly say?: readonly string[];
  readonly never?: readonly string[];
}

export interface Judgement {
  readonly file: string;
  readonly right: boolean;
  readonly confidentlyWrong: boolean;
  /** What was said, and which words are wanting. */
  readonly said: string;
}

export async function judgeReports(folder: string): Promise<readonly Judgement[]> {
  const lines = readFileSync(join(folder, "expect.jsonl"), "utf8").split("\n");
  const rows = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Row);
  const judged: Judgement[] = [];
  for (const row of rows) judged.push(await judge(folder, row));
  return judged;
}

async function judge(folder: string, { file, accept, say = [], never = [] }: Row): Promise<Judgement> {
  const objects = await readFiles([join(folder, file)], () => []);
  const diagnoses = diagnose(indexObjects(objects));
  const failing = diagnoses.filter(isFailing);
  const text = toText(diagnoses, { width: 100, colorLevel: 0, wide: false }).replaceAll(/\s+/g, " ");
  const words = [
    ...say.filter((word) => !text.includes(word)).map((word) => `does not say "${word}"`),
    ...never.filter((word) => text.includes(word)).map((word) => `says "${word}"`),
  ];
  const named = failing.length === 0 ? [["no-failure"]] : failing.map(({ verdict }) => causesOf(verdict));
  const right = named.some((causes) => causes.some((cause) => accept.includes(cause)));
  const sure = failing.every(isSure);
  return {
    file,
    right: right && words.length === 0,
    confidentlyWrong: !right && sure,
    said: [named.map((causes) => causes.join(" or ")).join("; "), ...words].join(", "),
  };
}

function causesOf(verdict: Verdict): readonly string[] {
  if (!("leading" in verdict)) return [verdict.state];
  const { leading } = verdict;
  return verdict.state === "ambiguous" ? [leading.id, ...verdict.alternatives] : [leading.id];
}

function isSure({ verdict }: Diagnosis): boolean {
  return verdict.state === "cause" && verdict.leading.finding.confidence !== "possible";
}
