import type { AuthEntry } from "../../evidence/pull-secret.ts";
import type { GivenLogin } from "../../pull/login.ts";
import type { FailedPull } from "../rule.ts";
import { hostOf } from "./listed.ts";
import { isOwnProject } from "./openshift.ts";
import { cloudRegistry } from "./registry.ts";

/**
 * Where a registry gives one answer to a login that it does not know and to a good one that may not pull. The words
 * then tell neither, and only a login by itself does: the token server asked without a scope, or `GET /v2/`.
 */

/**
 * A 401 that a good login without the right may have got as well. Said by the token server it is about the login, but
 * for Azure's and Oracle's. Said by the registry it is either: Harbor (src/server/middleware/v2auth/auth.go, 2.x) and
 * Quay (endpoints/v2/errors.py) issue a token that opens nothing, Gitea and Nexus know Basic, and all of them answer 401
 * to a login without the right, and to anybody about a repository that they hide.
 */
export function mayBeGoodLogin(failed: FailedPull, logins: readonly GivenLogin[]): boolean {
  const { reading, message } = failed.failure;
  const family = cloudRegistry(hostOf(failed));
  if (reading.kind === "token-expired" || logins.some(({ entry }) => isUnfilled(entry))) return false;
  if (family?.refusesAlike === true) return true;
  if (reading.kind !== "auth-required" || reading.tokenRefused === true) return false;
  // gcr.io said so to everybody whom it did not let in.
  if (/needed permissions/i.test(message)) return true;
  return family?.refusesApart !== true && !isOwnProject(failed);
}

/**
 * Words about a lacking right that a login which is not known may have got as well. Some token servers answer 403 to
 * it: GitHub's with the word `denied` (so does GitHub Enterprise, whose hosts are anybody's), GitLab's where the token has
 * no right to the registry; Google's knows who asks. Harbor's takes one that it does not know for nobody, and gives it a
 * token that opens nothing; Oracle's has one sentence for all.
 */
export function mayBeUnknownLogin(failed: FailedPull): boolean {
  const { reading, message } = failed.failure;
  const host = hostOf(failed);
  const family = cloudRegistry(host);
  if (host === "ghcr.io") return true;
  if (/unauthorized to access repository|anonymous users are only allowed/i.test(message)) return true;
  return reading.status === 403 && reading.afterChallenge === true && family?.cloud !== "google";
}

/** Nothing filled in its user name or its password. */
function isUnfilled({ userKind, passwordKind }: AuthEntry): boolean {
  return userKind === "placeholder" || passwordKind === "placeholder";
}
