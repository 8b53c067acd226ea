import type { ProbeLogin, ProbeStep, RegistryProbe } from "../../evidence/registry-probe.ts";
import { anonymousOf, attemptOf, isGood, isRefusal, isSame, type ProbeAttempt } from "./attempt.ts";
import { hides, isGitea } from "./habits.ts";
import { loginOf } from "./login-state.ts";
import {
  namesAbsent,
  namesOtherAccount,
  saysAddressRefused,
  saysDisabled,
  saysExpired,
  saysLocked,
  saysMayNotExist,
  saysProjectAbsent,
  saysRepositoryIsThere,
  saysRightOf,
} from "./words.ts";

/**
 * What a registry's answers, taken together, say of one image and the logins for it.
 * - `opens`: the manifest was got · `pulls-used-up`: and no pull is left for the account
 * - `right-or-repository`: the login is good, and the registry hides whether there is anything behind its refusal
 * - `repository-or-hidden`: not found, by a registry that may answer so instead of refusing
 * - `login-wanted`: nobody had a login · `everybody-refused`: the answer is the same whoever asks
 * - `unreached`, `not-asked`, `not-a-registry`: nothing about the image
 */
export type ProbeOutcome =
  | "opens"
  | "content-missing"
  | "content-refused"
  | "content-unreached"
  | "pulls-used-up"
  | "rate-limited"
  | "login-locked"
  | "server-error"
  | "login-refused"
  | "login-expired"
  | "right-missing"
  | "right-or-repository"
  | "repository-absent"
  | "repository-or-hidden"
  | "tag-absent"
  | "tag-or-repository"
  | "policy"
  | "address-refused"
  | "everybody-refused"
  | "login-wanted"
  | "unreached"
  | "not-a-registry"
  | "not-asked"
  | "undecided";

export interface ProbeReading {
  readonly outcome: ProbeOutcome;
  /** The login that it is about, where one was tried. */
  readonly login?: ProbeLogin;
  /** The steps that show it. */
  readonly shownBy: readonly ProbeStep[];
  /** Every login that was tried and not taken. */
  readonly refused: readonly ProbeLogin[];
  /** Without a login the image opens, beside a login that is refused. */
  readonly opensToAll: boolean;
}

type Said = Pick<ProbeReading, "outcome" | "shownBy">;

export function readProbeSteps(probe: RegistryProbe, repository: string): ProbeReading {
  const { steps } = probe;
  const logins = loginsOf(steps);
  const refused = logins.filter((login) => loginOf(steps, login) === "refused");
  const anonymous = anonymousOf(steps).manifest;
  const attempts = logins.length === 0 ? [undefined] : logins;
  const read = attempts.map((login) => ({ login, ...readAttempt(probe, login, repository) }));
  const [first] = read;
  const best = read.toSorted((a, b) => rank(a.outcome) - rank(b.outcome))[0] ?? first;
  const opensToAll = refused.length > 0 && isGood(anonymous);
  const { login, outcome, shownBy } = best ?? {
    login: undefined,
    outcome: "undecided" as const,
    shownBy: [],
  };
  return { outcome, shownBy, refused, opensToAll, ...(login === undefined ? {} : { login }) };
}

/** In the order of their attempts. */
function loginsOf(steps: readonly ProbeStep[]): readonly ProbeLogin[] {
  const found: ProbeLogin[] = [];
  for (const { login } of steps)
    if (login !== undefined && !found.some((one) => isSame(one, login))) found.push(login);
  return found;
}

/** Of several logins the one that got furthest tells most: what it was told holds for the others too. */
function rank(outcome: ProbeOutcome): number {
  if (outcome === "opens" || outcome.startsWith("content-") || outcome === "pulls-used-up") return 0;
  return outcome === "login-refused" || outcome === "login-expired" || outcome === "undecided" ? 2 : 1;
}

function readAttempt(probe: RegistryProbe, login: ProbeLogin | undefined, repository: string): Said {
  const { steps, stopped } = probe;
  const attempt = attemptOf(steps, login);
  const unasked = steps.find(({ target }) => target === "manifest");
  const last = attempt.manifest ?? attempt.token ?? unasked;
  if (last === undefined) return { outcome: stopped === undefined ? "undecided" : "not-asked", shownBy: [] };
  const shownBy = shownSteps(attempt, last);
  const say = (outcome: ProbeOutcome): Said => ({ outcome, shownBy });
  const broken = steps.find(({ by, failure }) => by === "node" && failure !== undefined);
  if (broken !== undefined && !isGood(last)) return { outcome: "unreached", shownBy: [broken] };
  if (isGood(attempt.manifest)) {
    const gone = steps.filter(({ target, status }) => contentTargets.has(target) && status === 404);
    return { outcome: opened(probe, attempt.manifest), shownBy: [...shownBy, ...gone] };
  }
  if (last.redirectedTo !== undefined && isRefusal(last)) return say("undecided");
  if (stopped !== undefined && (isGood(attempt.token) || last === unasked || attempt.token === undefined))
    return say("not-asked");
  return say(refusal(probe, attempt, last, login, repository));
}

