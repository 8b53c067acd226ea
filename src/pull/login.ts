import type { Evidence } from "../evidence/evidence.ts";
import { secretOf } from "../evidence/evidence.ts";
import type { Observed } from "../evidence/observed.ts";
import type { AuthEntry, Payload, PullSecret } from "../evidence/pull-secret.ts";
import type { Failure } from "./attempt.ts";
import { lookUp, type LookUp } from "./keyring.ts";
import { alwaysRetrieved, notRetrieved } from "./not-retrieved.ts";
import { later } from "./time.ts";

/** What the kubelet had of one entry of the Pod's imagePullSecrets when it last tried. */
export interface ListedSecret {
  readonly name: string;
  readonly position: number;
  readonly observed: Observed<PullSecret>;
  /**
   * - `read`: it was there, as it is now
   * - `no-name`: an entry without a name, which the kubelet skips without a word
   * - `absent`: the API server says that there is none
   * - `not-retrieved`: unreadable to us, and the kubelet's own event says that it could not read it either
   * - `made-later`: it is there now, and was not at the last attempt
   * - `not-held`: it is there now, and the runtime's text proves that the kubelet did not have this content
   * - `unknown`: we could not read it
   */
  readonly state: "read" | "no-name" | "absent" | "not-retrieved" | "made-later" | "not-held" | "unknown";
  /** The content was written after the last attempt, so that attempt may have had another. */
  readonly changedSince: boolean;
  /** The kubelet's event that it could not retrieve this Secret, still current at the last attempt. */
  readonly event?: Evidence["pod"]["ref"];
}

export interface GivenLogin {
  readonly secret: string;
  readonly entry: AuthEntry;
}

/**
 * What the kubelet hands to the runtime.
 * - `logins`: these, in the order of its attempts; none means one attempt without a login
 * - `stopped`: it never comes to an attempt (a Secret that cannot be decoded, an invalid reference, Never)
 * - `unknown`: a listed Secret could not be read, so the list is not complete
 */
export type Given =
  | { readonly state: "logins"; readonly logins: readonly GivenLogin[]; readonly unordered: boolean }
  | { readonly state: "stopped" }
  | { readonly state: "unknown"; readonly atLeast: readonly GivenLogin[] };

export function readListedSecrets(
  evidence: Evidence,
  failure: Pick<Failure, "lastAttempt" | "triedSince"> | undefined,
): readonly ListedSecret[] {
  const last = later(failure?.triedSince, failure?.lastAttempt) ? failure?.triedSince : failure?.lastAttempt;
  return evidence.pod.pullSecrets.map((name, position) => {
    const observed = secretOf(evidence, name);
    if (name === "") return { name, position, observed, state: "no-name", changedSince: false };
    const event = notRetrieved(evidence, name, failure?.lastAttempt);
    const withEvent = event === undefined ? {} : { event };
    if (observed.state === "absent")
      return { name, position, observed, state: "absent", changedSince: false, ...withEvent };
    if (observed.state === "unknown")
      return {
        name,
        position,
        observed,
        state: event === undefined ? "unknown" : "not-retrieved",
        changedSince: false,
        ...withEvent,
      };
    const secret = observed.value;
    const made = later(secret.creationTimestamp, last);
    return {
      name,
      position,
      observed,
      // One that was deleted and made anew has been there before, with what the kubelet used.
      state: made && !alwaysRetrieved(evidence, name) ? "made-later" : "read",
      changedSince: made || later(secret.lastChanged, last),
      ...withEvent,
    };
  });
}

/** Replays the keyring over what the kubelet had. `repository` is the normalised name without tag and digest. */
export function giveLogins(
  listed: readonly ListedSecret[],
  repository: string,
): { readonly given: Given; readonly lookUp: LookUp<AuthEntry> } {
  const payloads = payloadsOf(listed, "read");
  const found = lookUp(readable(payloads), repository);
  const { unordered } = found;
  const known: LookUp<AuthEntry> = {
    given: found.given,
    unordered,
    get misses() {
      // What was made since would be passed over for the same reasons.
      const since = lookUp(readable(payloadsOf(listed, "made-later")), repository).misses;
      return since.length === 0 ? found.misses : [...found.misses, ...since];
    },
  };
  const logins = found.given.map(({ secret, entry }) => ({ secret, entry }));
  // One accepted Secret that cannot be decoded keeps the keyring from being built, for every image of the Pod.
  if (payloads.some(({ payload }) => payload.state === "undecodable"))
    return { given: { state: "stopped" }, lookUp: known };
  const hidden =
    listed.some((secret) => secret.state === "unknown") ||
    payloads.some(({ payload }) => payload.state === "withheld");
  return {
    given: hidden
      ? { state: "unknown", atLeast: logins }
      : { state: "logins", logins, unordered: found.unordered },
    lookUp: known,
  };
}

function payloadsOf(
  listed: readonly ListedSecret[],
  state: ListedSecret["state"],
): readonly { readonly name: string; readonly payload: Payload }[] {
  return listed
    .filter((secret) => secret.state === state)
    .flatMap(({ name, observed }) =>
      observed.state === "found" ? [{ name, payload: observed.value.payload }] : [],
    );
}

function readable(
  payloads: ReturnType<typeof payloadsOf>,
): readonly { readonly name: string; readonly entries: readonly AuthEntry[] }[] {
  return payloads.flatMap(({ name, payload }) =>
    payload.state === "entries" ? [{ name, entries: payload.entries }] : [],
  );
}
