import { loginFaults } from "../claims/login-faults.ts";
import { mirrorClaims } from "../claims/mirror.ts";
import { hostOf, listRef, listWords, refOf, said, writtenBy } from "../facts/listed.ts";
import type { PlaceAt } from "../facts/place.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { readIt, unreadable } from "../facts/unread.ts";
import { giveLogin, replaceLogin } from "../fix/login.ts";
import { claim, type FailedPull, type Finding, type Fix, unknownLogin } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * Every matching login is tried in order and nothing anonymous follows (pkg/kubelet/images/image_manager.go), so a
 * stale login also breaks the pull of a public image.
 */
export const credentialRejected = standing({
  id: "credential-rejected",
  explains: unknownLogin,
  at: ["login-refused", "unread"],
  word: (failed, place) => {
    if (place.at === "unread") return unread(failed, place);
    const { logins } = place;
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
      fixes: [...replaceLogin(failed, first.secret, first.entry), ...rightsFix(failed)],
      rivals: rightsFix(failed).length > 0 ? ["credential-lacks-permission"] : [],
    };
  },
});

/** Azure's token server answers 401 to a good login that has no right to the repository, as it does to a wrong one. */
function rightsFix(failed: FailedPull): readonly Fix[] {
  const host = hostOf(failed);
  if (cloudRegistry(host)?.cloud !== "azure") return [];
  return [
    {
      summary: `Or, if the login is good, whoever owns ${host} gives it the role AcrPull there.`,
      effect: "writes",
    },
  ];
}

/** A login was sent or may have been, and which Secret holds it could not be read. */
function unread(failed: FailedPull, { secrets, handed }: PlaceAt<"unread">): Finding {
  const [first] = secrets;
  return {
    confidence: "possible",
    assuming: [unreadable(first.observed, "Secret")],
    summary: `${hostOf(failed)} refuses the login that the node sent${handed ? "" : ", if it sent one"}; the Pod names ${listWords(secrets.map(({ name }) => name))}, which could not be read.`,
    because: [claim(`imagePullSecrets names ${first.name}.`, listRef(failed, first.position)), said(failed)],
    confirm: readIt(failed, first.observed, "get", `secrets/${first.name}`),
    fixes: [
      { summary: "Let somebody who may read the Secret run this again.", effect: "reads" },
      // Beside whatever the Secret holds, a good login is tried as well.
      ...giveLogin(failed),
    ],
    rivals: [],
  };
}
