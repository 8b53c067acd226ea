import { listRef, listWords, said } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { attach } from "../fix/login.ts";
import { authFailures, claim, inSummary } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * There is no merge: one entry on the Pod's own list keeps the whole list of the ServiceAccount from being copied
 * (plugin/pkg/admission/serviceaccount/admission.go, 1.26-1.36).
 */
export const serviceAccountListIgnored = standing({
  id: "service-account-list-ignored",
  explains: authFailures,
  at: "account-list-ignored",
  word: (failed, { account, secret }) => {
    const { pod } = failed.evidence;
    return {
      confidence: "likely",
      summary: `The Pod's own list (${listWords(pod.pullSecrets.filter((n) => n !== ""))}) kept ServiceAccount ${account.name}'s list from being copied; ${secret} on it holds a login for this image.`,
      because: [
        claim(`The Pod has a list of its own, and nothing on it fits the image.`, listRef(failed)),
        inSummary(
          claim(`ServiceAccount ${account.name} names ${secret}, which holds a login for the image.`, {
            ...account.ref,
            path: ".imagePullSecrets",
          }),
        ),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "serviceaccount", account.name, "-o", "jsonpath={.imagePullSecrets}"),
      fixes: attach(failed, secret, { how: `Secret ${secret} fits: ` }),
      rivals: [],
    };
  },
});
