import { hasNoList, hostOf, listRef, nothingHandedOver, said } from "../facts/listed.ts";
import { claim, type FailedPull, type Finding, type Rule } from "../rule.ts";

/**
 * A 403 that is no answer to a login: nothing was handed over, or the request was refused before anybody could have
 * logged in. A registry that wants a login asks for one with 401, so this is a policy or the node's address more often
 * than a lacking login; some registries (Artifactory, Nexus) do answer anonymous callers so.
 */
export const forbidden: Rule = {
  id: "forbidden",
  explains: ["forbidden"],
  check: (failed) => {
    const { reading } = failed.failure;
    const host = hostOf(failed);
    const before = failed.pull.sent === "anonymous" && !nothingHandedOver(failed);
    if (!before && !nothingHandedOver(failed)) return undefined;
    return {
      confidence: "likely",
      summary: before
        ? `${host} refuses the node with 403 before any login: its address or a policy, not the pull secret.`
        : `${host} answers 403 to a request without a login, and asked for none: the node's address or a policy, or a repository that is closed to anonymous callers.`,
      because: [
        said(failed),
        claim(
          nothingHandedOver(failed)
            ? "The kubelet handed no login to the runtime."
            : "A login was at hand and had no part in it.",
          listRef(failed),
        ),
      ],
      confirm: `Send the same request from the node with curl and read the registry's sentence${reading.host === undefined ? "" : ` (${reading.host})`}.`,
      fixes: [
        {
          summary: `Whoever runs ${host} allows the node's address, or says which policy refused it.`,
          effect: "writes",
        },
      ],
      rivals: before ? [] : [hasNoList(failed) ? "no-pull-secret" : "registry-key-mismatch"],
    };
  },
};

/**
 * Of the causes by which nothing was handed over: on a 403 they rest on the registry wanting a login that it did not
 * ask for.
 */
export function unlessRefusedUnasked(rule: Rule): Rule {
  const check = (failed: FailedPull): Finding | undefined => {
    const finding = rule.check(failed);
    if (finding === undefined || finding.confidence === "possible") return finding;
    if (failed.failure.reading.kind !== "forbidden" || !nothingHandedOver(failed)) return finding;
    return {
      ...finding,
      confidence: "possible",
      assuming: [
        claim(
          `${hostOf(failed)} answers 403 where other registries ask for a login with 401.`,
          failed.failure.ref,
        ),
      ],
    };
  };
  return { ...rule, check };
}
