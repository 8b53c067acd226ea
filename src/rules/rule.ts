import type { Ref } from "../evidence/observed.ts";
import { type FailureKind, failureKinds, kinds } from "../pull/message/kinds.ts";
import type { Meaning } from "../pull/message/kind-facts.ts";
import type { CauseId } from "./causes.ts";
import type { AilmentKind } from "./facts/ailments.ts";
import type { At, Chain } from "./facts/place.ts";
import type { Replay } from "./facts/replay.ts";

export type NonEmpty<T> = readonly [T, ...T[]];

/** One observed fact, and where it was seen. A claim without a reference does not compile. */
export interface Claim {
  readonly text: string;
  readonly cites: NonEmpty<Ref>;
  /** The path of the logins says it as well; a short report says it once. */
  readonly onPath?: true;
  /** The cause's sentence rests on it and has its reference in a short report; of what it says whole, that is all. */
  readonly inSummary?: "whole" | "part";
  /** It is what the message means; what that says of a login, the path says as well. */
  readonly meaning?: Meaning;
}

export function claim(text: string, ref: Ref, ...more: readonly Ref[]): Claim {
  return { text, cites: [ref, ...more] };
}

export function onPath(said: Claim): Claim {
  return { ...said, onPath: true };
}

export function inSummary(said: Claim): Claim {
  return { ...said, inSummary: "whole" };
}

/** Where the claim says more than the sentence does. */
export function partlyInSummary(said: Claim): Claim {
  return { ...said, inSummary: "part" };
}

/** Where another sentence stands in the place of the one that said it. */
export function outOfSummary(said: Claim): Claim {
  const { inSummary: unsaid, ...rest } = said;
  return unsaid === undefined ? said : rest;
}

/**
 * A way to heal. `command` heals when it is pasted into a POSIX shell as it stands; without one, `summary` says who
 * must do what. Several fixes are alternatives, the smallest change first; each is whole, and doing several is harmless.
 */
export interface Fix {
  readonly summary: string;
  readonly command?: string;
  readonly effect: "reads" | "writes" | "replaces-pod";
  /** Among alternatives: the one that also helps the Pods to come. */
  readonly lasting?: boolean;
  /** Its summary says that the Pod is made anew, of one that does so. */
  readonly saysReplaced?: boolean;
  /** Secrets that it brings onto a list. */
  readonly lists?: Partial<Listing>;
}

/** Names of Secrets on the Pod's own list, or its template's, and on its ServiceAccount's. */
export interface Listing {
  readonly pod: readonly string[];
  readonly account: readonly string[];
}

interface FindingBase {
  /** The cause in one sentence, about this Pod. */
  readonly summary: string;
  readonly because: NonEmpty<Claim>;
  /** How to make sure: a command or a look elsewhere. With rivals, the check that decides between them. */
  readonly confirm: string;
  /** That has to be done on the node. */
  readonly onNode?: true;
  readonly fixes: readonly Fix[];
  /** Causes that the same evidence allows just as well. With any, the verdict is ambiguous. */
  readonly rivals: readonly CauseId[];
}

/**
 * - `certain`: the runtime or registry says so in words, or the facts leave no other outcome
 * - `likely`: the facts suffice for this failure and nothing observed contradicts
 * - `possible`: rests on something unread, which has to be named
 */
export type Finding =
  | (FindingBase & { readonly confidence: "certain" | "likely" })
  | (FindingBase & { readonly confidence: "possible"; readonly assuming: NonEmpty<Claim> });

/** What other pulls show of the login that a Secret of the Pod's namespace holds for the image's registry. */
export type ShownLogin =
  /** The registry does not know it, or does not open the image's repository to it. */
  | { readonly state: "refused" }
  /** `pod` lists the Secret, and nothing else that fits, and was given an image; `repository`: of the same repository. */
  | { readonly state: "opened"; readonly pod: Ref; readonly repository: boolean }
  | { readonly state: "unknown" };

/** What other Pods of the namespace show that have an image of the same registry. */
export interface OtherPods {
  readonly shown: (secret: string) => ShownLogin;
  /** Secrets that nobody read, and that are on the lists of those that have their image. */
  readonly listed: () => readonly string[];
}

/** A failed pull, as rules see it. */
export interface FailedPull extends Replay {
  /** Where the way from a list of pull secrets to a login at the registry ends. */
  readonly chain: Chain;
  readonly others: OtherPods;
  /** Flags that a printed kubectl command needs to reach the same cluster. */
  readonly kubectlFlags: readonly string[];
  /** What fixes of other failed pulls bring onto the lists that this one's fixes replace. */
  readonly alongside: Listing;
}

export interface Rule {
  readonly id: CauseId;
  /** Kinds of failure that this cause can bring about; on others the rule is not asked. */
  readonly explains: readonly FailureKind[];
  /** Where on the way of a login it stands, for a rule that does (standing.ts). */
  readonly at?: readonly (At | AilmentKind)[];
  /** Undefined when there is nothing to say. */
  readonly check: (failed: FailedPull) => Finding | undefined;
}

/** A finding that is likely, or possible where something it rests on was not read. */
export function likelyUnless(assuming: NonEmpty<Claim> | undefined, base: FindingBase): Finding {
  return assuming === undefined
    ? { ...base, confidence: "likely" }
    : { ...base, confidence: "possible", assuming };
}

/** What the registry's refusals look like when a login is missing or not good enough. */
export const authFailures = failureKinds.filter((kind) => kinds[kind].refusal === true);

/** Kinds that say: the registry does not know this login. */
export const unknownLogin = authFailures.filter((kind) => kinds[kind].stage === "authenticate");
