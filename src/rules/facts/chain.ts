import { failedRead, type Observed } from "../../evidence/observed.ts";
import type { GivenLogin, ListedSecret } from "../../pull/login.ts";
import { alwaysRetrieved } from "../../pull/not-retrieved.ts";
import { later } from "../../pull/time.ts";
import { accountFor, ailmentsOf, possibleAilments } from "./ailments.ts";
import { fits } from "./fits.ts";
import { withList } from "./own-list.ts";
import type { Chain, Place, UnreadPlace } from "./place.ts";
import type { Replay } from "./replay.ts";
import { templateAhead } from "./template-ahead.ts";
import { mayBeIgnored, withoutList } from "./account-list.ts";

/**
 * Walks the way that a login takes, from whoever lists a Secret to the registry, up to where it ends. Each step looks
 * at one link; where that holds, the next is asked. The order is the kubelet's and admission's, and where two links are
 * broken at once, the first is what has to be mended first. Rules stand at one place each (rule.ts), so that of those on
 * the chain never two speak.
 */
export function walkChain(replay: Replay): Chain {
  const place =
    decoding(replay) ??
    staticPod(replay) ??
    correctedSince(replay) ??
    unreadSecret(replay) ??
    handedOver(replay);
  if (place !== undefined) return { place, unread: behindUnread(replay, place) };
  const template = templateAhead(replay);
  if (template !== undefined) return { place: { at: "template-ahead", template }, unread: [] };
  const passed = unreadTemplate(replay);
  return replay.evidence.pod.pullSecrets.length === 0
    ? withoutList(replay, passed)
    : withList(replay, passed);
}

function named({ pull }: Replay): readonly ListedSecret[] {
  return pull.listed.filter((secret) => secret.state !== "no-name");
}

function staticPod({ evidence }: Replay): Place | undefined {
  return evidence.pod.mirrorUid === undefined ? undefined : { at: "static" };
}

/** One Secret that cannot be decoded keeps the keyring from being built: by the kubelet's word, or by what is there. */
function decoding(replay: Replay): Place | undefined {
  const { reading } = replay.failure;
  const all = named(replay);
  const broken = all.filter(
    ({ observed }) => observed.state === "found" && observed.value.payload.state === "undecodable",
  );
  if (reading.dockerConfigError === undefined) {
    const stops =
      broken.length > 0 && (reading.kind === "backoff-only" || replay.pull.given.state === "stopped");
    return stops ? { at: "undecodable", secrets: broken } : undefined;
  }
  const decodable = all.every(
    ({ observed }) =>
      observed.state === "absent" ||
      (observed.state === "found" && !["undecodable", "withheld"].includes(observed.value.payload.state)),
  );
  return decodable ? { at: "decodable-now", secrets: all } : { at: "undecodable", secrets: broken };
}

/** An immutable Secret is read again only where the kubelet says that it had none. */
function correctedSince(replay: Replay): Place | undefined {
  const secrets = fittingSince(replay).filter(
    ({ state, observed, event }) =>
      state === "not-held" ||
      (observed.state === "found" && (!observed.value.immutable || event !== undefined)),
  );
  if (secrets.length > 0) return { at: "corrected", secrets };
  const stale = staleLogin(replay);
  return stale === undefined ? undefined : { at: "stale", login: stale };
}

function fittingSince(replay: Replay): readonly ListedSecret[] {
  return named(replay).filter((secret) => secret.changedSince && fits(replay, secret.name));
}

/**
 * Once the kubelet has read an object with `immutable: true` it stops watching it, and starts again only when no Pod on
 * the node refers to that name any more (pkg/kubelet/util/manager/watch_based_manager.go, 1.26-1.36). A Secret that was
 * deleted and made anew under the same name keeps its old content on that node.
 */
function staleLogin({ pull, evidence }: Replay): GivenLogin | undefined {
  // The text proves that its old content was of no use either.
  if (pull.given.state !== "logins" || pull.sent === "anonymous") return undefined;
  return pull.given.logins.find((login) => {
    const listed = pull.listed.find((secret) => secret.name === login.secret);
    if (listed?.observed.state !== "found" || !listed.observed.value.immutable) return false;
    const made = listed.observed.value.creationTimestamp;
    // Without the kubelet's event that it was not there, the Pod began with an earlier Secret of this name.
    return later(made, evidence.pod.createdAt) && alwaysRetrieved(evidence, login.secret);
  });
}

function unreadSecret(replay: Replay): Place | undefined {
  const { given, sent } = replay.pull;
  if (given.state !== "unknown" || sent === "nothing") return undefined;
  const [first, ...more] = named(replay).filter(
    ({ state, observed }) =>
      state === "unknown" || (observed.state === "found" && observed.value.payload.state === "withheld"),
  );
  if (first === undefined) return undefined;
  const secrets = [first, ...more] as const;
  if (sent === "anonymous") return { at: "unread-unsent", secrets };
  // What is known to have been handed over was tried, whatever the others hold.
  const handed = sent === "credential" || given.atLeast.some(({ entry }) => entry.login === "complete");
  return { at: "unread", secrets, handed };
}

function handedOver(replay: Replay): Place | undefined {
  const { given, sent } = replay.pull;
  if (given.state !== "logins") return { at: "not-attempted" };
  if (fittingSince(replay).length > 0) return { at: "unsettled" };
  const [any, ...others] = given.logins;
  if (any === undefined) return undefined;
  const [first, ...rest] = given.logins.filter(({ entry }) => entry.login === "complete");
  if (first === undefined) return { at: "login-empty", logins: [any, ...others] };
  if (sent === "anonymous" || sent === "nothing") return { at: "login-unsent" };
  const logins = [first, ...rest] as const;
  const ailments = ailmentsOf(replay, logins);
  return { at: accountFor(ailments) ? "login-ailing" : "login-refused", logins, ailments };
}

/** Where the way may end in truth when a listed Secret could not be read. */
function behindUnread(replay: Replay, place: Place): readonly UnreadPlace[] {
  if (place.at !== "unread" && place.at !== "unread-unsent") return [];
  const [{ observed: object }] = place.secrets;
  const unused = ["mismatch", "missing", "ignored", "empty", "login-empty"] as const;
  const refused = [...possibleAilments(replay), "stale"] as const;
  const handed = place.at === "unread" && place.handed;
  return [...(handed ? [] : unused), ...(place.at === "unread" ? refused : [])]
    .map((at): UnreadPlace => ({ at, object }))
    .concat(handed ? [] : mayBeIgnored(replay, isUnknown), handed ? [] : aheadOrUnread(replay));
}

function aheadOrUnread(replay: Replay): readonly UnreadPlace[] {
  const template = templateAhead(replay);
  const object = template === undefined ? undefined : foundAt(template.ref.name, replay);
  return object === undefined ? unreadTemplate(replay) : [{ at: "template-ahead", object }];
}

function isUnknown({ state }: Observed<unknown>): boolean {
  return state === "unknown";
}

function foundAt(name: string, { evidence }: Replay): Observed<unknown> | undefined {
  return evidence.workloads.find((workload) => workload.ref.name === name);
}

/** A template may name pull secrets that this Pod lacks. A Job's cannot change. */
function unreadTemplate({ evidence }: Replay): readonly UnreadPlace[] {
  if (evidence.workloads.some((workload) => workload.state === "found")) return [];
  const lost = evidence.workloads.findLast((workload) => failedRead(workload) && workload.ref.kind !== "Job");
  return lost === undefined ? [] : [{ at: "template-ahead", object: lost }];
}
