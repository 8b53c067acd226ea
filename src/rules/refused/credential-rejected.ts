import { mirrorClaims } from "../claims/mirror.ts";
import { loginFaults } from "../claims/login-faults.ts";
import type { CauseId } from "../causes.ts";
import { secretOf } from "../../evidence/evidence.ts";
import { replaceLogin } from "../fix/login.ts";
import { hostOf, listRef, listWords, named, refOf, said, writtenBy } from "../facts/listed.ts";
import { immutableStale } from "./immutable-secret-stale.ts";
import { foreignProject } from "../facts/openshift.ts";
import { expiredAt, refusedLogins, unknownLogin } from "../facts/refused.ts";
import { unreadable as unreadSecret, readIt } from "../facts/unread.ts";
import { claim, type FailedPull, type Finding, type Rule } from "../rule.ts";

/**
 * Every matching login is tried in order and nothing anonymous follows (pkg/kubelet/images/image_manager.go), so a
 * stale login also breaks the pull of a public image.
 */
export const credentialRejected: Rule = {
  id: "credential-rejected",
  explains: unknownLogin,
  check: (failed) => {
    if (immutableStale(failed) !== undefined || foreignProject(failed) !== undefined) return undefined;
    const logins = refusedLogins(failed);
    if (logins === undefined) return fromText(failed);
    if (logins.some(({ entry }) => entry.whitespace.password || entry.whitespace.username)) return undefined;
    if (failed.failure.reading.kind === "token-expired") return undefined;
    if (logins.some((login) => expiredAt(failed, login) !== undefined)) return undefined;
    if (
      failed.pull.lookUp.misses.some(
        ({ reason, entry }) => reason.kind === "shadowed" && entry.login === "complete",
      )
    )
      return undefined;
    const [first, ...more] = logins;
    const secrets = listWords(logins.map(({ secret }) => secret));
    const distinct = new Set(logins.map(({ secret }) => secret));
    return {
      confidence: "likely",
      summary: `${hostOf(failed)} refuses the ${more.length > 0 ? "logins" : "login"} in ${distinct.size > 1 ? "Secrets" : "Secret"} ${secrets}.`,
      because: [
        claim(
          `The entry ${first.entry.registryKey} in ${first.secret} matches and was handed to the runtime.`,
          refOf(failed, first),
        ),
        ...more.map((login) =>
          claim(`So was ${login.entry.registryKey} in ${login.secret}.`, refOf(failed, login)),
        ),
        ...loginFaults(failed, logins),
        ...mirrorClaims(failed),
        ...writtenBy(failed, first.secret),
        said(failed),
      ],
      confirm: `Log in to ${hostOf(failed)} with the same user and password: if it is refused too, the login is wrong, revoked or expired.`,
      fixes: replaceLogin(failed, first.secret, first.entry),
      rivals: [],
    };
  },
};

/** A login was sent or may have been, and which Secret holds it could not be read. */
function fromText(failed: FailedPull): Finding | undefined {
  const { given, sent } = failed.pull;
  if (sent === "anonymous" || sent === "nothing") return undefined;
  const unreadable = named(failed).filter(
    (secret) => secret.state === "unknown" || hidden(failed, secret.name),
  );
  const [unread] = unreadable;
  if (given.state === "unknown" && unread !== undefined) {
    // What is known to have been handed over was tried, whatever the others hold.
    const handed = sent === "credential" || given.atLeast.some(({ entry }) => entry.login === "complete");
    const rivals: readonly CauseId[] = handed
      ? ["credential-whitespace", "credential-expired", "credential-shadowed", "immutable-secret-stale"]
      : [
          "registry-key-mismatch",
          "pull-secret-missing",
          "pull-secret-wrong-type",
          "pull-secret-empty",
          "credential-empty",
          "credential-expired",
          "credential-whitespace",
        ];
    return {
      confidence: "possible",
      assuming: [unreadSecret(unread.observed, "Secret")],
      summary: `${hostOf(failed)} refuses the login that the node sent${handed ? "" : ", if it sent one"}; the Pod names ${listWords(unreadable.map((s) => s.name))}, which could not be read.`,
      because: [
        claim(`imagePullSecrets names ${unread.name}.`, listRef(failed, unread.position)),
        said(failed),
      ],
      confirm: readIt(failed, unread.observed, "get", `secrets/${unread.name}`),
      fixes: [{ summary: "Let somebody who may read the Secret run this again.", effect: "reads" }],
      rivals,
    };
  }
  return undefined;
}

function hidden(failed: FailedPull, name: string): boolean {
  const observed = secretOf(failed.evidence, name);
  return observed.state === "found" && observed.value.payload.state === "withheld";
}
