import type { PullCheck } from "../check/pull-check.ts";
import type { Diagnosis } from "../diagnose.ts";
import { groupDiagnoses } from "./groups.ts";
import { overviewLines } from "./overview.ts";
import { pageLines } from "./page.ts";
import type { NotLookedAt } from "./not-looked-at.ts";
import { createPaint, type TextStyle } from "./paint.ts";
import { pullChecksText } from "./pull-checks.ts";
import { quietLines, waitingLines } from "./quiet-lines.ts";

/** The report for people: an overview where several things are broken, then a page for each. Pure: width, colour and time are given. */
export function toText(diagnoses: readonly Diagnosis[], style: TextStyle): string {
  const paint = createPaint(style.colorLevel);
  const groups = groupDiagnoses(diagnoses);
  const isSeveral = groups.length > 1;
  const overview = isSeveral ? [overviewLines(groups, style, paint)] : [];
  const pages = groups.map((group, index) =>
    pageLines(group, isSeveral ? `${index + 1}  ` : "", style, paint),
  );
  const waiting = diagnoses.filter(({ verdict }) => verdict.state === "waiting");
  const fine = diagnoses.filter(({ verdict }) => verdict.state === "no-failure");
  const several = new Set(diagnoses.map(({ evidence }) => evidence.pod.namespace)).size > 1;
  const wait = waitingLines(waiting, { others: groups.length > 0, several }, style, paint);
  const rest = quietLines(fine, { others: groups.length + waiting.length > 0, several }, style);
  const rule = paint.dim("─".repeat(Math.min(style.width, 80)));
  const all = [...overview, ...pages, wait, rest].filter((lines) => lines.length > 0);
  return `${all.map((lines) => lines.join("\n")).join(`\n\n${rule}\n\n`)}\n`;
}

/** The answers of can-pull for people. */
export function checksToText(
  checks: readonly PullCheck[],
  notLookedAt: readonly NotLookedAt[],
  style: TextStyle,
): string {
  return pullChecksText(checks, notLookedAt, style, createPaint(style.colorLevel));
}
