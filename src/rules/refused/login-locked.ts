import { loginFaults } from "../claims/login-faults.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { handedOver, hostOf, listWords, said, wereHandedOver, writtenBy } from "../facts/listed.ts";
import { type FailedPull, type Finding, type Fix, inSummary, type Rule } from "../rule.ts";

/**
 * After several wrong passwords Docker Hub locks a user name, and Artifactory a user, for some minutes: a good password
 * is refused then too, with 429 or 403. The kubelet's next attempts with the wrong one renew the lock, and its back-off
 * of at most five minutes is shorter than the lock.
 */
export const loginLocked: Rule = {
  id: "login-locked",
  explains: ["login-locked"],
  check: (failed) => {
    const logins = (handedOver(failed) ?? []).filter(({ entry }) => entry.login === "complete");
    const [first, ...more] = logins;
    const host = hostOf(failed);
    if (first === undefined) return withoutSecret(failed);
    return {
      confidence: "certain",
      summary: `${host} has locked the login in Secret ${listWords(logins.map(({ secret }) => secret))}, or the node's address, after too many wrong passwords; each attempt of the kubelet renews the lock.`,
      because: [
        inSummary(said(failed)),
        ...wereHandedOver(failed, [first, ...more]),
        ...loginFaults(failed, logins),
        ...writtenBy(failed, first.secret),
      ],
      confirm: `Log in to ${host} with the same user and password once the lock is over: if it is refused, the password is wrong.`,
      // A new Pod would try at once, while the lock lasts.
      fixes: [
        ...replaceLogin(failed, first.secret, first.entry).filter(
          ({ effect, lists }) => effect !== "replaces-pod" || lists !== undefined,
        ),
        waitOut(failed),
      ],
      rivals: [],
    };
  },
};

/** The lock ends only when nobody tries the wrong password any more. */
function waitOut(failed: FailedPull): Fix {
  return {
    summary: `Whatever else holds this login stops trying it too (other Pods, nodes, pipelines): the lock at ${hostOf(failed)} ends some fifteen minutes after the last wrong attempt.`,
    effect: "reads",
  };
}

/** Which login is locked is not to be seen: the node's, one in a Secret that could not be read, or the address. */
function withoutSecret(failed: FailedPull): Finding {
  const host = hostOf(failed);
  return {
    confidence: "likely",
    summary: `${host} has locked a login, or the node's address, after too many wrong passwords; each further attempt renews the lock.`,
    because: [said(failed)],
    confirm: `Find the login for ${host} that is tried from node ${failed.evidence.pod.node ?? "?"}: a Secret that could not be read, other Pods' Secrets, the node's own configuration.`,
    fixes: [
      {
        summary: `Whoever owns that login puts its password right everywhere, and waits until the lock at ${host} is over.`,
        effect: "writes",
      },
    ],
    rivals: [],
  };
}
