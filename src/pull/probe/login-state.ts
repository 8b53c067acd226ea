import type { ProbeLogin, ProbeStep } from "../../evidence/registry-probe.ts";
import { attemptOf, isGood, isRefusal } from "./attempt.ts";
import { saysExpired, saysLocked, saysLoginWrong, saysRightOf } from "./words.ts";

/**
 * What the registry makes of a login, apart from the repository. A token that was given for a repository proves nothing: Harbor gives one to a wrong
 * password too, unless it names the user.
 */
export type LoginState = "good" | "refused" | "open";

export function loginOf(steps: readonly ProbeStep[], login: ProbeLogin): LoginState {
  const { token, manifest, check, words } = attemptOf(steps, login);
  const all = [token, manifest, words, check].filter((step) => step !== undefined);
  if (all.some((step) => !isGood(step) && (saysLoginWrong(step) || saysExpired(step)) && !saysLocked(step)))
    return "refused";
  if (isGood(check)) return check?.seenAs === "anonymous" ? "open" : "good";
  if (isGood(manifest) || token?.seenAs === "this-user" || all.some(saysRightOf)) return "good";
  if (isRefusal(check)) return "refused";
  // What is not found was looked for: a wrong password is asked again by 401.
  if (manifest?.scheme === "basic" && manifest.status === 404) return "good";
  return "open";
}
