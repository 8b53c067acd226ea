import { kubectl } from "../fix/command.ts";
import { attach, fittingSecrets, giveLogin } from "../fix/login.ts";
import { isStatic, listRef, named, nothingHandedOver, said, templateAhead } from "../facts/listed.ts";
import { authFailures, claim, type Rule } from "../rule.ts";
import { unlessTemplateUnread } from "../facts/unread-rivals.ts";

/**
 * `imagePullSecrets: [{}]`, as a template value that rendered empty leaves it, counts as a list: the ServiceAccount's
 * is not copied, and the kubelet skips the entry without an event (pkg/kubelet/kubelet_pods.go, 1.26-1.36).
 */
export const pullSecretNameEmpty: Rule = {
  id: "pull-secret-name-empty",
  explains: authFailures,
  check: (failed) => {
    const { pod, serviceAccount } = failed.evidence;
    if (isStatic(failed) || !nothingHandedOver(failed) || templateAhead(failed) !== undefined)
      return undefined;
    if (pod.pullSecrets.length === 0 || named(failed).length > 0) return undefined;
    const account = serviceAccount.state === "found" ? serviceAccount.value : undefined;
    const names = account?.pullSecrets.filter((name) => name !== "") ?? [];
    const copied =
      names.length > 0
        ? `so ServiceAccount ${pod.serviceAccount}'s list (${names.join(", ")}) was not copied`
        : "so nothing was copied from the ServiceAccount and no Secret was read";
    const [existing] = fittingSecrets(failed);
    return {
      confidence: "likely",
      summary: `imagePullSecrets holds an entry without a name, ${copied}.`,
      because: [
        claim("The Pod's list has only entries without a name; the kubelet skips them.", listRef(failed, 0)),
        ...(names.length > 0
          ? [
              claim(`ServiceAccount ${pod.serviceAccount} names ${names.join(", ")}.`, {
                ...serviceAccount.ref,
                path: ".imagePullSecrets",
              }),
            ]
          : []),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "pod", pod.name, "-o", "jsonpath={.spec.imagePullSecrets}"),
      fixes:
        existing === undefined
          ? giveLogin(failed)
          : attach(failed, existing, { how: `Secret ${existing} fits: ` }),
      ...unlessTemplateUnread(failed),
    };
  },
};
