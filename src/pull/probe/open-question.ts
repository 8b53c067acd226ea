import type { ProbeLogin, ProbeStep } from "../../evidence/registry-probe.ts";
import { anonymousOf, attemptOf, isRefusal, type ProbeAttempt } from "./attempt.ts";
import { hides } from "./habits.ts";
import { loginOf } from "./login-state.ts";
import {
  namesAbsent,
  saysAddressRefused,
  saysDisabled,
  saysExpired,
  saysLocked,
  saysLoginWrong,
  saysProjectAbsent,
  saysRightOf,
} from "./words.ts";

/**
 * - `words`: the manifest by GET, for the sentence that a HEAD has not · `tags`: whether the repository is there
 * - `login`: the login alone · `everybody`: the token server without a login and a repository, whether it refuses all
 * - `anonymous`: the image without a login
 */
export type OpenQuestion = "words" | "tags" | "login" | "everybody" | "anonymous";

/** What the answers so far leave open about an attempt that failed, and one request closes. Each is asked once. */
export function openQuestion(
  steps: readonly ProbeStep[],
  login: ProbeLogin | undefined,
  repository: string,
): OpenQuestion | undefined {
  const attempt = attemptOf(steps, login);
  const last = attempt.manifest ?? attempt.token;
  if (last === undefined || last.failure !== undefined || (last.status ?? 500) >= 500 || last.status === 429)
    return undefined;
  const about = login === undefined ? undefined : aboutLogin(steps, attempt, login);
  if (about !== undefined) return about;
  return attempt.manifest === undefined ? undefined : aboutManifest(steps, attempt, login, repository);
}

/** Whether the login is taken, where the answer leaves it open, and whether the image would open without it. */
function aboutLogin(
  steps: readonly ProbeStep[],
  attempt: ProbeAttempt,
  login: ProbeLogin,
): OpenQuestion | undefined {
  const { token, manifest, check, words } = attempt;
  const bearer = token !== undefined;
  if (loginOf(steps, login) === "refused")
    return bearer && anonymousOf(steps).token === undefined ? "anonymous" : undefined;
  if (check !== undefined || loginOf(steps, login) === "good") return undefined;
  if (bearer && manifest === undefined) {
    if (!isRefusal(token) || says(token)) return undefined;
    const everybody = attemptOf(steps, undefined).check;
    const wordless = token.status === 403 && token.message === undefined && token.code === undefined;
    if (wordless && everybody === undefined) return "everybody";
    return wordless && everybody?.status === 403 ? undefined : "login";
  }
  if (!isRefusal(manifest)) return undefined;
  // A token is no login any more: words come first, and may say it all.
  if (bearer && words === undefined) return "words";
  return says(words ?? manifest) ? undefined : "login";
}

/** The sentence says more than that something is missing. */
function says(step: ProbeStep | undefined): boolean {
  if (step === undefined) return false;
  return [saysRightOf, saysAddressRefused, saysLocked, saysDisabled, saysExpired, saysLoginWrong].some(
    (one) => one(step),
  );
}

function aboutManifest(
  steps: readonly ProbeStep[],
  attempt: ProbeAttempt,
  login: ProbeLogin | undefined,
  repository: string,
): OpenQuestion | undefined {
  const { manifest, words, tags, token } = attempt;
  if (isRefusal(manifest)) {
    const known = login !== undefined && loginOf(steps, login) === "good";
    // A refused password is not sent once more for its words.
    if (words === undefined)
      return known || (login === undefined && token !== undefined) ? "words" : undefined;
    const telling = says(words) || saysProjectAbsent(words, repository);
    return known && words.status === 403 && !telling && tags === undefined && !hides(steps)
      ? "tags"
      : undefined;
  }
  if ((manifest?.status ?? 0) < 400) return undefined;
  if (words === undefined) return "words";
  return needsTags(steps) ? "tags" : undefined;
}

/** Nothing is found, and neither code nor habit tells whether it is the tag or the repository. */
export function needsTags(steps: readonly ProbeStep[]): boolean {
  const words = steps.findLast(({ target, method }) => target === "manifest" && method === "GET");
  if (words?.status !== 404 || namesAbsent(words) !== undefined) return false;
  return !steps.some(({ target }) => target === "tags") && !hides(steps);
}
