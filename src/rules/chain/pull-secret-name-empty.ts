import { known } from "../../evidence/observed.ts";
import { fittingSecrets } from "../facts/fits.ts";
import { listRef, said } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { attach, bestShown, giveLogin } from "../fix/login.ts";
import { authFailures, claim, inSummary } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * `imagePullSecrets: [{}]`, as a template value that rendered empty leaves it, counts as a list: the ServiceAccount's
 * is not copied, and the kubelet skips the entry without an event (pkg/kubelet/kubelet_pods.go, 1.26-1.36).
 */
export const pullSecretNameEmpty = standing({
  id: "pull-secret-name-empty",
  explains: authFailures,
  at: "nameless",
  word: (failed) => {
    const { pod, serviceAccount } = failed.evidence;
    const account = known(serviceAccount);
    const names = account?.pullSecrets.filter((name) => name !== "") ?? [];
    const copied =
      names.length > 0
        ? `so ServiceAccount ${pod.serviceAccount}'s list (${names.join(", ")}) was not copied`
        : "so nothing was copied from the ServiceAccount and no Secret was read";
    const existing = bestShown(failed, fittingSecrets(failed));
    return {
      confidence: "likely",
      summary: `imagePullSecrets holds an entry without a name, ${copied}.`,
      because: [
        inSummary(
          claim(
            "The Pod's list has only entries without a name; the kubelet skips them.",
            listRef(failed, 0),
          ),
        ),
        ...(names.length > 0
          ? [
              inSummary(
                claim(`ServiceAccount ${pod.serviceAccount} names ${names.join(", ")}.`, {
                  ...serviceAccount.ref,
                  path: ".imagePullSecrets",
                }),
              ),
            ]
          : []),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "pod", pod.name, "-o", "jsonpath={.spec.imagePullSecrets}"),
      fixes:
        existing === undefined
          ? giveLogin(failed)
          : attach(failed, existing, { how: `Secret ${existing} fits: ` }),
      rivals: [],
    };
  },
});
