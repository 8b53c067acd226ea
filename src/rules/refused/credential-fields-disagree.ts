import { hostOf, listWords, refOf, said, writtenBy } from "../facts/listed.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { claim, unknownLogin } from "../rule.ts";
import { ailing } from "../standing.ts";

/**
 * An entry may hold a login twice. Where `auth` is not empty, the pair in it takes the place of `username` and
 * `password` without a word (pkg/credentialprovider/config.go, 1.26-1.36), so a password that was changed in one place
 * only is not the one that is sent.
 */
export const credentialFieldsDisagree = ailing({
  id: "credential-fields-disagree",
  explains: [...unknownLogin, "forbidden", "auth-denied-or-missing-repo"],
  ails: "fields-disagree",
  word: (failed, { login }) => {
    const { entry, secret } = login;
    const host = hostOf(failed);
    const fields = listWords(entry.fields.filter((field) => field === "username" || field === "password"));
    const ref = refOf(failed, login);
    return {
      confidence: "likely",
      summary: `The entry for ${entry.registryKey} in Secret ${secret} holds two logins: ${host} refuses the one in auth, and the one in ${fields} is never sent.`,
      because: [
        claim(`The entry for ${entry.registryKey} has auth, and something else in ${fields}.`, ref),
        claim("The kubelet sends what auth holds and reads nothing else of such an entry.", ref),
        ...writtenBy(failed, secret),
        said(failed),
      ],
      confirm: `Log in to ${host} with the user name and password that stand in plain text in the entry: if they open it, auth is what is out of date.`,
      fixes: replaceLogin(failed, secret, entry),
      rivals: [],
    };
  },
});
