import { createPaint } from "../../report/paint.ts";
import { wrap } from "../../text/wrap.ts";
import { type CauseId, causeIds, causes, type CredentialRole } from "../../rules/causes.ts";
import type { PageStyle } from "./page-view.ts";

/** One cause as -o json prints it. */
export interface CauseEntry {
  readonly id: CauseId;
  readonly title: string;
  readonly stage: string;
  readonly credential: CredentialRole;
}

export function causeEntry(id: CauseId): CauseEntry {
  const { title, stage, credential } = causes[id];
  return { id, title, stage, credential };
}

const groups: Readonly<Record<CredentialRole, string>> = {
  chain: "No login that fits reached the runtime",
  refused: "A login was at hand, and it was not good enough",
  node: "The node's own credentials",
  innocent: "Credentials have nothing to do with it",
};

/** All causes, grouped by what they mean for the credential. */
export function renderCauseList({ width, colorLevel }: PageStyle): string {
  const paint = createPaint(colorLevel);
  const column = Math.max(...causeIds.map((id) => id.length)) + 4;
  const lines = Object.entries(groups).flatMap(([role, heading]) => [
    paint.bold(heading),
    ...causeIds
      .filter((id) => causes[id].credential === role)
      .flatMap((id) =>
        entryLines(id, causes[id].title, column, width).map((line) => line.replace(id, paint.cyan(id))),
      ),
    "",
  ]);
  return [...lines, "kubectl why-pull explain CAUSE shows the page of one.", ""].join("\n");
}

/** The title beside the id or, where that leaves no room for words, below it. */
function entryLines(id: string, title: string, column: number, width: number): readonly string[] {
  const room = width - column;
  if (room < 24) return [`  ${id}`, ...wrap(title, width - 6).map((line) => `      ${line}`)];
  return wrap(title, room).map(
    (line, at) => `${at === 0 ? `  ${id}`.padEnd(column) : " ".repeat(column)}${line}`,
  );
}
