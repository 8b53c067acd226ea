import { secretOf } from "../../evidence/evidence.ts";
import type { GivenLogin } from "../../pull/login.ts";
import type { Replay } from "./replay.ts";

/** The login's lifetime ended before the last attempt, as a time inside the login tells. */
export function expiredAt({ failure, evidence }: Replay, login: GivenLogin): string | undefined {
  const { expiresAt } = login.entry;
  const at = failure.lastAttempt ?? evidence.collectedAt;
  return expiresAt !== undefined && at !== undefined && Date.parse(expiresAt) <= Date.parse(at)
    ? expiresAt
    : undefined;
}

interface Lifetime {
  readonly hours: number;
  readonly what: string;
}

/** How long logins of a telling kind last, from their providers' documentation. */
export function lifetimeOf(login: GivenLogin): Lifetime | undefined {
  const { userKind, passwordKind } = login.entry;
  if (userKind === "AWS") return { hours: 12, what: "an ECR password lasts 12 hours" };
  if (userKind === "zero-guid") return { hours: 3, what: "an ACR token lasts 3 hours" };
  if (userKind === "oauth2accesstoken")
    return { hours: 1, what: "a Google access token lasts about an hour" };
  if (userKind === "gitlab-ci-token") return { hours: 1, what: "a GitLab job token ends with its job" };
  if (passwordKind === "ghs_") return { hours: 24, what: "a GitHub workflow's token ends with its job" };
  return undefined;
}

/** The Secret was last written longer before the last attempt than its kind of login lasts. */
export function hasOutlived(replay: Replay, login: GivenLogin): boolean {
  const life = lifetimeOf(login);
  const written = writtenAt(replay, login);
  const at = replay.failure.lastAttempt;
  if (life === undefined || written === undefined || at === undefined || login.entry.expiresAt !== undefined)
    return false;
  return Date.parse(at) - Date.parse(written) > life.hours * 3_600_000;
}

export function writtenAt({ evidence }: Replay, login: GivenLogin): string | undefined {
  const observed = secretOf(evidence, login.secret);
  if (observed.state !== "found") return undefined;
  return observed.value.lastChanged ?? observed.value.creationTimestamp;
}

/** ECR's bare 403, to a password whose age does not settle whether it has expired. */
export function mayHaveExpired(replay: Replay, login: GivenLogin): boolean {
  const { reading } = replay.failure;
  return (
    reading.kind === "forbidden" &&
    // A text that tells more than the status names another reason.
    reading.sent === "unknown" &&
    login.entry.userKind === "AWS" &&
    login.entry.expiresAt === undefined &&
    !hasOutlived(replay, login)
  );
}
