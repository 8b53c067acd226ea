import { secretOf } from "../../evidence/evidence.ts";
import type { GivenLogin } from "../../pull/login.ts";
import { kubectl } from "../fix/command.ts";
import { replaceLogin } from "../fix/login.ts";
import { refOf, said, writtenBy } from "../facts/listed.ts";
import { immutableStale } from "./immutable-secret-stale.ts";
import {
  expiredAt,
  lifetimeOf,
  mayHaveExpired,
  olderThanLifetime,
  refusedLogins,
  writtenAt,
} from "../facts/refused.ts";
import { claim, type Claim, type FailedPull, type Finding, type Rule } from "../rule.ts";

/**
 * Some logins carry the time at which they end (a JSON web token's `exp`, an ECR password's `expiration`), and some
 * kinds last a known time. Where neither tells and the text is a bare 403, ECR's answer to an expired password is the
 * same as to a login without permission, so both are named.
 */
export const credentialExpired: Rule = {
  id: "credential-expired",
  explains: [
    "auth-required",
    "credentials-rejected",
    "token-expired",
    "forbidden",
    "auth-denied-or-missing-repo",
  ],
  check: (failed) => {
    const logins = refusedLogins(failed);
    if (immutableStale(failed) !== undefined) return undefined;
    if (logins === undefined)
      return failed.failure.reading.kind === "token-expired" ? textOnly(failed) : undefined;
    const [first] = logins;
    if (failed.failure.reading.kind === "token-expired")
      return finding(
        failed,
        first,
        "certain",
        `The registry says that the login in Secret ${first.secret} has expired.`,
        [],
      );
    const over = logins.find((login) => expiredAt(failed, login) !== undefined);
    if (over !== undefined) {
      const at = expiredAt(failed, over);
      return finding(
        failed,
        over,
        logins.length === 1 ? "certain" : "likely",
        `The login in Secret ${over.secret} expired at ${at}.`,
        [claim(`The login for ${over.entry.registryKey} carries its own end: ${at}.`, refOf(failed, over))],
      );
    }
    const old = logins.find((login) => olderThanLifetime(failed, login));
    const life = old === undefined ? undefined : lifetimeOf(old);
    if (old !== undefined && life !== undefined)
      return finding(
        failed,
        old,
        "likely",
        `The login in Secret ${old.secret} has outlived its kind: ${life.what}.`,
        [
          claim(
            `Secret ${old.secret} was last written at ${writtenAt(failed, old)}; ${life.what}.`,
            secretOf(failed.evidence, old.secret).ref,
          ),
        ],
      );
    return perhaps(failed, first);
  },
};

/**
 * ECR answers 403 to an expired password and to a missing permission alike; the sentence is lost on a HEAD request. A
 * Secret that is younger than a password lasts may still hold an old one, or one of a shorter session.
 */
function perhaps(failed: FailedPull, login: GivenLogin): Finding | undefined {
  const life = lifetimeOf(login);
  if (life === undefined || !mayHaveExpired(failed, login)) return undefined;
  const written = writtenAt(failed, login);
  const young = written !== undefined && failed.failure.lastAttempt !== undefined;
  const base = {
    ...finding(
      failed,
      login,
      "likely",
      `The registry refuses the login in Secret ${login.secret} with 403: it has expired (${life.what}), or may not pull this repository.`,
      [],
    ),
    rivals: ["credential-lacks-permission", "forbidden"],
  } as const;
  if (!young) return base;
  const { ref } = secretOf(failed.evidence, login.secret);
  return {
    ...base,
    confidence: "possible",
    assuming: [
      claim(
        `The password is older than the Secret, which was written at ${written}, or its session was shorter.`,
        ref,
      ),
    ],
  };
}

function finding(
  failed: FailedPull,
  login: GivenLogin,
  confidence: "certain" | "likely",
  summary: string,
  facts: readonly Claim[],
): Finding {
  return {
    confidence,
    summary,
    because: [
      claim(
        `Secret ${login.secret} matched with its entry for ${login.entry.registryKey}.`,
        refOf(failed, login),
      ),
      ...facts,
      ...writtenBy(failed, login.secret),
      said(failed),
    ],
    confirm: `Log in to ${login.entry.registryKey} with a login made now, and pull the image with it.`,
    fixes: [
      ...replaceLogin(failed, login.secret, login.entry),
      {
        summary:
          "Let something renew it before it ends: a credential provider on the node, or a job that writes the Secret.",
        effect: "writes" as const,
      },
    ],
    rivals: [],
  };
}

function textOnly(failed: FailedPull): Finding {
  return {
    confidence: "likely",
    summary: "The registry says that the login which the node sent has expired.",
    because: [said(failed)],
    confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
    fixes: [{ summary: "Renew the login that the node or the pull secret holds.", effect: "writes" }],
    rivals: ["node-credential-failed"],
  };
}
