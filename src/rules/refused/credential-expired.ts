import { secretOf } from "../../evidence/evidence.ts";
import type { GivenLogin } from "../../pull/login.ts";
import { refOf, said, wereHandedOver, writtenBy } from "../facts/listed.ts";
import { expiredAt, lifetimeOf, mayHaveExpired, writtenAt } from "../facts/lifetime.ts";
import { kubectl } from "../fix/command.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { authFailures, claim, type Claim, type FailedPull, type Finding, inSummary } from "../rule.ts";
import { ailing, either, standing } from "../standing.ts";

/**
 * Some logins carry the time at which they end (a JSON web token's `exp`, an ECR password's `expiration`), and some
 * kinds last a known time. Where neither tells and the text is a bare 403, ECR's answer to an expired password is the
 * same as to a login without permission, so both are named.
 */
const seen = ailing({
  id: "credential-expired",
  explains: authFailures,
  ails: ["expired", "outlived"],
  word: (failed, { kind, login }, { logins }) => {
    if (kind === "outlived") return outlived(failed, login);
    if (failed.failure.reading.kind === "token-expired")
      return finding(
        failed,
        login,
        "certain",
        `The registry says that the login in Secret ${login.secret} has expired.`,
        [],
      );
    const at = expiredAt(failed, login);
    return finding(
      failed,
      login,
      logins.length === 1 ? "certain" : "likely",
      `The login in Secret ${login.secret} expired at ${at}.`,
      [
        inSummary(
          claim(`The login for ${login.entry.registryKey} carries its own end: ${at}.`, refOf(failed, login)),
        ),
      ],
    );
  },
});

function outlived(failed: FailedPull, login: GivenLogin): Finding | undefined {
  const life = lifetimeOf(login);
  if (life === undefined) return undefined;
  return finding(
    failed,
    login,
    "likely",
    `The login in Secret ${login.secret} has outlived its kind: ${life.what}.`,
    [
      claim(
        `Secret ${login.secret} was last written at ${writtenAt(failed, login)}; ${life.what}.`,
        secretOf(failed.evidence, login.secret).ref,
      ),
    ],
  );
}

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
    because: [...wereHandedOver(failed, [login]), ...facts, ...writtenBy(failed, login.secret), said(failed)],
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

export const credentialExpired = either(
  seen,
  standing({
    id: "credential-expired",
    explains: authFailures,
    at: "login-refused",
    word: (failed, { logins: [first] }) => perhaps(failed, first),
  }),
  { id: "credential-expired", explains: ["token-expired"], check: textOnly },
);
