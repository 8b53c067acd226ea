import { refOf, said, writtenBy } from "../facts/listed.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { claim, inSummary, unknownLogin } from "../rule.ts";
import { ailing } from "../standing.ts";

/** Nothing trims a decoded `auth`: `echo user:password | base64` makes the line break part of the password. */
export const credentialWhitespace = ailing({
  id: "credential-whitespace",
  explains: [...unknownLogin, "forbidden", "auth-denied-or-missing-repo"],
  ails: "whitespace",
  word: (failed, { login }) => {
    const { entry, secret } = login;
    const what = entry.whitespace.password ? "password" : "user name";
    return {
      confidence: "likely",
      summary: `The ${what} for ${entry.registryKey} in Secret ${secret} begins or ends in a line break or blank.`,
      because: [
        inSummary(
          claim(
            `The ${what} has white space at its edge; the kubelet sends it as it is.`,
            refOf(failed, login),
          ),
        ),
        ...writtenBy(failed, secret),
        said(failed),
      ],
      confirm: `Make the login anew with printf instead of echo, and compare: if it is refused still, the login itself is wrong.`,
      fixes: replaceLogin(failed, secret, entry),
      rivals: [],
    };
  },
});
