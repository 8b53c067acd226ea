import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { shadowedLogin } from "../facts/ailments.ts";
import { refOf, said, writtenBy } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { giveLogin } from "../fix/login.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { authFailures, claim, onPath } from "../rule.ts";
import { ailing } from "../standing.ts";

/**
 * Logins under `index.docker.io` are a fallback, asked only when no key matched a Docker Hub image directly
 * (pkg/credentialprovider/keyring.go). An old entry under `docker.io` therefore hides the one that `docker login` wrote.
 */
export const credentialShadowed = ailing({
  id: "credential-shadowed",
  explains: authFailures,
  ails: "shadows",
  word: (failed, { login: used }) => {
    const hidden = shadowedLogin(failed);
    if (hidden === undefined) return undefined;
    const { listed } = failed.pull;
    return {
      confidence: "likely",
      summary: `The entry ${used.entry.registryKey} in Secret ${used.secret} is tried and refused; the login under ${hidden.entry.registryKey} is never tried because of it.`,
      because: [
        onPath(claim(`${used.entry.registryKey} in ${used.secret} matches directly.`, refOf(failed, used))),
        onPath(
          claim(
            `${hidden.entry.registryKey} in ${hidden.secret} is asked only when nothing else matches.`,
            entryRef(
              failed.evidence.pod.namespace,
              hidden.secret,
              hidden.entry,
              secretTypeOf(listed, hidden.secret),
            ),
          ),
        ),
        ...writtenBy(failed, used.secret),
        said(failed),
      ],
      confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
      fixes:
        used.secret === hidden.secret
          ? giveLogin(failed)
          : [...replaceLogin(failed, used.secret, used.entry)],
      rivals: [],
    };
  },
});
