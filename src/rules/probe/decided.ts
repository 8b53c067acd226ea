import type { CauseId } from "../causes.ts";
import { hostOf } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { tryNow, untilNextAttempt, waitFor } from "../fix/next-attempt.ts";
import { replaceLogin } from "../fix/replacement.ts";
import type { FailedPull, Fix } from "../rule.ts";
import type { ProbeDecision } from "./decision.ts";

/** What a cause says once the registry has decided it, where a rule by itself would say less or nothing. */

function repositoryOf({ pull }: FailedPull): string {
  return pull.reference.ok ? pull.reference.repository : pull.image.image;
}

function secretOf({ pull }: FailedPull): string {
  return pull.probe?.reading.login?.secret ?? "";
}

/** Undefined where the rule's own sentence is right. */
export function decidedSummary(
  id: CauseId,
  failed: FailedPull,
  { causes, outcome }: ProbeDecision,
): string | undefined {
  const host = hostOf(failed);
  const repository = repositoryOf(failed);
  if (outcome === "right-or-repository")
    return `${host} takes the login in Secret ${secretOf(failed)} and shows it no ${repository}: it may not pull it, or there is no such repository.`;
  if (outcome === "repository-or-hidden")
    return `${host} has no repository ${repository}, or does not show it to the login in Secret ${secretOf(failed)}.`;
  switch (id) {
    case "credential-rejected":
      return `${host} refuses the login in Secret ${secretOf(failed)}.`;
    case "credential-expired":
      return outcome === "login-expired"
        ? `${host} says that the login in Secret ${secretOf(failed)} has expired.`
        : undefined;
    case "credential-lacks-permission":
      return `The login in Secret ${secretOf(failed)} is good and may not pull ${repository} from ${host}.`;
    case "repository-not-found":
      return `${host} says that there is no repository ${repository}.`;
    case "manifest-not-found":
      return causes.length > 1 ? undefined : `${host} has ${repository}, and no ${versionOf(failed)} of it.`;
    case "platform-mismatch":
      return platformSummary(failed);
    case "rate-limited":
      return `The account of the login in Secret ${secretOf(failed)} has used up its pulls at ${host}.`;
    case "immutable-secret-stale":
      return `${host} takes the login that is in Secret ${secretOf(failed)} now; the Secret is immutable, so the kubelet may go on with what it read first.`;
    case "login-locked":
      return `${host} has locked the login in Secret ${secretOf(failed)} after too many wrong passwords; the right one is refused too, for a while.`;
    case "waiting-for-retry":
      return `${host} gives the image now, asked from this machine with what the Pod has; ${untilNextAttempt(failed)}.`;
    case "forbidden":
      return `${host} answered 403 to the node, and lets the same login in from this machine: a rule about where the request comes from, or one that has been changed.`;
    default:
      return undefined;
  }
}

function versionOf({ pull }: FailedPull): string {
  const { reference } = pull;
  if (!reference.ok) return "such version";
  return reference.digest === undefined
    ? `tag ${reference.tag ?? "latest"}`
    : `digest ${reference.digest.slice(0, 19)}…`;
}

function platformSummary(failed: FailedPull): string {
  const { node } = failed.evidence;
  const platforms = failed.pull.probe?.probe.platforms ?? [];
  const wanted =
    node.state === "found"
      ? `${node.value.operatingSystem ?? "linux"}/${node.value.architecture ?? "?"}`
      : "the node's platform";
  return `${failed.pull.image.image} has no variant for ${wanted}; it has ${platforms.slice(0, 6).join(", ") || "none"}.`;
}

/** How to make sure. Where the registry hides which it is, only its owner can tell. */
export function confirmOf(failed: FailedPull, { outcome, causes }: ProbeDecision): string {
  const repository = repositoryOf(failed);
  const host = hostOf(failed);
  if (causes.length > 1 && outcome.startsWith("right-"))
    return host === "docker.io"
      ? `Who owns ${repository.split("/")[0] ?? repository} sees which: https://hub.docker.com/repositories/${repository.split("/")[0] ?? ""}`
      : `Who owns ${repository} at ${host} sees whether it is there; no request of this login can.`;
  if (outcome === "repository-or-hidden")
    return `Who runs ${host} sees which: whether ${repository} is there, and whether it hides what a login may not see.`;
  if (outcome === "opens") return kubectl(failed, "get", "pod", failed.evidence.pod.name, "--watch");
  return `Look for ${repository} at ${host}, or ask again after the change: ${kubectl(failed, "why-pull", failed.evidence.pod.name, "--probe")}`;
}

/** For kinds of failure in which the cause's own rule has nothing to say. */
export function decidedFixes(id: CauseId, failed: FailedPull): readonly Fix[] {
  const repository = repositoryOf(failed);
  const host = hostOf(failed);
  const name: Fix = { summary: `Correct the image, if ${repository} is not its name.`, effect: "writes" };
  switch (id) {
    case "credential-rejected":
    case "credential-expired":
      return replaced(failed);
    case "credential-lacks-permission":
      return [
        { summary: `Whoever owns ${repository} at ${host} lets this login pull it.`, effect: "writes" },
        name,
      ];
    case "repository-not-found":
      return [
        {
          summary: `Correct the repository's name in the image, or create ${repository} and push to it.`,
          effect: "writes",
        },
      ];
    case "login-locked":
      return [
        {
          summary:
            "Wait until the lock is over, a quarter of an hour or more, and stop what still sends the wrong password.",
          effect: "reads",
        },
      ];
    case "immutable-secret-stale":
      return tryNow(failed);
    case "waiting-for-retry":
      return waitFor(failed, "Wait: the next attempt comes within five minutes.");
    case "forbidden":
      return [
        {
          summary: `Whoever runs ${host} allows the node's address, or says which rule refused it.`,
          effect: "writes",
        },
      ];
    default:
      return [];
  }
}

function replaced(failed: FailedPull): readonly Fix[] {
  const login = failed.pull.probe?.reading.login;
  const entry = failed.pull.lookUp.given.find(
    ({ secret, entry: one }) => secret === login?.secret && one.registryKey === login.registryKey,
  );
  return login === undefined ? [] : replaceLogin(failed, login.secret, entry?.entry);
}
