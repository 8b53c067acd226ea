import type { CauseId } from "./causes.ts";
import { hostOf, refOf, said } from "./listed.ts";
import { immutableStale } from "./immutable-secret-stale.ts";
import { expiredAt, refusedLogins } from "./refused.ts";
import { claim, type FailedPull, type Rule } from "./rule.ts";

/**
 * A login that is known and may not pull. Registries that hide private repositories answer the same where there is no
 * such repository; a 403 on the manifest request is also what an address filter and, at ECR, an expired login bring,
 * because containerd asks with HEAD and the registry's sentence is lost (2.2 and 1.7, measured).
 */
export const credentialLacksPermission: Rule = {
  id: "credential-lacks-permission",
  explains: ["auth-denied-or-missing-repo", "forbidden"],
  check: (failed) => {
    const logins = refusedLogins(failed);
    if (logins === undefined || immutableStale(failed) !== undefined) return undefined;
    if (logins.some((login) => expiredAt(failed, login) !== undefined)) return undefined;
    const [first] = logins;
    const host = hostOf(failed);
    const repository = failed.pull.reference.ok ? failed.pull.reference.repository : failed.pull.image.image;
    return {
      confidence: "likely",
      summary: `The login in Secret ${first.secret} may not pull ${repository} from ${host}${failed.failure.reading.kind === "forbidden" ? "" : ", or there is no such repository"}.`,
      because: [
        claim(
          `The entry ${first.entry.registryKey} in ${first.secret} matches and was handed to the runtime.`,
          refOf(failed, first),
        ),
        said(failed),
      ],
      confirm: `Pull ${repository} with this login from outside the cluster, or list its tags: the registry's own sentence then tells permission, address and absence apart.`,
      fixes: [
        { summary: `Whoever owns ${repository} at ${host} lets this login pull it.`, effect: "writes" },
        { summary: `Or correct the image, if ${repository} is not its name.`, effect: "writes" },
      ],
      rivals: rivals(failed),
    };
  },
};

function rivals(failed: FailedPull): readonly CauseId[] {
  return failed.failure.reading.kind === "forbidden" ? ["forbidden"] : ["repository-not-found"];
}
