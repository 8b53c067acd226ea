import type { Evidence } from "./evidence/evidence.ts";
import type { Pull } from "./pull/pull.ts";
import { lastAttempt, overtakenBy, overtakenClaim } from "./rules/facts/last-attempt.ts";
import { kubectl, printable } from "./rules/fix/command.ts";
import { repositoryRan } from "./rules/claims/running-before.ts";
import { forDebugContainer } from "./rules/fix/debug-container.ts";
import { introduced } from "./rules/fix/introduced.ts";
import { fixesOfRival } from "./rules/fix/rival.ts";
import { type Claim, type FailedPull, type Finding, type Fix, type Rule } from "./rules/rule.ts";
import { causeIds, causes, type CauseId } from "./rules/causes.ts";
import { withShownLogins } from "./rules/claims/shown-login.ts";
import { withUnread } from "./rules/unread-rivals.ts";
import { stages } from "./pull/stage.ts";

export interface NamedFinding {
  readonly id: CauseId;
  readonly finding: Finding;
}

export type Verdict =
  | { readonly state: "cause"; readonly leading: NamedFinding; readonly others: readonly NamedFinding[] }
  | {
      readonly state: "ambiguous";
      readonly leading: NamedFinding;
      /** Every other cause that the evidence allows. */
      readonly alternatives: readonly CauseId[];
      readonly others: readonly NamedFinding[];
    }
  | { readonly state: "undetermined"; readonly others: readonly NamedFinding[] }
  /** Nothing failed, and the image is not there yet. */
  | { readonly state: "waiting" }
  | { readonly state: "no-failure" };

/** Of a pull that has not failed: a Pod that is over, or on its way out, waits for nothing any more. */
export function withoutFailure({ pod }: Evidence, { attempt }: Pull): Verdict {
  const isOver = pod.phase === "Succeeded" || pod.phase === "Failed" || pod.deleting;
  return { state: attempt.progress === "pulled" || isOver ? "no-failure" : "waiting" };
}

/** The cause that a verdict names, or names first. */
export function leadingOf(verdict: Verdict): NamedFinding | undefined {
  return verdict.state === "cause" || verdict.state === "ambiguous" ? verdict.leading : undefined;
}

const strength = ["certain", "likely", "possible"] as const;

/**
 * Of the findings that explain this kind of failure: the strongest, of these the earliest on the way of a pull, since
 * what goes wrong upstream causes what is seen downstream. Several left, or one that names rivals, is ambiguous. The
 * order of the rules never matters: what is left over is ordered as the catalogue of causes is.
 */
export function decide(failed: FailedPull, rules: readonly Rule[]): Verdict {
  const findings = rules
    // What the registry itself answered decides beyond the kinds of failure that a text tells of.
    .filter((rule) => failed.pull.probe !== undefined || rule.explains.includes(failed.failure.reading.kind))
    .flatMap((rule) => {
      const finding = rule.check(failed);
      return finding === undefined
        ? []
        : [{ id: rule.id, finding: withUnread(failed, rule, finding, rules) }];
    })
    .toSorted((a, b) => rank(a) - rank(b));
  const [first] = findings;
  if (first === undefined) return { state: "undetermined", others: [] };
  const equal = findings.filter(
    (other) =>
      other.finding.confidence === first.finding.confidence &&
      causes[other.id].stage === causes[first.id].stage,
  );
  const others = findings.slice(1).filter((other) => !equal.includes(other));
  const open = [
    ...new Set([...equal.slice(1).map((other) => other.id), ...equal.flatMap((e) => e.finding.rivals)]),
  ].filter((id) => id !== first.id);
  // What runs from there shows that there is such a repository.
  const runs = open.includes("repository-not-found") ? repositoryRan(failed) : [];
  const alternatives = runs.length === 0 ? open : open.filter((id) => id !== "repository-not-found");
  const leading = { ...first, finding: withClaims(first.finding, runs) };
  if (alternatives.length === 0) return { state: "cause", leading: forThisPod(failed, leading), others };
  const found = [...equal.slice(1), ...others];
  return {
    state: "ambiguous",
    leading: forThisPod(failed, withOtherFixes(failed, leading, alternatives, found)),
    alternatives,
    others: found,
  };
}

/**
 * Whoever acts on an ambiguous answer needs what heals each of its readings: the commands that are not printed anyway, each
 * under its reading's name.
 */
function withOtherFixes(
  failed: FailedPull,
  leading: NamedFinding,
  alternatives: readonly CauseId[],
  found: readonly NamedFinding[],
): NamedFinding {
  const { finding } = leading;
  const fixes: Fix[] = [...finding.fixes];
  for (const id of alternatives)
    for (const fix of found.find((other) => other.id === id)?.finding.fixes ?? fixesOfRival(failed, id)) {
      if (fix.command === undefined || fixes.some(({ command }) => command === fix.command)) continue;
      fixes.push({ ...introduced(`If it is ${id}:`, fix), lasting: false });
    }
  return { ...leading, finding: { ...finding, fixes } };
}

/** What a rule says of any Pod, for one that may have no future or cannot be made anew. */
function forThisPod(failed: FailedPull, { id, finding }: NamedFinding): NamedFinding {
  const fixes = forDebugContainer(failed, id, finding.fixes);
  return { id, finding: printable(withShownLogins(failed, atTheEnd(failed, { ...finding, fixes }))) };
}

function withClaims(finding: Finding, claims: readonly Claim[]): Finding {
  const [first, ...more] = finding.because;
  return { ...finding, because: [first, ...more, ...claims] };
}

/** Of a Pod that is not tried again, that is said; and where another takes its place, nothing is to be done for this one. */
function atTheEnd(failed: FailedPull, finding: Finding): Finding {
  const last = lastAttempt(failed);
  const overtaken = overtakenBy(failed.evidence);
  if (last === undefined && overtaken !== undefined) return withClaims(finding, [overtakenClaim(overtaken)]);
  if (last === undefined) return finding;
  const ended = withClaims(finding, [last.claim]);
  if (last.successor === undefined) return ended;
  const summary = `Nothing to do for this Pod: ${last.successor}. If a newer Pod fails too, ask about that one.`;
  return {
    ...ended,
    confirm: kubectl(failed, "get", "pods", "-o", "wide"),
    fixes: [{ summary, effect: "reads" }],
  };
}

function rank({ id, finding }: NamedFinding): number {
  return (
    strength.indexOf(finding.confidence) * 10_000 +
    stages.indexOf(causes[id].stage) * 1_000 +
    causeIds.indexOf(id)
  );
}
