import type { FailureKind } from "../pull/message/kinds.ts";
import type { CauseId } from "./causes.ts";
import type { Ailment, AilmentKind } from "./facts/ailments.ts";
import type { At, PlaceAt, RefusedLogins } from "./facts/place.ts";
import type { FailedPull, Finding, Rule } from "./rule.ts";

/**
 * Rules that stand on the way of a login. Each is asked only where the way ends at its place, and words what is wrong
 * there. That nothing before it is wrong is for the walk to know (facts/chain.ts); what could not be looked at on the
 * way there is added to its rivals by the verdict.
 */

interface Standing<A extends At> {
  readonly id: CauseId;
  readonly explains: readonly FailureKind[];
  readonly at: A | readonly A[];
  readonly word: (failed: FailedPull, place: PlaceAt<A>) => Finding | undefined;
}

export function standing<const A extends At>({ id, explains, at, word }: Standing<A>): Rule {
  const places: readonly At[] = typeof at === "string" ? [at] : at;
  const isHere = (place: FailedPull["chain"]["place"]): place is PlaceAt<A> => places.includes(place.at);
  return {
    id,
    explains,
    at: places,
    check: (failed) => (isHere(failed.chain.place) ? word(failed, failed.chain.place) : undefined),
  };
}

interface Ailing {
  readonly id: CauseId;
  readonly explains: readonly FailureKind[];
  /** The first of these that a refused login has is what it speaks of. */
  readonly ails: AilmentKind | readonly AilmentKind[];
  readonly word: (failed: FailedPull, ailment: Ailment, refused: RefusedLogins) => Finding | undefined;
}

/** A rule about what can be seen to be wrong with a login that was refused. */
export function ailing({ id, explains, ails, word }: Ailing): Rule {
  const kinds = typeof ails === "string" ? [ails] : ails;
  return {
    id,
    explains,
    at: kinds,
    check: (failed) => {
      const { place } = failed.chain;
      if (place.at !== "login-ailing" && place.at !== "login-refused") return undefined;
      const ailment = kinds
        .map((kind) => place.ailments.find((found) => found.kind === kind))
        .find((found) => found !== undefined);
      return ailment === undefined ? undefined : word(failed, ailment, place);
    },
  };
}

/** One cause that shows in several ways: the first that has something to say speaks. */
export function either(...ways: readonly [Rule, ...Rule[]]): Rule {
  return {
    id: ways[0].id,
    explains: [...new Set(ways.flatMap(({ explains }) => explains))],
    at: ways.flatMap(({ at }) => at ?? []),
    check: (failed) => {
      for (const { explains, check } of ways) {
        const finding = explains.includes(failed.failure.reading.kind) ? check(failed) : undefined;
        if (finding !== undefined) return finding;
      }
      return undefined;
    },
  };
}