/** What is cited: the answer that decides, and those it has to be read with. */
function shownSteps(
  { token, manifest, words, check, tags }: ProbeAttempt,
  last: ProbeStep,
): readonly ProbeStep[] {
  const found = [token, manifest, words, check, tags].filter((step) => step !== undefined);
  return found.length === 0 ? [last] : [...new Set(found)];
}

const contentTargets: ReadonlySet<ProbeStep["target"]> = new Set(["content", "config", "layer"]);

function opened({ steps, digest, stopped }: RegistryProbe, manifest: ProbeStep | undefined): ProbeOutcome {
  if (manifest?.registry === false && digest === undefined) return "not-a-registry";
  if (manifest?.rate?.remaining === 0 && manifest.rate.counted === "account") return "pulls-used-up";
  const config = steps.findLast(({ target }) => target === "config");
  if (steps.some(({ target, status }) => contentTargets.has(target) && status === 404))
    return "content-missing";
  if (config?.failure !== undefined || stopped !== undefined) return "content-unreached";
  return config === undefined || isGood(config) ? "opens" : "content-refused";
}

function refusal(
  probe: RegistryProbe,
  attempt: ProbeAttempt,
  last: ProbeStep,
  login: ProbeLogin | undefined,
  repository: string,
): ProbeOutcome {
  const { token, words, check, tags } = attempt;
  const { steps } = probe;
  const said = [words, check, last, token].filter((step) => step !== undefined && !isGood(step));
  const says = (one: (step: ProbeStep) => boolean): boolean =>
    said.some((step) => step !== undefined && one(step));
  if (says(saysLocked)) return "login-locked";
  if (last.status === 429 || says(({ status }) => status === 429)) return "rate-limited";
  if ((last.status ?? 0) >= 500) return "server-error";
  if (says(saysAddressRefused)) return "address-refused";
  if (last.status === 412 || says(saysDisabled)) return "policy";
  if (says((step) => saysProjectAbsent(step, repository))) return "repository-absent";
  if (last.status === 404) return absent(probe, attempt, login);
  if (says(saysExpired)) return "login-expired";
  if (login === undefined) return unasked(last, says);
  switch (loginOf(steps, login)) {
    case "refused":
      return "login-refused";
    case "good":
      return rightMissing(steps, said, tags, login);
    case "open":
      return everybodyIsRefused(steps, last) ? "everybody-refused" : "undecided";
  }
}

/** Nobody had a login for it. */
function unasked(last: ProbeStep, says: (one: (step: ProbeStep) => boolean) => boolean): ProbeOutcome {
  // A registry that wants a login asks for one by 401; a token server may say 403.
  if (last.status === 401 || (last.status === 403 && (last.target === "token" || last.scheme === "bearer")))
    return "login-wanted";
  return last.status === 403 && !says(saysRightOf) ? "everybody-refused" : "undecided";
}

/** The token server's bare 403 is not about this login. */
function everybodyIsRefused(steps: readonly ProbeStep[], last: ProbeStep): boolean {
  const everybody = attemptOf(steps, undefined).check;
  if (last.target === "token" && everybody?.status === 403 && last.status === 403) return true;
  // Refused before anybody was asked for a login.
  return last.target === "manifest" && last.scheme === undefined && last.status === 403;
}

function rightMissing(
  steps: readonly ProbeStep[],
  said: readonly (ProbeStep | undefined)[],
  tags: ProbeStep | undefined,
  login: ProbeLogin,
): ProbeOutcome {
  const says = (one: (step: ProbeStep) => boolean): boolean =>
    said.some((step) => step !== undefined && one(step));
  // Who may list the repository's tags may read it: a virtual repository of Artifactory says 403 of a tag that is not there.
  if (isGood(tags) && isSame(tags?.login, login)) return "tag-absent";
  if (says(saysRepositoryIsThere) || isGitea(steps)) return "right-missing";
  if (says(saysMayNotExist) || says(namesOtherAccount)) return "right-or-repository";
  if (says(saysRightOf)) return "right-missing";
  return hides(steps) ? "right-or-repository" : "right-missing";
}

function absent(
  { steps }: RegistryProbe,
  { words, tags, manifest }: ProbeAttempt,
  login: ProbeLogin | undefined,
): ProbeOutcome {
  const said = words ?? manifest;
  const named = said === undefined ? undefined : namesAbsent(said);
  if (named === "tag") return "tag-absent";
  if (named === "repository") return "repository-absent";
  if (isGood(tags)) return "tag-absent";
  if (hides(steps)) return "tag-absent";
  if (tags?.status !== 404) return "tag-or-repository";
  const listed = namesAbsent(tags);
  // Harbor's own code; Harbor and Gitea refuse with 401 what they will not show.
  if (listed === "repository" || tags.code === "NOT_FOUND" || isGitea(steps) || login === undefined)
    return "repository-absent";
  return "repository-or-hidden";
}
