import { known } from "../../evidence/observed.ts";
import { shadowedLogin } from "../facts/ailments.ts";
import { refOf, said, writtenBy } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { authFailures, claim, onPath } from "../rule.ts";
import { standing } from "../standing.ts";

const words = {
  empty: "no user name and no password",
  "no-password": "a user name and no password",
  "no-username": "a password and no user name",
  complete: "a login",
} as const;

/**
 * An entry without user name or password still counts as a match (pkg/credentialprovider/config.go): the runtime is
 * handed an empty login, asks anonymously, and containerd does not look into its own configuration either. credsStore,
 * credHelpers, identitytoken and registrytoken are never read.
 */
export const credentialEmpty = standing({
  id: "credential-empty",
  explains: authFailures,
  at: "login-empty",
  word: (failed, { logins: [first] }) => {
    // A login was sent, so the node had one.
    if (failed.failure.reading.sent === "credential") return undefined;
    const { entry, secret } = first;
    const token = entry.fields.includes("identitytoken") || entry.fields.includes("registrytoken");
    const observed = failed.pull.listed.find((candidate) => candidate.name === secret)?.observed;
    const payload = known(observed)?.payload;
    const helper = payload?.state === "entries" && (payload.credsStore || payload.credHelpers.length > 0);
    const ref = refOf(failed, first);
    return {
      confidence: "likely",
      summary: `The entry for ${entry.registryKey} in Secret ${secret} matches and has ${words[entry.login]}.`,
      because: [
        onPath(
          claim(`The entry for ${entry.registryKey} matches the image and has ${words[entry.login]}.`, ref),
        ),
        ...(token ? [claim("It has an identity token, which the kubelet does not read.", ref)] : []),
        ...(helper
          ? [
              claim(
                "The Secret names a credential helper, which the kubelet never runs: it is a copy of a desktop's config.json.",
                ref,
              ),
            ]
          : []),
        ...writtenBy(failed, secret),
        said(failed),
      ],
      confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
      fixes: replaceLogin(failed, secret, entry),
      // An empty docker.io entry does both: it is handed over, and keeps the index.docker.io login from being tried.
      rivals: shadowedLogin(failed) === undefined ? [] : ["credential-shadowed"],
    };
  },
});
