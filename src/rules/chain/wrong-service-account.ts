import { kubectl } from "../fix/command.ts";
import { attach, fits } from "../fix/login.ts";
import {
  cannotTell,
  hasNoList,
  holdsLogin,
  isStatic,
  nothingHandedOver,
  said,
  templateAhead,
} from "../facts/listed.ts";
import { authFailures, claim, type Rule } from "../rule.ts";
import { unlessTemplateUnread } from "../facts/unread-rivals.ts";

/** Pods run as `default` unless their spec says otherwise; another ServiceAccount's list is never looked at. */
export const wrongServiceAccount: Rule = {
  id: "wrong-service-account",
  explains: authFailures,
  check: (failed) => {
    const { serviceAccount, otherServiceAccounts, pod } = failed.evidence;
    if (isStatic(failed) || !hasNoList(failed) || !nothingHandedOver(failed)) return undefined;
    if (templateAhead(failed) !== undefined) return undefined;
    if (serviceAccount.state !== "found") return undefined;
    const own = serviceAccount.value;
    if (own.pullSecrets.some((name) => name !== "" && (fits(failed, name) || cannotTell(failed, name))))
      return undefined;
    if (own.mountableSecrets.some((name) => fits(failed, name))) return undefined;
    const found = otherServiceAccounts
      .map((account) => ({ account, secret: account.pullSecrets.find((name) => fits(failed, name)) }))
      .find(({ secret }) => secret !== undefined);
    if (found?.secret === undefined) return undefined;
    const { account, secret } = found;
    return {
      confidence: "likely",
      summary: `The Pod runs as ServiceAccount ${pod.serviceAccount}; ${secret}, which holds a login for this image, hangs on ${account.name}.`,
      because: [
        claim(
          `The Pod's ServiceAccount is ${pod.serviceAccount}, and it names no pull secret for this image.`,
          { ...pod.ref, path: ".spec.serviceAccountName" },
          serviceAccount.ref,
        ),
        claim(`ServiceAccount ${account.name} names ${secret}.`, {
          ...account.ref,
          path: ".imagePullSecrets",
        }),
        holdsLogin(failed, secret),
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
      ...unlessTemplateUnread(failed),
    };
  },
};
