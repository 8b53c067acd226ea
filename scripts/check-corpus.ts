/** Compares the reading of messages with labelled ones: a JSON object a line, as test/fixtures/messages*.jsonl hold. */
import { existsSync, readFileSync } from "node:fs";
import { readMessage } from "../src/pull/message/message.ts";

export interface LabelledMessage {
  readonly id: string;
  readonly message: string;
  /** The event's or the waiting state's reason. */
  readonly reason: string | null;
  readonly runtime: string;
  readonly cause: string;
  /** What the text proves about the login, and how far it got; not every collection says it. */
  readonly sent?: string;
  readonly stage?: string;
  readonly runtimeVersion?: string;
  readonly kubeletVersion?: string;
  /** What in the message somebody chose: path segments, tags, names of objects; and hosts. */
  readonly names: readonly string[];
  readonly hosts: readonly string[];
}

/**
 * Shapes of public threads; two collections made up from what programs are known to print; shapes of other threads and of
 * programs' source, with the place of each; threads about clouds, mirrors, guests and lazy snapshotters. All were labelled
 * before they were read, and names in them are invented.
 */
export const collections = [
  "messages",
  "messages-invented",
  "messages-held-out",
  "messages-seen",
  "messages-clouds",
].map((name) => `test/fixtures/${name}.jsonl`);

interface Disagreement {
  readonly id: string;
  readonly expected: string;
  readonly got: string;
  readonly message: string;
}

interface Agreement {
  readonly right: number;
  readonly total: number;
  readonly wrong: Disagreement[];
}

export function readLabelled(path: string): readonly LabelledMessage[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LabelledMessage);
}

export function contextOf(row: LabelledMessage): Parameters<typeof readMessage>[1] {
  const { reason, runtimeVersion, kubeletVersion } = row;
  return {
    reason,
    ...(runtimeVersion === undefined ? {} : { runtimeVersion }),
    ...(kubeletVersion === undefined ? {} : { kubeletVersion }),
  };
}

/** How many messages are read as labelled, and which are not. */
export function checkCorpus(path: string): Agreement {
  return agreement(
    readLabelled(path),
    ({ cause }) => cause,
    ({ kind }) => kind,
  );
}

function agreement(
  rows: readonly LabelledMessage[],
  label: (row: LabelledMessage) => string | undefined,
  answer: (reading: ReturnType<typeof readMessage>) => string,
): Agreement {
  const labelled = rows.filter((row) => label(row) !== undefined);
  const wrong = labelled.flatMap((row) => {
    const expected = label(row) ?? "";
    const got = answer(readMessage(row.message, contextOf(row)));
    return got === expected ? [] : [{ id: row.id, expected, got, message: row.message }];
  });
  return { right: labelled.length - wrong.length, total: labelled.length, wrong };
}

function print(what: string, { right, total, wrong }: Agreement, quiet: boolean): void {
  if (total === 0) return;
  process.stdout.write(`${what}: ${right} of ${total}\n`);
  if (quiet) return;
  for (const { id, expected, got, message } of wrong)
    process.stdout.write(`  ${id}: ${got}, not ${expected}\n    ${JSON.stringify(message)}\n`);
}

function main(paths: readonly string[]): number {
  let failed = 0;
  for (const path of paths) {
    if (!existsSync(path)) {
      process.stderr.write(`check-corpus: there is no ${path}\n`);
      return 2;
    }
    const rows = readLabelled(path);
    const kinds = checkCorpus(path);
    print(`${path}: kind`, kinds, false);
    const sent = agreement(
      rows,
      (row) => row.sent,
      (reading) => reading.sent,
    );
    print(`${path}: sent`, sent, false);
    const stages = agreement(
      rows,
      (row) => row.stage,
      (reading) => reading.stage,
    );
    print(`${path}: stage`, stages, false);
    // A fragment of a message has no wording of its own, so disagreement here is no fault.
    const runtime = agreement(
      rows,
      (row) => row.runtime,
      (reading) => reading.runtime,
    );
    print(`${path}: runtime`, runtime, true);
    failed += kinds.wrong.length + sent.wrong.length + stages.wrong.length;
  }
  return failed === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) {
  const given = process.argv.slice(2);
  process.exitCode = main(given.length > 0 ? given : collections);
}
