import { kubectl } from "../fix/command.ts";
import { attach } from "../fix/login.ts";
import {
  copiedBefore,
  corrected,
  fittingOnAccount,
  isStatic,
  listRef,
  listWords,
  named,
  nothingHandedOver,
  said,
  templateAhead,
} from "../facts/listed.ts";
import { authFailures, claim, type Rule } from "../rule.ts";
import { unlessTemplateUnread } from "../facts/unread-rivals.ts";

/**
 * There is no merge: one entry on the Pod's own list keeps the whole list of the ServiceAccount from being copied
 * (plugin/pkg/admission/serviceaccount/admission.go, 1.26-1.36).
 */
export const serviceAccountListIgnored: Rule = {
  id: "service-account-list-ignored",
  explains: authFailures,
  check: (failed) => {
    const { serviceAccount, pod } = failed.evidence;
    if (isStatic(failed) || !nothingHandedOver(failed) || corrected(failed).length > 0) return undefined;
    if (named(failed).length === 0 || templateAhead(failed) !== undefined) return undefined;
    // A list that was itself copied from the ServiceAccount was not kept from being copied.
    if (failed.pull.listFrom === "service-account" || copiedBefore(failed)) return undefined;
    const [secret] = fittingOnAccount(failed);
    if (secret === undefined || serviceAccount.state !== "found") return undefined;
    return {
      confidence: "likely",
      summary: `The Pod's own list (${listWords(pod.pullSecrets.filter((n) => n !== ""))}) kept ServiceAccount ${serviceAccount.value.name}'s list from being copied; ${secret} on it holds a login for this image.`,
      because: [
        claim(`The Pod has a list of its own, and nothing on it fits the image.`, listRef(failed)),
        claim(
          `ServiceAccount ${serviceAccount.value.name} names ${secret}, which holds a login for the image.`,
          {
            ...serviceAccount.ref,
            path: ".imagePullSecrets",
          },
        ),
        said(failed),
      ],
      confirm: kubectl(
        failed,
        "get",
        "serviceaccount",
        serviceAccount.value.name,
        "-o",
        "jsonpath={.imagePullSecrets}",
      ),
      fixes: attach(failed, secret, { how: `Secret ${secret} fits: ` }),
      ...unlessTemplateUnread(failed),
    };
  },
};
