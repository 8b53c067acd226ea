import { failedRead, type Observed } from "../../evidence/observed.ts";
import { nearMisses, providerParts } from "../../pull/path/providers.ts";
import { later } from "../../pull/time.ts";
import { cannotTell, fits, fittingOnAccount } from "./fits.ts";
import { refusedAtOnce } from "./node-login.ts";
import type { Chain, Place, UnreadPlace } from "./place.ts";
import type { Replay } from "./replay.ts";

/** The links between a Pod and its ServiceAccount's list, which admission copies into a Pod without one of its own. */

/** Of a Pod without a list: what its ServiceAccount has, what others have, and whether the node was to log in. */
export function withoutList(replay: Replay, passed: readonly UnreadPlace[]): Chain {
  const { serviceAccount, otherServiceAccounts } = replay.evidence;
  const place = serviceAccount.state === "found" ? ofAccount(replay, serviceAccount.value) : undefined;
  if (place !== undefined) return { place, unread: passed };
  if (nodeLogsIn(replay)) return { place: { at: "node-login" }, unread: passed };
  if (serviceAccount.state !== "found") {
    const hidden = ["account-list-later", "account-mounts-only", "other-account"] as const;
    const unread = hidden.map((at) => ({ at, object: serviceAccount }));
    return { place: { at: "no-list", account: undefined, platform: [] }, unread: [...unread, ...passed] };
  }
  const names = otherServiceAccounts.flatMap(({ pullSecrets }) => pullSecrets);
  const { accountList } = replay.evidence;
  const lost = failedRead(accountList) ? accountList : unreadAmong(replay, names);
  const further: readonly UnreadPlace[] = lost === undefined ? [] : [{ at: "other-account", object: lost }];
  return {
    place: { at: "no-list", account: serviceAccount.value, platform: [] },
    unread: [...passed, ...further],
  };
}

type Account = Replay["evidence"]["otherServiceAccounts"][number];

function ofAccount(replay: Replay, account: Account): Place | undefined {
  const own = account.pullSecrets.filter((name) => name !== "");
  const [useful, ...more] = own.filter((name) => fits(replay, name) || cannotTell(replay, name));
  const later: Place | undefined =
    useful === undefined
      ? undefined
      : { at: "account-list-later", account, secrets: [useful, ...more], earlierCopy: false };
  if (own.some((name) => fits(replay, name))) return later;
  const mounted = account.mountableSecrets.find((name) => fits(replay, name));
  if (mounted !== undefined) return { at: "account-mounts-only", account, secret: mounted };
  if (later !== undefined) return later;
  for (const other of replay.evidence.otherServiceAccounts) {
    const secret = other.pullSecrets.find((name) => fits(replay, name));
    if (secret !== undefined) return { at: "other-account", account: other, secret };
  }
  return undefined;
}

/** A login of the node was sent (a bare 401 is the answer to one), or a provider of the node is what was, or was meant, to log in. */
function nodeLogsIn(replay: Replay): boolean {
  const { pull, evidence } = replay;
  return (
    pull.sent === "credential" ||
    providerParts(evidence, pull.reference)?.some(({ part }) => part !== "no-match") === true ||
    nearMisses(evidence, pull.reference).length > 0 ||
    refusedAtOnce(replay)
  );
}

/** Of a Pod with a list on which nothing fits: its ServiceAccount has a login that the Pod did not get. */
export function besideAccount(replay: Replay): Place | undefined {
  const { serviceAccount } = replay.evidence;
  const [secret, ...more] = fittingOnAccount(replay);
  if (serviceAccount.state !== "found" || secret === undefined) return undefined;
  const { value: account } = serviceAccount;
  return copiedBefore(replay, account)
    ? { at: "account-list-later", account, secrets: [secret, ...more], earlierCopy: true }
    : { at: "account-list-ignored", account, secret };
}

/**
 * The Pod's list is not its author's, and its ServiceAccount's list was written after the Pod was created: what was
 * copied is what stood there before.
 */
function copiedBefore({ pull, evidence: { pod } }: Replay, account: Account): boolean {
  return (
    pod.listOwner === "admission" &&
    pull.listFrom === "unknown" &&
    later(account.listChangedAt, pod.createdAt)
  );
}

/** The ServiceAccount's list, or a Secret on it, may hold the login that the Pod's own list lacks. */
export function mayBeIgnored(
  replay: Replay,
  isLost: (observed: Observed<unknown>) => boolean = failedRead,
): readonly UnreadPlace[] {
  const { serviceAccount, pod } = replay.evidence;
  if (replay.pull.listFrom === "service-account") return [];
  const names = serviceAccount.state === "found" ? serviceAccount.value.pullSecrets : [];
  const further = names.filter((name) => !pod.pullSecrets.includes(name));
  const lost = isLost(serviceAccount) ? serviceAccount : unreadAmong(replay, further);
  return lost === undefined ? [] : [{ at: "account-list-ignored", object: lost }];
}

function unreadAmong({ evidence }: Replay, names: readonly string[]): Observed<unknown> | undefined {
  return names.flatMap((name) => evidence.secrets.get(name) ?? []).find((secret) => failedRead(secret));
}
