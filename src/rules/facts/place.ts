import type { Observed } from "../../evidence/observed.ts";
import type { AuthEntry, Payload } from "../../evidence/pull-secret.ts";
import type { ServiceAccountFacts } from "../../evidence/service-account.ts";
import type { ImageReference } from "../../pull/image-reference.ts";
import type { Miss } from "../../pull/keyring.ts";
import type { GivenLogin, ListedSecret } from "../../pull/login.ts";
import type { Ailment, AilmentKind } from "./ailments.ts";
import type { NewerTemplate } from "./template-ahead.ts";

/** Where the way from a list of pull secrets to a login at the registry ends, and what is to be seen there. */
export type Place =
  /** A static Pod: nothing of the API is on its way. */
  | { readonly at: "static" }
  /** No keyring was built. No Secrets: the kubelet says so, and which of them is to blame cannot be seen. */
  | { readonly at: "undecodable"; readonly secrets: readonly ListedSecret[] }
  /** The kubelet could build no keyring, and now it can. */
  | { readonly at: "decodable-now"; readonly secrets: readonly ListedSecret[] }
  /** Written since the last attempt, and fitting now; of these, the Secrets that the kubelet will read again. */
  | { readonly at: "corrected"; readonly secrets: readonly ListedSecret[] }
  /** The kubelet still has the content of an immutable Secret that was replaced. */
  | { readonly at: "stale"; readonly login: GivenLogin }
  /** A listed Secret could not be read, and the text proves that no login was sent: `unread` says what that leaves. */
  | { readonly at: "unread-unsent"; readonly secrets: readonly [ListedSecret, ...ListedSecret[]] }
  /** A listed Secret could not be read, and a login may have been sent; `handed`: one certainly was. */
  | {
      readonly at: "unread";
      readonly secrets: readonly [ListedSecret, ...ListedSecret[]];
      readonly handed: boolean;
    }
  /** It never came to handing anything over. */
  | { readonly at: "not-attempted" }
  /** Entries match, and none holds a whole login. */
  | { readonly at: "login-empty"; readonly logins: readonly [GivenLogin, ...GivenLogin[]] }
  /** A whole login was handed over, and the text proves that it was not sent. */
  | { readonly at: "login-unsent" }
  /** They were sent, and nothing that can be seen accounts for the refusal. */
  | Refused<"login-refused">
  /** They were sent, and what can be seen to be wrong with one of them accounts for the refusal. */
  | Refused<"login-ailing">
  /** The template gives its Pods a Secret now that this older Pod lacks. */
  | { readonly at: "template-ahead"; readonly template: NewerTemplate }
  /** The ServiceAccount has a list that the Pod did not get; with `earlierCopy` it got an earlier one. */
  | {
      readonly at: "account-list-later";
      readonly account: ServiceAccountFacts;
      readonly secrets: readonly [string, ...string[]];
      readonly earlierCopy: boolean;
    }
  /** The Pod's own list kept the ServiceAccount's from being copied, which has a login. */
  | { readonly at: "account-list-ignored"; readonly account: ServiceAccountFacts; readonly secret: string }
  /** The ServiceAccount has the login among the Secrets that its Pods may mount. */
  | { readonly at: "account-mounts-only"; readonly account: ServiceAccountFacts; readonly secret: string }
  | { readonly at: "other-account"; readonly account: ServiceAccountFacts; readonly secret: string }
  /** Nobody lists anything, and the node was meant to log in, or did. */
  | { readonly at: "node-login" }
  /**
   * Nobody lists anything that is of use. The account is undefined where it could not be read. `platform`: Secrets on the
   * Pod's list that the platform made for a registry of its own.
   */
  | {
      readonly at: "no-list";
      readonly account: ServiceAccountFacts | undefined;
      readonly platform: readonly string[];
    }
  /** The list has entries without a name, and no others. */
  | { readonly at: "nameless" }
  /** `fits`: content that would serve, if it stood where it is read. */
  | {
      readonly at: "ignored";
      readonly secret: ListedSecret;
      readonly type: string;
      readonly payload: Ignored;
      readonly fits: boolean;
    }
  | { readonly at: "missing"; readonly secrets: readonly [ListedSecret, ...ListedSecret[]] }
  /** Valid, and without an entry. */
  | { readonly at: "empty"; readonly secret: ListedSecret; readonly payload: Entries }
  /** The entries are for other registries, and the image, which names none, is meant to be there. */
  | { readonly at: "host-omitted"; readonly misses: Misses }
  /** The entries are for something else than the image. */
  | { readonly at: "mismatch"; readonly misses: Misses; readonly reference: ImageReference & { ok: true } }
  /** Immutable, and written since the last attempt: whether the kubelet will read it depends on what it read before. */
  | { readonly at: "unsettled" }
  /** None of these: a Secret was written after the last attempt, and cannot be decoded. */
  | { readonly at: "unexplained" };

type Misses = readonly [Miss<AuthEntry>, ...Miss<AuthEntry>[]];
type Ignored = Extract<Payload, { readonly state: "ignored" }>;
type Entries = Extract<Payload, { readonly state: "entries" }>;

/** Whole logins were handed over and did not open the registry; in the order of the attempts. */
interface Refused<A> {
  readonly at: A;
  readonly logins: readonly [GivenLogin, ...GivenLogin[]];
  readonly ailments: readonly Ailment[];
}

/** A place that was passed without being able to look: had this object been read, the way might have ended there. */
export interface UnreadPlace {
  readonly at: At | AilmentKind;
  readonly object: Observed<unknown>;
}

/** The way from a list to a login, walked once for each failed pull (chain.ts). */
export interface Chain {
  readonly place: Place;
  readonly unread: readonly UnreadPlace[];
}

export type At = Place["at"];
export type RefusedLogins = PlaceAt<"login-refused" | "login-ailing">;
export type PlaceAt<A extends At> = Extract<Place, { readonly at: A }>;

/**
 * Where nothing of the Pod's own list was handed over and no newer template brings anything, so that only the node could
 * have had a login.
 */
export const nothingFromList = [
  "account-list-later",
  "account-list-ignored",
  "account-mounts-only",
  "other-account",
  "node-login",
  "no-list",
  "nameless",
  "ignored",
  "missing",
  "empty",
  "host-omitted",
  "mismatch",
  "unexplained",
] as const satisfies readonly At[];
