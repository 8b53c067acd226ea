import { kubectl } from "./fix/command.ts";
import { fits } from "./fix/login.ts";
import { remake, remakeWords } from "./fix/workload.ts";
import {
  cannotTell,
  hasNoList,
  isStatic,
  listRef,
  listWords,
  nothingHandedOver,
  said,
  templateAhead,
} from "./listed.ts";
import { later } from "../pull/login.ts";
import { unseen } from "./unread.ts";
import { authFailures, claim, likelyUnless, type Rule } from "./rule.ts";
import { unlessTemplateUnread } from "./unread-rivals.ts";

/**
 * The ServiceAccount's list is copied into a Pod once, at creation. A Pod without a list whose ServiceAccount has one
 * is therefore older than the list (or was created while the API server's cache still had the old ServiceAccount).
 */
export const serviceAccountChangedLater: Rule = {
  id: "service-account-changed-later",
  explains: authFailures,
  check: (failed) => {
    const { serviceAccount, pod } = failed.evidence;
    if (isStatic(failed) || !hasNoList(failed) || !nothingHandedOver(failed)) return undefined;
    if (serviceAccount.state !== "found" || templateAhead(failed) !== undefined) return undefined;
    const account = serviceAccount.value;
    const names = account.pullSecrets.filter((name) => name !== "");
    // A list that is known to hold nothing for this image is not what keeps the Pod from pulling.
    const useful = names.filter((name) => fits(failed, name) || cannotTell(failed, name));
    if (useful.length === 0) return undefined;
    const listed = { ...serviceAccount.ref, path: ".imagePullSecrets" };
    const again = remake(failed, false);
    return likelyUnless(unseen(failed, useful), {
      summary: `ServiceAccount ${account.name} names ${listWords(useful)} now; this Pod was created before and has no pull secret.`,
      because: [
        claim("The Pod names no pull secret.", listRef(failed)),
        claim(
          later(account.listChangedAt, pod.createdAt)
            ? `ServiceAccount ${account.name} names ${listWords(useful)}, written after the Pod was created.`
            : `ServiceAccount ${account.name} names ${listWords(useful)}; a Pod created since would have copied it.`,
          listed,
          pod.ref,
        ),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "serviceaccount", account.name, "-o", "yaml", "--show-managed-fields"),
      fixes: [
        again === undefined
          ? { summary: "Create the Pod anew; admission then copies the list.", effect: "replaces-pod" }
          : {
              summary: `Have the Pod made anew, so that admission copies the list: ${remakeWords(failed)}.`,
              command: again,
              effect: "replaces-pod",
              lasting: true,
            },
      ],
      ...unlessTemplateUnread(failed),
    });
  },
};
