import type { AuthEntry, Payload } from "../../evidence/pull-secret.ts";
import type { Miss } from "../../pull/keyring.ts";
import type { ListedSecret } from "../../pull/login.ts";
import { besideAccount, mayBeIgnored } from "./account-list.ts";
import { keysFit } from "./fits.ts";
import type { Chain, Place, PlaceAt, UnreadPlace } from "./place.ts";
import { isOwnRegistry, mayBeOwnRegistry } from "./openshift.ts";
import { authorityOfKey, isDockerHub } from "./registry.ts";
import type { Replay } from "./replay.ts";

/** The links from a Pod's own list to an entry that matches; nothing on it was handed over. */
export function withList(replay: Replay, passed: readonly UnreadPlace[]): Chain {
  const listed = replay.pull.listed.filter(({ state }) => state !== "no-name");
  if (listed.length === 0) return { place: { at: "nameless" }, unread: passed };
  const beside = besideAccount(replay);
  if (beside !== undefined) return { place: beside, unread: passed };
  const place = ofSecrets(replay, listed);
  return { place, unread: [...lookedInVain(place), ...passed, ...mayBeIgnored(replay)] };
}

function ofSecrets(replay: Replay, listed: readonly ListedSecret[]): Place {
  const ignored = listed.flatMap((secret) => ignoredAt(replay, secret) ?? []);
  const fitting = ignored.find(({ fits }) => fits);
  if (fitting !== undefined) return fitting;
  // Another listed Secret that is not there may be the one that was meant.
  const [missing, ...more] = listed.filter(({ state }) => state === "absent" || state === "not-retrieved");
  if (missing !== undefined) return { at: "missing", secrets: [missing, ...more] };
  const [passedOver] = ignored;
  if (passedOver !== undefined) return passedOver;
  for (const secret of listed) {
    const payload = payloadOf(secret);
    if (payload?.state === "entries" && payload.entries.length === 0) return { at: "empty", secret, payload };
  }
  const { reference } = replay.pull;
  const [first, ...rest] = replay.pull.lookUp.misses;
  if (first === undefined || !reference.ok) return { at: "unexplained" };
  const misses = [first, ...rest] as const;
  if (meansHubByMistake(replay)) return { at: "host-omitted", misses };
  const platform = [...new Set(misses.map(({ secret }) => secret))];
  const { serviceAccount } = replay.evidence;
  return platform.every((secret) => isOfOwnRegistry(misses.filter((miss) => miss.secret === secret)))
    ? {
        at: "no-list",
        account: serviceAccount.state === "found" ? serviceAccount.value : undefined,
        platform,
      }
    : { at: "mismatch", misses, reference };
}

/** What was made after the last attempt is what the next will find; it matters where it is of no use either. */
function payloadOf({ state, observed }: ListedSecret): Payload | undefined {
  if (!["read", "made-later", "not-held"].includes(state) || observed.state !== "found") return undefined;
  return observed.value.payload;
}

function ignoredAt(replay: Replay, secret: ListedSecret): PlaceAt<"ignored"> | undefined {
  const payload = payloadOf(secret);
  if (payload?.state !== "ignored" || secret.observed.state !== "found") return undefined;
  const { type } = secret.observed.value;
  return { at: "ignored", secret, type, payload, fits: keysFit(replay, payload.wouldHave) };
}

/** OpenShift makes a Secret for its own registry for every ServiceAccount, which says nothing of other registries. */
function isOfOwnRegistry(misses: readonly Miss<AuthEntry>[]): boolean {
  const keys = misses.map(({ entry }) => entry.registryKey);
  return keys.some((key) => isOwnRegistry(key)) && keys.every((key) => mayBeOwnRegistry(key));
}

const hubAlias = /(^|\.)docker\.(io|com)$/i;

/**
 * An image without a host means Docker Hub (distribution/reference normalize.go). Where none of the listed Secrets knows
 * Docker Hub, that is hardly what was meant.
 */
function meansHubByMistake({ pull: { reference, lookUp } }: Replay): boolean {
  if (!reference.ok || reference.hostGiven || !isDockerHub(reference.registry)) return false;
  return !lookUp.misses.some(({ entry }) =>
    hubAlias.test(authorityOfKey(entry.registryKey).split(":")[0] ?? ""),
  );
}

/** The kubelet could not retrieve it, and we may not look whether it has been made since. */
function lookedInVain(place: Place): readonly UnreadPlace[] {
  if (place.at !== "missing") return [];
  const [{ observed }] = place.secrets;
  return observed.state === "unknown" && observed.reason !== "not-collected"
    ? [{ at: "corrected", object: observed }]
    : [];
}
