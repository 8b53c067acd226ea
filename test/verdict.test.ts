import { describe, expect, test } from "vitest";
import { askedOf, diagnoseCase, readCases } from "../scripts/case-folders.ts";
import type { CauseId } from "../src/rules/causes.ts";
import { walkChain } from "../src/rules/facts/chain.ts";
import { noOtherPods } from "../src/rules/facts/other-pods.ts";
import { claim, type Claim, type FailedPull, type Finding, type Rule } from "../src/rules/rule.ts";
import { decide, type Verdict } from "../src/verdict.ts";

/** How findings become one verdict, shown with rules that say what the test wants. */

const cases = await readCases();
const failed = ((): FailedPull => {
  const folder = cases.find(({ name }) => name === "credential-rejected/password-wrong");
  const diagnosis = folder === undefined ? undefined : askedOf(folder, diagnoseCase(folder));
  const failure = diagnosis?.pull.attempt.failure;
  if (diagnosis === undefined || failure === undefined) throw new Error("the case has no failing pull");
  const { pull, evidence } = diagnosis;
  return {
    pull,
    failure,
    evidence,
    chain: walkChain({ pull, failure, evidence }),
    others: noOtherPods,
    kubectlFlags: [],
    alongside: { pod: [], account: [] },
  };
})();

const fact = claim("The registry answered 401.", failed.failure.ref);
const finding = (confidence: Finding["confidence"], rivals: readonly CauseId[] = []): Finding => {
  const base = { summary: "", because: [fact], confirm: "", fixes: [], rivals } as const;
  return confidence === "possible" ? { ...base, confidence, assuming: [fact] } : { ...base, confidence };
};
const rule = (id: CauseId, confidence: Finding["confidence"], rivals: readonly CauseId[] = []): Rule => ({
  id,
  explains: ["auth-required"],
  check: () => finding(confidence, rivals),
});

/** `cause credential-rejected`, or with alternatives `ambiguous a | b`. */
function inWords(verdict: Verdict): string {
  switch (verdict.state) {
    case "cause":
      return `cause ${verdict.leading.id}`;
    case "ambiguous":
      return `ambiguous ${[verdict.leading.id, ...verdict.alternatives].join(" | ")}`;
    default:
      return verdict.state;
  }
}

describe("of several findings", () => {
  // Stages: registry-host-omitted reference, no-pull-secret and pull-secret-missing credentials,
  // credential-rejected authenticate, forbidden authorize.
  test.for([
    [
      "the surer one wins, wherever it strikes",
      [rule("no-pull-secret", "likely"), rule("forbidden", "certain")],
      "cause forbidden",
    ],
    [
      "likely beats possible",
      [rule("registry-host-omitted", "possible"), rule("forbidden", "likely")],
      "cause forbidden",
    ],
    [
      "of equally sure ones the earlier stage wins, since it causes the later",
      [rule("forbidden", "likely"), rule("credential-rejected", "likely")],
      "cause credential-rejected",
    ],
    [
      "equally sure ones of one stage are ambiguous, in the catalogue's order",
      [rule("pull-secret-missing", "likely"), rule("no-pull-secret", "likely")],
      "ambiguous no-pull-secret | pull-secret-missing",
    ],
    [
      "one that names rivals is ambiguous by itself",
      [rule("forbidden", "likely", ["credential-lacks-permission"])],
      "ambiguous forbidden | credential-lacks-permission",
    ],
    [
      "a rival that is found as well is named once",
      [rule("no-pull-secret", "likely", ["pull-secret-missing"]), rule("pull-secret-missing", "likely")],
      "ambiguous no-pull-secret | pull-secret-missing",
    ],
    [
      "two that name each other do not name themselves",
      [
        rule("no-pull-secret", "likely", ["pull-secret-missing"]),
        rule("pull-secret-missing", "likely", ["no-pull-secret"]),
      ],
      "ambiguous no-pull-secret | pull-secret-missing",
    ],
    [
      "rivals of a weaker one do not count",
      [rule("no-pull-secret", "likely"), rule("forbidden", "likely", ["rate-limited"])],
      "cause no-pull-secret",
    ],
    ["none leaves it undetermined", [], "undetermined"],
  ] as const)("%s", ([, rules, words]) => {
    expect(inWords(decide(failed, rules))).toBe(words);
    expect(inWords(decide(failed, rules.toReversed()))).toBe(words);
  });

  test("those that do not lead stay visible", () => {
    const verdict = decide(failed, [rule("forbidden", "likely"), rule("no-pull-secret", "likely")]);
    expect(verdict.state === "cause" ? verdict.others.map(({ id }) => id) : []).toEqual(["forbidden"]);
  });
});

test("a rule is not asked about failures that it cannot explain", () => {
  const asked: string[] = [];
  const other: Rule = {
    id: "dns-failure",
    explains: ["dns-failure"],
    check: () => {
      asked.push("dns-failure");
      return finding("certain");
    },
  };
  expect(decide(failed, [other]).state).toBe("undetermined");
  expect(asked).toEqual([]);
});

/**
 * What must not compile. tsc is the judge (npm run check): a line here that compiles after all is an error there, for
 * its directive would be unused.
 */
export function uncitedAndUnassumed(): readonly unknown[] {
  // @ts-expect-error A claim without a reference.
  const uncited: Claim = claim("The registry answered 401.");
  const base = { summary: "", because: [fact], confirm: "", fixes: [], rivals: [] } as const;
  // @ts-expect-error A possible finding that does not say what it rests on.
  const unassumed: Finding = { ...base, confidence: "possible" };
  // @ts-expect-error A certain finding that rests on something unread.
  const assumed: Finding = { ...base, confidence: "certain", assuming: [fact] };
  // @ts-expect-error A finding without a single fact.
  const baseless: Finding = { ...base, confidence: "likely", because: [] };
  // @ts-expect-error A finding that does not say how to make sure.
  const unconfirmed: Finding = { summary: "", because: [fact], fixes: [], rivals: [], confidence: "likely" };
  return [uncited, unassumed, assumed, baseless, unconfirmed];
}
