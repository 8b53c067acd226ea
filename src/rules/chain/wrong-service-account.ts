import { holdsLogin, said } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { attach } from "../fix/login.ts";
import { authFailures, claim, inSummary } from "../rule.ts";
import { standing } from "../standing.ts";

/** Pods run as `default` unless their spec says otherwise; another ServiceAccount's list is never looked at. */
export const wrongServiceAccount = standing({
  id: "wrong-service-account",
  explains: authFailures,
  at: "other-account",
  word: (failed, { account, secret }) => {
    const { serviceAccount, pod } = failed.evidence;
    return {
      confidence: "likely",
      summary: `The Pod runs as ServiceAccount ${pod.serviceAccount}; ${secret}, which holds a login for this image, hangs on ${account.name}.`,
      because: [
        claim(
          `The Pod's ServiceAccount is ${pod.serviceAccount}, and it names no pull secret for this image.`,
          { ...pod.ref, path: ".spec.serviceAccountName" },
          serviceAccount.ref,
        ),
        inSummary(
          claim(`ServiceAccount ${account.name} names ${secret}.`, {
            ...account.ref,
            path: ".imagePullSecrets",
          }),
        ),
        inSummary(holdsLogin(failed, secret)),
        said(failed),
      ],
      confirm: kubectl(
        failed,
        "get",
        "serviceaccounts",
        "-o",
        "custom-columns=NAME:.metadata.name,PULL:.imagePullSecrets[*].name",
      ),
      fixes: attach(failed, secret, { how: `Give the Pod ${secret}: ` }),
      rivals: [],
    };
  },
});
