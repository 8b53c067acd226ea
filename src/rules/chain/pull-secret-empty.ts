import { kubectl } from "../fix/command.ts";
import { replaceLogin } from "../fix/login.ts";
import {
  corrected,
  empty,
  fittingOnAccount,
  ignored,
  isStatic,
  listRef,
  missing,
  nothingHandedOver,
  said,
  templateAhead,
  writtenBy,
} from "../facts/listed.ts";
import { authFailures, claim, type Rule } from "../rule.ts";
import { unlessUnread } from "../facts/unread-rivals.ts";

/**
 * A `.dockerconfigjson` whose registries stand at the top, without `auths` around them, is valid JSON with zero
 * entries: the API server does not look inside, and the kubelet says nothing (pkg/credentialprovider/config.go).
 */
export const pullSecretEmpty: Rule = {
  id: "pull-secret-empty",
  explains: authFailures,
  check: (failed) => {
    if (isStatic(failed) || !nothingHandedOver(failed) || corrected(failed).length > 0) return undefined;
    if (templateAhead(failed) !== undefined || missing(failed).length > 0 || ignored(failed).length > 0)
      return undefined;
    if (fittingOnAccount(failed).length > 0 && failed.pull.listFrom !== "service-account") return undefined;
    const [secret] = empty(failed);
    if (secret === undefined || secret.observed.state !== "found") return undefined;
    const { payload } = secret.observed.value;
    const loose = payload.state === "entries" ? payload.looseRegistries : [];
    const helper = payload.state === "entries" && (payload.credsStore || payload.credHelpers.length > 0);
    return {
      confidence: "likely",
      summary: `Secret ${secret.name} is valid and holds no registry entries${loose.length > 0 ? ": they stand outside `auths`" : ""}.`,
      because: [
        claim(`imagePullSecrets names ${secret.name}.`, listRef(failed, secret.position)),
        claim(
          loose.length > 0
            ? `${loose.join(", ")} ${loose.length === 1 ? "stands" : "stand"} where the kubelet does not look.`
            : helper
              ? "It names a credential helper, which the kubelet never runs."
              : "Its list of registries is empty.",
          secret.observed.ref,
        ),
        ...writtenBy(failed, secret.name),
        said(failed),
      ],
      confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
      fixes: replaceLogin(failed, secret.name, undefined),
      ...unlessUnread(failed),
    };
  },
};
