import { hostOf, refOf, said, wereHandedOver, writtenBy } from "../facts/listed.ts";
import { whyNotTaken } from "../facts/login-kinds.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { claim, inSummary, unknownLogin } from "../rule.ts";
import { ailing } from "../standing.ts";

/**
 * The login may be good elsewhere: its user name and the beginning of its password tell what it is, and the registry's
 * own documentation says that it takes others (facts/login-kinds.ts).
 */
export const credentialKindNotTaken = ailing({
  id: "credential-kind-not-taken",
  explains: [...unknownLogin, "forbidden", "auth-denied-or-missing-repo"],
  ails: "kind-not-taken",
  word: (failed, { login }) => {
    const host = hostOf(failed);
    const why = whyNotTaken(host, login.entry) ?? "";
    return {
      confidence: "likely",
      summary: `The login in Secret ${login.secret} is of a kind that ${host} does not take: ${why}.`,
      because: [
        ...wereHandedOver(failed, [login]),
        inSummary(claim(`By their form, ${why}.`, refOf(failed, login))),
        ...writtenBy(failed, login.secret),
        said(failed),
      ],
      confirm: `Log in to ${host} with the same user and password: it refuses them whatever they may do elsewhere.`,
      fixes: replaceLogin(failed, login.secret, login.entry),
      rivals: [],
    };
  },
});
