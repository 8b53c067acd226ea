import { secretOf } from "../../evidence/evidence.ts";
import { said } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { attach, unusedName } from "../fix/login.ts";
import { copySecret } from "../fix/secret.ts";
import { authFailures, claim, type FailedPull, inSummary } from "../rule.ts";
import { standing } from "../standing.ts";

/** What the Secret holds now is not what was sent, whatever it is: the kubelet never reads an immutable one again. */
export const immutableSecretStale = standing({
  id: "immutable-secret-stale",
  explains: authFailures,
  at: "stale",
  word: (failed, { login }) => {
    const { secret } = login;
    const { pod } = failed.evidence;
    const { ref } = secretOf(failed.evidence, secret);
    return {
      confidence: "likely",
      summary: `Immutable Secret ${secret} was replaced after this Pod had begun; the kubelet still uses what it read first.`,
      because: [
        inSummary(
          claim(
            `Secret ${secret} is immutable, and younger than the Pod.`,
            { ...ref, path: ".immutable" },
            pod.ref,
          ),
        ),
        claim(
          "The kubelet never said that it could not retrieve it, so there was one of that name before.",
          pod.ref,
        ),
        said(failed),
      ],
      confirm: kubectl(
        failed,
        "get",
        "secret",
        secret,
        "-o",
        "jsonpath={.immutable} {.metadata.creationTimestamp}",
      ),
      fixes: underNewName(failed, secret),
      rivals: [],
    };
  },
});

/** A new name is read afresh, whichever other Pods of the node still refer to the old one. */
function underNewName(failed: FailedPull, secret: string): ReturnType<typeof attach> {
  const name = unusedName(failed, secret);
  const { namespace } = failed.evidence.pod;
  return attach(failed, name, {
    first: copySecret(failed, { namespace, name: secret }, { namespace, name }),
    how: `Copy it under a new name, which the node reads afresh (${name}), `,
    without: [secret],
  });
}
