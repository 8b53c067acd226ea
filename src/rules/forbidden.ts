import { hostOf, listRef, nothingHandedOver, said } from "./listed.ts";
import { claim, likelyUnless, type Rule } from "./rule.ts";

/**
 * A 403 that is no answer to a login: nothing was handed over, or the request was refused before anybody could have
 * logged in. Registries say so to addresses and to anonymous callers alike.
 */
export const forbidden: Rule = {
  id: "forbidden",
  explains: ["forbidden"],
  check: (failed) => {
    const { reading } = failed.failure;
    const host = hostOf(failed);
    const before = failed.pull.sent === "anonymous" && !nothingHandedOver(failed);
    if (!before && !nothingHandedOver(failed)) return undefined;
    const assuming = before
      ? undefined
      : ([claim("The registry would refuse a login from this address too.", failed.failure.ref)] as const);
    return likelyUnless(assuming, {
      summary: before
        ? `${host} refuses the node with 403 before any login: its address or a policy, not the pull secret.`
        : `${host} answers 403 to a request without a login.`,
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
      rivals: before ? [] : ["no-pull-secret"],
    });
  },
};
