import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { causes } from "../src/rules/causes.ts";
import type { AilmentKind } from "../src/rules/facts/ailments.ts";
import type { At } from "../src/rules/facts/place.ts";
import { rules } from "../src/rules/index.ts";
import type { FailedPull, Rule } from "../src/rules/rule.ts";

/**
 * The way of a login is walked once, and rules stand on it (src/rules/facts/chain.ts): none of them asks whether another
 * should speak instead. These tests are what keeps it so.
 */

/** Places where nobody stands, and why. A new place has to be named here or stood on. */
const nobodys: Partial<Record<At, string>> = {
  "not-attempted": "nothing was handed over, so the text alone tells why",
  "login-unsent": "the text proves that no login was sent; the rules of the text speak",
  "login-ailing": "the rules of its ailments speak",
  unsettled: "whether the kubelet will read it cannot be told",
};

/** Exhaustive by the compiler. */
const places: Readonly<Record<At, true>> = {
  static: true,
  undecodable: true,
  "decodable-now": true,
  corrected: true,
  stale: true,
  "unread-unsent": true,
  unread: true,
  "not-attempted": true,
  "login-empty": true,
  "login-unsent": true,
  "login-refused": true,
  "login-ailing": true,
  "template-ahead": true,
  "account-list-later": true,
  "account-list-ignored": true,
  "account-mounts-only": true,
  "other-account": true,
  "node-login": true,
  "no-list": true,
  nameless: true,
  ignored: true,
  missing: true,
  empty: true,
  "host-omitted": true,
  mismatch: true,
  unsettled: true,
  unexplained: true,
};

const ailments: Readonly<Record<AilmentKind, true>> = {
  whitespace: true,
  expired: true,
  outlived: true,
  "fields-disagree": true,
  "kind-not-taken": true,
  shadows: true,
  "foreign-project": true,
};

function standing(at: At | AilmentKind): readonly Rule[] {
  return rules.filter((rule) => rule.at?.includes(at) === true);
}

/** Of the Pod's own list and its logins; the node's stand wherever that gave nothing. */
function isOfTheList({ id }: Rule): boolean {
  return causes[id].credential !== "node";
}

describe("the way of a login", () => {
  test.for(Object.keys(places) as At[])(
    "ends at a place where somebody stands, or nobody with a reason: %s",
    (at) => {
      expect(standing(at).length > 0).toBe(nobodys[at] === undefined);
    },
  );

  test.for((Object.keys(places) as At[]).filter((at) => at !== "login-refused"))(
    "has one rule of the list at each place: %s",
    (at) => {
      expect(
        standing(at)
          .filter(isOfTheList)
          .map(({ id }) => id).length,
      ).toBeLessThanOrEqual(1);
    },
  );

  test.for(Object.keys(ailments) as AilmentKind[])(
    "has one rule for each thing that ails a login: %s",
    (kind) => {
      expect(standing(kind)).toHaveLength(1);
    },
  );
});

/** Each case as it is, and without each of its objects but the Pods: what is unread ends many a way elsewhere. */
function variants(objects: readonly Json[]): readonly (readonly Json[])[] {
  const rest = objects.flatMap((object, index) =>
    object["kind"] === "Pod" ? [] : [objects.filter((_, other) => other !== index)],
  );
  return [objects, ...rest];
}

interface Spoken {
  readonly rule: Rule;
  readonly failed: FailedPull;
}

function ask(objects: readonly Json[]): readonly Spoken[] {
  const spoken: Spoken[] = [];
  const watched = rules.map((rule): Rule => ({
    ...rule,
    check: (failed) => {
      const finding = rule.check(failed);
      if (finding !== undefined) spoken.push({ rule, failed });
      return finding;
    },
  }));
  diagnose(indexObjects(objects), {}, watched);
  return spoken;
}

const cases = await readCases();
const all = cases.flatMap(({ name, objects }) =>
  variants(objects).map((documents, index) => ({ name: `${name} ${index}`, spoken: ask(documents) })),
);

describe("of the rules that stand on it", () => {
  test("each speaks only where it stands", () => {
    const astray = all.flatMap(({ name, spoken }) =>
      spoken
        .filter(({ rule, failed }) => {
          const { chain } = failed;
          // What the registry itself has decided is said wherever the way ends.
          if (rule.at === undefined || failed.pull.probe !== undefined) return false;
          const here: readonly (At | AilmentKind)[] = [
            chain.place.at,
            ...("ailments" in chain.place ? chain.place.ailments.map(({ kind }) => kind) : []),
          ];
          return !here.some((at) => rule.at?.includes(at) === true);
        })
        // An expired login is also what a text alone can say.
        .filter(
          ({ rule, failed }) =>
            rule.id !== "credential-expired" || failed.failure.reading.kind !== "token-expired",
        )
        .map(({ rule }) => `${name}: ${rule.id}`),
    );
    expect(astray).toEqual([]);
  });

  test("never two of the list speak of one pull", () => {
    const crowds = all.flatMap(({ name, spoken }) => {
      const byPull = Map.groupBy(spoken, ({ failed }) => failed.chain);
      return [...byPull.values()].flatMap((of) => {
        const ids = new Set(
          of
            .filter(({ rule }) => rule.at !== undefined && causes[rule.id].credential === "chain")
            .map(({ rule }) => rule.id),
        );
        return ids.size > 1 ? [`${name}: ${[...ids].join(", ")}`] : [];
      });
    });
    expect(crowds).toEqual([]);
  });

  test("every place is one that some case ends at", () => {
    const seen = new Set(all.flatMap(({ spoken }) => spoken.map(({ failed }) => failed.chain.place.at)));
    const unseen = (Object.keys(places) as At[]).filter(
      (at) => standing(at).some(isOfTheList) && !seen.has(at),
    );
    expect(unseen).toEqual([]);
  });
});

describe("the file of a rule", () => {
  const root = fileURLToPath(new URL("../src/rules/", import.meta.url));
  const files = ["chain", "refused", "node", "innocent"].flatMap((room) =>
    readdirSync(`${root}${room}`).map((file) => ({
      name: `${room}/${file}`,
      text: readFileSync(`${root}${room}/${file}`, "utf8"),
    })),
  );

  /** What the walk asks of the evidence, so that no rule does: who is static, what was corrected, what was handed over. */
  const ofTheWalk =
    /\bchain\.place\b|\bmirrorUid\b|\blistOwner\b|\bailmentsOf\b|\bwalkChain\b|\btemplateAhead\(/;
  const walk = /from "\.\.\/facts\/(?:chain|own-list|account-list)\.ts"/;

  test.for(files.map(({ name, text }) => [name, text] as const))(
    "asks nothing that the walk has asked: %s",
    ([, text]) => {
      expect(ofTheWalk.exec(text)?.[0]).toBeUndefined();
      expect(walk.exec(text)?.[0]).toBeUndefined();
    },
  );

  test.for(
    files
      .filter(({ name }) => /^(?:chain|refused)\//.test(name))
      .map(({ name, text }) => [name, text] as const),
  )("knows no other rule: %s", ([, text]) => {
    expect(
      [...text.matchAll(/from "(?:\.\/|\.\.\/(?:chain|refused|node|innocent)\/)[^"]*"/g)].map(
        ([found]) => found,
      ),
    ).toEqual([]);
  });
});
