import { kubectl } from "../fix/command.ts";
import { attach, fits } from "../fix/login.ts";
import {
  hasNoList,
  holdsLogin,
  isStatic,
  listRef,
  nothingHandedOver,
  said,
  templateAhead,
} from "../facts/listed.ts";
import { authFailures, claim, type Rule } from "../rule.ts";
import { unlessTemplateUnread } from "../facts/unread-rivals.ts";

/**
 * `secrets` of a ServiceAccount lists what its Pods may mount; admission copies `imagePullSecrets` only
 * (plugin/pkg/admission/serviceaccount/admission.go). `oc secrets link` without `--for=pull` writes the former.
 */
export const serviceAccountSecretsField: Rule = {
  id: "service-account-secrets-field",
  explains: authFailures,
  check: (failed) => {
    const { serviceAccount } = failed.evidence;
    if (isStatic(failed) || !hasNoList(failed) || !nothingHandedOver(failed)) return undefined;
    if (serviceAccount.state !== "found" || templateAhead(failed) !== undefined) return undefined;
    const account = serviceAccount.value;
    if (account.pullSecrets.some((name) => fits(failed, name))) return undefined;
    const secret = account.mountableSecrets.find((name) => fits(failed, name));
    if (secret === undefined) return undefined;
    return {
      confidence: "likely",
      summary: `ServiceAccount ${account.name} has ${secret} under secrets, which is for mounting; only imagePullSecrets reach a Pod's pulls.`,
      because: [
        claim("The Pod names no pull secret.", listRef(failed)),
        claim(`ServiceAccount ${account.name} names ${secret} under secrets.`, {
          ...serviceAccount.ref,
          path: ".secrets",
        }),
        holdsLogin(failed, secret),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "serviceaccount", account.name, "-o", "yaml"),
      fixes: attach(failed, secret, { how: `Give the Pod ${secret} for pulls: ` }),
      ...unlessTemplateUnread(failed),
    };
  },
};
