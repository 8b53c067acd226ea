import { causes, type CauseId } from "./causes.ts";
import { refusedAnyway } from "./facts/address.ts";
import { pulledAlways } from "./facts/node-image.ts";
import { hostOf, nothingHandedOver } from "./facts/listed.ts";
import { isAskedForBasic, lacksImage, mirrorFailure } from "./facts/mirror.ts";
import { isOpenToAll, nodeLogin, providerIsMeant, wasChallenged } from "./facts/node-login.ts";
import { claim, type FailedPull, type Finding, type Rule } from "./rule.ts";

/**
 * What the same refusal allows besides a cause that rests on no login having reached the runtime: that the node was to
 * log in, that a 403 is no answer to logins at all, that only the policy made the kubelet ask. One place for all rules
 * about logins, since none of this is a matter of what is wrong with the Pod's list.
 */
export function withOtherReadings(rule: Rule): Rule {
  const role = causes[rule.id].credential;
  if (role === "innocent" || rule.id === "forbidden" || rule.id === "mirror-failed") return rule;
  const check = (failed: FailedPull): Finding | undefined => {
    if (opensNothing(failed, rule.id)) return undefined;
    const finding = rule.check(failed);
    if (finding === undefined || failed.pull.given.state !== "logins") return finding;
    const logins = role === "refused" || !nothingHandedOver(failed);
    const others = (logins ? byMirror(failed) : otherReadings(failed, rule.id)).filter(
      ({ id }) => id !== rule.id && !finding.rivals.includes(id),
    );
    const confirm = finding.rivals.length > 0 ? finding.confirm : (others[0]?.confirm ?? finding.confirm);
    const all = {
      ...finding,
      confirm,
      rivals: [...finding.rivals, ...others.map(({ id }) => id)],
    };
    return logins ? all : doubted(failed, all);
  };
  return { ...rule, check };
}

/** What is open to all is refused for another reason, as official images are that do not exist; and for who was given the manifest, logins were good enough. */
function opensNothing(failed: FailedPull, id: CauseId): boolean {
  const { kind, stage } = failed.failure.reading;
  if (stage === "content" && (kind === "forbidden" || kind === "auth-required")) return true;
  if (kind === "forbidden" && refusedAnyway(failed) !== undefined) return true;
  return (
    isOpenToAll(failed) &&
    (kind === "auth-denied-or-missing-repo" || kind === "auth-required") &&
    failed.pull.sent !== "credential" &&
    id !== "registry-host-omitted"
  );
}

/** What else is open, and the check that decides. */
interface OtherReading {
  readonly id: CauseId;
  readonly confirm: string;
}

function otherReadings(failed: FailedPull, id: CauseId): readonly OtherReading[] {
  return [...byNode(failed, id), ...byAddress(failed), ...byPolicy(failed, id), ...byMirror(failed)];
}

/**
 * Nobody lists a login, or none of the listed ones is near: the node may have been to log in instead. One that nearly
 * fits was meant to.
 */
function byNode(failed: FailedPull, id: CauseId): readonly OtherReading[] {
  const meant =
    id === "no-pull-secret" ||
    (id === "registry-key-mismatch" &&
      failed.pull.lookUp.misses.every(({ reason }) => reason.kind === "other-host"));
  if (!meant || providerIsMeant(failed)) return [];
  const login = nodeLogin(failed);
  const unproven = isRefused(failed) && failed.pull.sent === "unknown";
  if (login === undefined && !unproven) return [];
  const where = login === undefined ? "" : `, or for ${hostOf(failed)} in ${login.where}`;
  return [
    {
      id: "node-credential-failed",
      confirm: `Look for Pods without a pull secret that pull from ${hostOf(failed)} on other nodes${where}: then the node was to log in.`,
    },
  ];
}

function isRefused({ failure: { reading } }: FailedPull): boolean {
  return (
    reading.kind === "forbidden" || (reading.kind === "auth-denied-or-missing-repo" && reading.status === 403)
  );
}

/** Unless it says that the request was not authenticated, a 403 can be about who asks from where. */
function byAddress(failed: FailedPull): readonly OtherReading[] {
  if (!isRefused(failed) || /unauthenticated request/i.test(failed.failure.message)) return [];
  return [
    {
      id: "forbidden",
      confirm: `Send the same request from the node with curl and read the registry's sentence (${failed.failure.reading.host ?? hostOf(failed)}).`,
    },
  ];
}

function byPolicy(failed: FailedPull, id: CauseId): readonly OtherReading[] {
  if ((id !== "no-pull-secret" && id !== "registry-key-mismatch") || !pulledAlways(failed)) return [];
  return [
    {
      id: "always-pull-policy",
      confirm: `Ask whether the image was pulled to node ${failed.evidence.pod.node ?? "?"} or loaded there; loaded, it needs policy IfNotPresent and no login.`,
    },
  ];
}

/** A mirror refused, and what it said need not be what the registry says; or the image was to come from the mirror only. */
function byMirror(failed: FailedPull): readonly OtherReading[] {
  const failure = mirrorFailure(failed);
  if (failure === undefined && isAskedForBasic(failed))
    return [
      {
        id: "mirror-failed",
        confirm: `On node ${failed.evidence.pod.node ?? "?"}: read which mirrors its runtime asks for ${hostOf(failed)}. ${hostOf(failed)} itself sends everybody to a token server, and a Basic login was asked for.`,
      },
    ];
  if (failure === undefined || lacksImage(failure.mirror)) return [];
  return [
    {
      id: "mirror-failed",
      confirm: `On node ${failed.evidence.pod.node ?? "?"}: ask ${failure.mirror.host} and ${hostOf(failed)} for the image, one after the other.`,
    },
  ];
}

/** Unless the registry had asked for a login, a 403 is more often a policy's or a firewall's. */
function doubted(failed: FailedPull, finding: Finding): Finding {
  if (finding.confidence === "possible" || failed.failure.reading.kind !== "forbidden") return finding;
  if (wasChallenged(failed)) return finding;
  const words = `${hostOf(failed)} answers 403 where other registries ask for a login with 401.`;
  return { ...finding, confidence: "possible", assuming: [claim(words, failed.failure.ref)] };
}
