import { replaceLogin } from "../fix/login.ts";
import { refOf, said, writtenBy } from "../facts/listed.ts";
import { immutableStale } from "./immutable-secret-stale.ts";
import { refusedLogins, unknownLogin } from "../facts/refused.ts";
import { claim, type Rule } from "../rule.ts";

/** Nothing trims a decoded `auth`: `echo user:password | base64` makes the line break part of the password. */
export const credentialWhitespace: Rule = {
  id: "credential-whitespace",
  explains: [...unknownLogin, "forbidden", "auth-denied-or-missing-repo"],
  check: (failed) => {
    const logins = refusedLogins(failed);
    if (immutableStale(failed) !== undefined) return undefined;
    const login = logins?.find(({ entry }) => entry.whitespace.password || entry.whitespace.username);
    if (logins === undefined || login === undefined) return undefined;
    const { entry, secret } = login;
    const what = entry.whitespace.password ? "password" : "user name";
    return {
      confidence: "likely",
      summary: `The ${what} for ${entry.registryKey} in Secret ${secret} begins or ends in a line break or blank.`,
      because: [
        claim(
          `The ${what} has white space at its edge; the kubelet sends it as it is.`,
          refOf(failed, login),
        ),
        ...writtenBy(failed, secret),
        said(failed),
      ],
      confirm: `Make the login anew with printf instead of echo, and compare: if it is refused still, the login itself is wrong.`,
      fixes: replaceLogin(failed, secret, entry),
      rivals: [],
    };
  },
};
