import type { CauseId } from "../causes.ts";
import { hostOf, said } from "../facts/listed.ts";
import { innocentRules } from "../innocent/table.ts";
import { type FailedPull, type Finding, outOfSummary, type Rule } from "../rule.ts";
import { probeClaims } from "./claims.ts";
import { confirmOf, decidedFixes, decidedSummary } from "./decided.ts";
import { withoutProviders } from "./unheld.ts";
import { decisionOf, type ProbeDecision } from "./decision.ts";

/** Causes by which a login is refused, and that say why. */
export const saysWhy: readonly CauseId[] = [
  "credential-expired",
  "credential-whitespace",
  "credential-shadowed",
  "credential-empty",
  "immutable-secret-stale",
];
/** What a registry's answers tell apart. */
const apart: ReadonlySet<CauseId> = new Set([
  ...saysWhy,
  "credential-rejected",
  "credential-lacks-permission",
  "repository-not-found",
  "manifest-not-found",
  "content-missing",
  "forbidden",
  "rate-limited",
  "login-locked",
]);

const tables: ReadonlySet<CauseId> = new Set(innocentRules.map(({ id }) => id));

/**
 * Rules as they judge where the registry was asked. Without an answer of it each is as it was. What the registry decides is found by the rule of that
 * cause, with its own fixes, and whatever it tells apart from it is not; every other finding says what the answer was.
 */
export function askedOf(rules: readonly Rule[]): readonly Rule[] {
  const tellers = rules.filter(({ id }) => saysWhy.includes(id));
  return rules.map((rule) => ({
    ...rule,
    check: (failed) => {
      if (failed.pull.probe === undefined) return wouldDecide(rule.id, rule.check(failed));
      const decision = decisionOf(failed);
      if (decision === undefined)
        return withClaims(failed, notFromHere(failed, withoutProviders(rule.id, failed, own(rule, failed))));
      const why =
        decision.outcome === "login-refused"
          ? tellers.filter((one) => speaks(one, failed)).map(({ id }) => id)
          : [];
      const causes = why.length > 0 ? why : decision.causes;
      if (causes.includes(rule.id)) return decided(rule, failed, decision, causes);
      // What is let in now was neither expired nor without the right.
      const settled = decision.confidence === "certain" || decision.outcome === "opens";
      if (settled && apart.has(rule.id)) return undefined;
      return withClaims(failed, own(rule, failed));
    },
  }));
}

/** Between causes that the registry's own answers tell apart, asking it is the check that decides. */
function wouldDecide(id: CauseId, finding: Finding | undefined): Finding | undefined {
  if (finding === undefined || finding.rivals.length === 0 || finding.confidence === "possible")
    return finding;
  if (![id, ...finding.rivals].every((one) => apart.has(one))) return finding;
  // A command that stands alone stays one that can be pasted.
  if (finding.confirm.startsWith("kubectl ")) return finding;
  return { ...finding, confirm: `${finding.confirm} Or let this program ask the registry: --probe.` };
}

/** Who is refused for the place that the request comes from has asked already, and would learn no more by asking again. */
function notFromHere(failed: FailedPull, finding: Finding | undefined): Finding | undefined {
  const outcome = failed.pull.probe?.reading.outcome;
  const isPlace = outcome === "address-refused" || outcome === "everybody-refused";
  if (finding === undefined || !isPlace || !finding.rivals.some((id) => apart.has(id))) return finding;
  const host = hostOf(failed);
  const confirm = `Ask whoever runs ${host} which addresses it lets in: it refuses this machine too, so nothing more can be learnt from here.`;
  return { ...finding, confirm };
}

/** What the rule says of this kind of failure. */
function own(rule: Rule, failed: FailedPull): Finding | undefined {
  return rule.explains.includes(failed.failure.reading.kind) ? rule.check(failed) : undefined;
}

function speaks(rule: Rule, failed: FailedPull): boolean {
  const finding = own(rule, failed);
  return finding !== undefined && finding.confidence !== "possible" && finding.rivals.length === 0;
}

function decided(
  rule: Rule,
  failed: FailedPull,
  decision: ProbeDecision,
  causes: readonly CauseId[],
): Finding | undefined {
  // The texts of the tables are of the cause, whatever the kind.
  const base = own(rule, failed) ?? (tables.has(rule.id) ? rule.check(failed) : undefined);
  const instead = decidedSummary(rule.id, failed, decision);
  const because = (base?.because ?? []).map((said) => (instead === undefined ? said : outOfSummary(said)));
  const [first, ...more] = [...probeClaims(failed), ...because];
  const summary = instead ?? base?.summary;
  if (first === undefined || summary === undefined) return undefined;
  return {
    confidence: decision.confidence,
    summary,
    because: [first, ...more, ...(base === undefined ? [said(failed)] : [])],
    confirm: causes.length > 1 || base === undefined ? confirmOf(failed, decision) : base.confirm,
    fixes: base === undefined || base.fixes.length === 0 ? decidedFixes(rule.id, failed) : base.fixes,
    rivals: causes.filter((id) => id !== rule.id),
  };
}

function withClaims(failed: FailedPull, finding: Finding | undefined): Finding | undefined {
  return finding === undefined
    ? undefined
    : { ...finding, because: [...finding.because, ...probeClaims(failed)] };
}
