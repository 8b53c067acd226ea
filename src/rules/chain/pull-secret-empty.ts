import { namingOf, said, writtenBy } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { authFailures, claim } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * A `.dockerconfigjson` whose registries stand at the top, without `auths` around them, is valid JSON with zero
 * entries: the API server does not look inside, and the kubelet says nothing (pkg/credentialprovider/config.go).
 */
export const pullSecretEmpty = standing({
  id: "pull-secret-empty",
  explains: authFailures,
  at: "empty",
  word: (failed, { secret, payload }) => {
    const loose = payload.looseRegistries;
    const helper = payload.credsStore || payload.credHelpers.length > 0;
    return {
      confidence: "likely",
      summary: `Secret ${secret.name} is valid and holds no registry entries${loose.length > 0 ? ": they stand outside `auths`" : ""}.`,
      because: [
        namingOf(failed, secret),
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
      rivals: [],
    };
  },
});
