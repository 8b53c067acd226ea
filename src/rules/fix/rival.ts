import type { CauseId } from "../causes.ts";
import { cannotTell } from "../facts/fits.ts";
import { mirrorFailure } from "../facts/mirror.ts";
import type { FailedPull, Fix } from "../rule.ts";
import { attach, giveLogin } from "./login.ts";
import { replaceLogin } from "./replacement.ts";
import { undo } from "./undo.ts";

/**
 * What heals a cause that only its name stands for: no rule found it, and the evidence allows it all the same. Only what
 * can be written with what is known.
 */
export function fixesOfRival(failed: FailedPull, id: CauseId): readonly Fix[] {
  switch (id) {
    // Where the name may be wrong, what ran under another is a way back.
    case "repository-not-found":
      return undo(failed);
    case "credential-rejected":
    case "credential-expired":
    case "credential-whitespace":
    case "login-locked":
      return anew(failed);
    // What a mirror asks for does not come from the Pod.
    case "node-credential-failed":
      return mirrorFailure(failed) === undefined ? giveLogin(failed) : [];
    case "no-pull-secret":
      return giveLogin(failed);
    case "service-account-list-ignored":
      return ofAccount(failed);
    default:
      return [];
  }
}

/** A login that was handed over, written anew; without a new Pod, which would only try sooner. */
function anew(failed: FailedPull): readonly Fix[] {
  const { given } = failed.pull;
  const [first] = given.state === "logins" ? given.logins : [];
  if (first === undefined) return [];
  return replaceLogin(failed, first.secret, first.entry).filter(
    ({ effect, lists }) => effect !== "replaces-pod" || lists !== undefined,
  );
}

/** What the ServiceAccount names and could not be read may fit: beside the Pod's own it takes nothing away. */
function ofAccount(failed: FailedPull): readonly Fix[] {
  const { serviceAccount, pod } = failed.evidence;
  if (serviceAccount.state !== "found") return [];
  const name = serviceAccount.value.pullSecrets.find(
    (one) => one !== "" && !pod.pullSecrets.includes(one) && cannotTell(failed, one),
  );
  return name === undefined ? [] : attach(failed, name, { how: `Give the Pod ${name}: ` });
}
