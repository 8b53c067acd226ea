import { secretOf } from "../../evidence/evidence.ts";
import type { GivenLogin } from "../../pull/login.ts";
import { corrected, handedOver, isStatic } from "./listed.ts";
import type { FailedPull } from "../rule.ts";

/**
 * The whole logins that were handed to the runtime and did not open the registry, in the order of its attempts.
 * Undefined where something else explains the refusal: nothing whole was handed over, the Secret has been corrected
 * since, or the text proves that no login was sent.
 */
export function refusedLogins(failed: FailedPull): readonly [GivenLogin, ...GivenLogin[]] | undefined {
  if (isStatic(failed) || corrected(failed).length > 0) return undefined;
  if (failed.pull.sent === "anonymous" || failed.pull.sent === "nothing") return undefined;
  const [first, ...rest] = (handedOver(failed) ?? []).filter(({ entry }) => entry.login === "complete");
  return first === undefined ? undefined : [first, ...rest];
}

/** Kinds that say: the registry does not know this login. */
export const unknownLogin = ["auth-required", "credentials-rejected", "token-expired"] as const;

/** The login's lifetime ended before the last attempt, as a time inside the login tells. */
export function expiredAt(failed: FailedPull, login: GivenLogin): string | undefined {
  const { expiresAt } = login.entry;
  const at = failed.failure.lastAttempt ?? failed.evidence.collectedAt;
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
export function olderThanLifetime(failed: FailedPull, login: GivenLogin): boolean {
  const life = lifetimeOf(login);
  const written = writtenAt(failed, login);
  const at = failed.failure.lastAttempt;
  if (life === undefined || written === undefined || at === undefined || login.entry.expiresAt !== undefined)
    return false;
  return Date.parse(at) - Date.parse(written) > life.hours * 3_600_000;
}

export function writtenAt(failed: FailedPull, login: GivenLogin): string | undefined {
  const observed = secretOf(failed.evidence, login.secret);
  if (observed.state !== "found") return undefined;
  return observed.value.lastChanged ?? observed.value.creationTimestamp;
}

/** ECR's bare 403, to a password whose age does not settle whether it has expired. */
export function mayHaveExpired(failed: FailedPull, login: GivenLogin): boolean {
  return (
    failed.failure.reading.kind === "forbidden" &&
    // A text that tells more than the status names another reason.
    failed.failure.reading.sent === "unknown" &&
    login.entry.userKind === "AWS" &&
    login.entry.expiresAt === undefined &&
    !olderThanLifetime(failed, login)
  );
}
