import { holdsLogin, listRef, said } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { attach } from "../fix/login.ts";
import { authFailures, claim, inSummary } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * `secrets` of a ServiceAccount lists what its Pods may mount; admission copies `imagePullSecrets` only
 * (plugin/pkg/admission/serviceaccount/admission.go). `oc secrets link` without `--for=pull` writes the former.
 */
export const serviceAccountSecretsField = standing({
  id: "service-account-secrets-field",
  explains: authFailures,
  at: "account-mounts-only",
  word: (failed, { account, secret }) => {
    return {
      confidence: "likely",
      summary: `ServiceAccount ${account.name} has ${secret} under secrets, which is for mounting; only imagePullSecrets reach a Pod's pulls.`,
      because: [
        claim("The Pod names no pull secret.", listRef(failed)),
        inSummary(
          claim(`ServiceAccount ${account.name} names ${secret} under secrets.`, {
            ...account.ref,
            path: ".secrets",
          }),
        ),
        holdsLogin(failed, secret),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "serviceaccount", account.name, "-o", "yaml"),
      fixes: attach(failed, secret, { how: `Give the Pod ${secret} for pulls: ` }),
      rivals: [],
    };
  },
});
