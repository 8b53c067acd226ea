import type { GivenLogin } from "../../pull/login.ts";
import type { CauseId } from "../causes.ts";
import { loginFaults } from "../claims/login-faults.ts";
import { mirrorClaims } from "../claims/mirror.ts";
import { hostOf, said, wereHandedOver } from "../facts/listed.ts";
import { foreignProject } from "../facts/openshift.ts";
import { mayHaveExpired } from "../facts/lifetime.ts";
import { mayBeUnknownLogin } from "../facts/same-answer.ts";
import { kubectlIn } from "../fix/command.ts";
import { giveLogin, giveShownLogin } from "../fix/login.ts";
import { introduced } from "../fix/introduced.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { claim, type FailedPull, type Fix } from "../rule.ts";
import { forNextAttempt } from "../fix/next-attempt.ts";
import { ailing, either, standing } from "../standing.ts";

/**
 * A login that is known and may not pull. Registries that hide private repositories answer the same where there is no
 * such repository; a 403 on the manifest request is also what an address filter and, at ECR, an expired login bring,
 * because containerd asks with HEAD and the registry's sentence is lost (2.2 and 1.7, measured).
 */
const unpermitted = standing({
  id: "credential-lacks-permission",
  explains: ["auth-denied-or-missing-repo", "forbidden"],
  at: "login-refused",
  word: (failed, { logins }) => {
    const [first] = logins;
    const faults = loginFaults(failed, logins);
    const shown = giveShownLogin(failed, { sameRepository: true });
    const host = hostOf(failed);
    const repository = failed.pull.reference.ok ? failed.pull.reference.repository : failed.pull.image.image;
    return {
      confidence: "likely",
      summary: `The login in Secret ${first.secret} may not pull ${repository} from ${host}${failed.failure.reading.kind === "forbidden" ? "" : ", or there is no such repository"}.`,
      because: [...wereHandedOver(failed, [first]), ...faults, ...mirrorClaims(failed), said(failed)],
      confirm: `Pull ${repository} with this login from outside the cluster, or list its tags: the registry's own sentence then tells permission, address and absence apart.`,
      fixes: [
        ...(faults.length > 0 ? replaceLogin(failed, first.secret, first.entry) : shown),
        { summary: `Whoever owns ${repository} at ${host} lets this login pull it.`, effect: "writes" },
        { summary: `Or correct the image, if ${repository} is not its name.`, effect: "writes" },
        ...(shown.length > 0 ? [] : giveOtherLogin(failed)),
      ],
      rivals: rivals(failed, first),
    };
  },
});

/** Beside the one that may not: it may open other repositories, of other containers and Pods. */
function giveOtherLogin(failed: FailedPull): readonly Fix[] {
  return giveLogin(failed).map((fix) => ({
    ...introduced("Or with a login that may:", fix),
    lasting: false,
  }));
}

function rivals(failed: FailedPull, login: GivenLogin): readonly CauseId[] {
  const refused: readonly CauseId[] = mayBeUnknownLogin(failed) ? ["credential-rejected"] : [];
  if (failed.failure.reading.kind !== "forbidden") return [...refused, "repository-not-found"];
  const expired: readonly CauseId[] = mayHaveExpired(failed, login) ? ["credential-expired"] : [];
  return [...refused, "forbidden", ...expired];
}

/**
 * OpenShift's own registry asks the cluster's RBAC for every project: a ServiceAccount may pull images of its own
 * project, and of others only with the role system:image-puller there. It refuses with 401, as it does a wrong login.
 */
const ofAnotherProject = ailing({
  id: "credential-lacks-permission",
  explains: [...unpermitted.explains, "auth-required", "credentials-rejected"],
  ails: "foreign-project",
  word: (failed, { login }) => {
    const project = foreignProject(failed);
    if (project === undefined) return undefined;
    const { namespace, serviceAccount } = failed.evidence.pod;
    const role = ["--clusterrole=system:image-puller", `--serviceaccount=${namespace}:${serviceAccount}`];
    const name = `pull-from-${namespace}`.slice(0, 63);
    return {
      confidence: "likely",
      summary: `The image is of project ${project}, and ServiceAccount ${serviceAccount} of ${namespace} may not pull there.`,
      because: [
        claim(`The image is in project ${project} of OpenShift's own registry.`, failed.pull.image.ref),
        ...wereHandedOver(failed, [login]),
        said(failed),
      ],
      confirm: kubectlIn(
        failed,
        project,
        "auth",
        "can-i",
        "get",
        "imagestreams.image.openshift.io/layers",
        `--as=system:serviceaccount:${namespace}:${serviceAccount}`,
      ),
      fixes: [
        ...forNextAttempt(failed, {
          summary: `Let ServiceAccount ${serviceAccount} pull images of project ${project}`,
          takenUp: "the next attempt, within five minutes, may",
          command: kubectlIn(failed, project, "create", "rolebinding", name, ...role),
          lasting: true,
        }),
      ],
      rivals: failed.failure.reading.kind === "forbidden" ? ["forbidden"] : ["credential-rejected"],
    };
  },
});

export const credentialLacksPermission = either(ofAnotherProject, unpermitted);
