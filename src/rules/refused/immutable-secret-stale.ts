import { secretOf } from "../../evidence/evidence.ts";
import { later } from "../../pull/time.ts";
import type { GivenLogin } from "../../pull/login.ts";
import { alwaysRetrieved } from "../../pull/not-retrieved.ts";
import { kubectl } from "../fix/command.ts";
import { attach, unusedName } from "../fix/login.ts";
import { copySecret } from "../fix/secret.ts";
import { handedOver, isStatic, said } from "../facts/listed.ts";
import { authFailures, claim, type FailedPull, type Rule } from "../rule.ts";

/**
 * Once the kubelet has read an object with `immutable: true` it stops watching it, and starts again only when no Pod on
 * the node refers to that name any more (pkg/kubelet/util/manager/watch_based_manager.go, 1.26-1.36). A Secret that was
 * deleted and made anew under the same name keeps its old content on that node.
 */
export function immutableStale(failed: FailedPull): GivenLogin | undefined {
  if (isStatic(failed)) return undefined;
  return (handedOver(failed) ?? []).find((login) => {
    const listed = failed.pull.listed.find((secret) => secret.name === login.secret);
    if (listed?.observed.state !== "found" || !listed.observed.value.immutable) return false;
    const made = listed.observed.value.creationTimestamp;
    // Without the kubelet's event that it was not there, the Pod began with an earlier Secret of this name.
    return later(made, failed.evidence.pod.createdAt) && alwaysRetrieved(failed.evidence, login.secret);
  });
}

export const immutableSecretStale: Rule = {
  id: "immutable-secret-stale",
  explains: authFailures,
  check: (failed) => {
    const login = immutableStale(failed);
    if (login === undefined || failed.pull.sent === "anonymous") return undefined;
    const { secret } = login;
    const { pod } = failed.evidence;
    const { ref } = secretOf(failed.evidence, secret);
    return {
      confidence: "likely",
      summary: `Immutable Secret ${secret} was replaced after this Pod had begun; the kubelet still uses what it read first.`,
      because: [
        claim(
          `Secret ${secret} is immutable, and younger than the Pod.`,
          { ...ref, path: ".immutable" },
          pod.ref,
        ),
        claim(
          "The kubelet never said that it could not retrieve it, so there was one of that name before.",
          pod.ref,
        ),
        said(failed),
      ],
      confirm: kubectl(
        failed,
        "get",
        "secret",
        secret,
        "-o",
        "jsonpath={.immutable} {.metadata.creationTimestamp}",
      ),
      fixes: underNewName(failed, secret),
      rivals: [],
    };
  },
};

/** A new name is read afresh, whichever other Pods of the node still refer to the old one. */
function underNewName(failed: FailedPull, secret: string): ReturnType<typeof attach> {
  const name = unusedName(failed, secret);
  const { namespace } = failed.evidence.pod;
  return attach(failed, name, {
    first: copySecret(failed, { namespace, name: secret }, { namespace, name }),
    how: `Copy it under a new name, which the node reads afresh (${name}), `,
    without: [secret],
  });
}
