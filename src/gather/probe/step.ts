import type { ProbeChallenge, ProbeRate, ProbeStep } from "../../evidence/registry-probe.ts";
import { challengeErrors, realmPaths } from "../../evidence/registry-probe.ts";
import { defined } from "../../evidence/field.ts";
import { errorOf, tokenOf } from "./body.ts";
import { readChallenges } from "./challenge.ts";
import { classOf } from "./address.ts";
import type { HeldLogin } from "./held-login.ts";
import type { RegistryAnswer } from "./exchange.ts";
import type { Reply } from "./registries.ts";
import type { ShownWords } from "./shown-words.ts";

/** What the asking side knows of a step. */
export interface StepFacts extends Pick<ProbeStep, "by" | "method" | "target" | "host"> {
  readonly login?: HeldLogin;
  readonly scheme?: "basic" | "bearer";
}

/** The schemes that a runtime knows: the Bearer challenge's parameters, and whether Basic is offered. */
export function challengeOf({ answer }: Reply): {
  readonly bearer: ReadonlyMap<string, string> | undefined;
  readonly basic: boolean;
} {
  const challenges = readChallenges(answer?.headers.get("www-authenticate") ?? []);
  return {
    bearer: challenges.find(({ scheme, parameters }) => scheme === "bearer" && parameters.has("realm"))
      ?.parameters,
    basic: challenges.some(({ scheme }) => scheme === "basic"),
  };
}

/** An answer as everything behind the gate knows it. */
export function stepOf(
  facts: StepFacts,
  { answer, failure, redirectedTo }: Reply,
  words: ShownWords,
  repository: string,
): ProbeStep {
  const { by, method, target, host, login, scheme } = facts;
  const base = {
    by,
    method,
    target,
    host,
    ...defined({
      scheme,
      redirectedTo: redirectedTo === undefined ? undefined : words.show(redirectedTo),
      failure,
      login: login === undefined ? undefined : { secret: login.secret, registryKey: login.registryKey },
    }),
  };
  if (answer === undefined) return base;
  const bad = answer.status >= 400;
  const { code, message } = bad ? errorOf(answer) : {};
  return {
    ...base,
    status: answer.status,
    registry: isRegistry(answer),
    ...defined({
      challenge: answer.status === 401 ? challengeShown(answer, words) : undefined,
      code: code === undefined ? undefined : words.show(code),
      message: message === undefined ? undefined : words.show(message),
      rate: rateOf(answer, login !== undefined),
    }),
    ...(target === "token" || target === "login" ? tokenFacts(answer, repository, login) : {}),
  };
}

function tokenFacts(
  answer: RegistryAnswer,
  repository: string,
  login: HeldLogin | undefined,
): Partial<ProbeStep> {
  const token = answer.status < 300 ? tokenOf(answer, repository) : undefined;
  if (token?.granted === undefined) return {};
  const { granted, subject = "" } = token;
  const user = login?.username.trim().toLowerCase();
  const seenAs = /^(?:\(?anonymous\)?)?$/i.test(subject)
    ? "anonymous"
    : subject.trim().toLowerCase() === user
      ? "this-user"
      : "other";
  return { granted, seenAs };
}

/** The distribution specification's marks; a guest network's page has none of them. */
export function isRegistry({ status, headers }: RegistryAnswer): boolean {
  if (headers.has("docker-distribution-api-version") || headers.has("docker-content-digest")) return true;
  const [type = ""] = headers.get("content-type") ?? [];
  if (/^application\/(?:vnd\.(?:docker|oci)\.|json\b)/.test(type)) return true;
  return status === 401 && headers.has("www-authenticate");
}

function challengeShown(answer: RegistryAnswer, words: ShownWords): ProbeChallenge {
  const challenges = readChallenges(answer.headers.get("www-authenticate") ?? []);
  const bearer = challenges.find(({ scheme }) => scheme === "bearer")?.parameters;
  const realm = URL.parse(bearer?.get("realm") ?? "");
  const service = bearer?.get("service");
  return {
    schemes: [...new Set(challenges.map(({ scheme }) => scheme))],
    ...defined({
      realm: realm === null || realm === undefined ? undefined : words.show(realm.host),
      realmPath: realmPaths.find((path) => path === realm?.pathname),
      service: service === undefined ? undefined : words.show(service),
      anyScope: bearer?.get("scope") === "*" ? true : undefined,
      error: challengeErrors.find((error) => error === bearer?.get("error")),
    }),
  };
}

/** `100;w=21600`. Docker Hub names whom it counts for: an account by an id, everybody else by the address. */
function rateOf({ headers }: RegistryAnswer, loggedIn: boolean): ProbeRate | undefined {
  const read = (field: string): { count?: number; window?: number } => {
    const [, count, window] =
      /^(\d{1,9})?(?:;w=(\d{1,9}))?$/.exec(headers.get(field)?.[0]?.trim() ?? "") ?? [];
    return defined({
      count: count === undefined ? undefined : Number(count),
      window: window === undefined ? undefined : Number(window),
    });
  };
  const { count: remaining, window } = read("ratelimit-remaining");
  if (remaining === undefined) return undefined;
  const source = headers.get("docker-ratelimit-source")?.[0]?.trim();
  const counted =
    source === undefined ? "unknown" : isAddress(source) ? "address" : loggedIn ? "account" : "unknown";
  return { remaining, counted, ...defined({ limit: read("ratelimit-limit").count, window }) };
}

function isAddress(source: string): boolean {
  return /^[0-9a-f.:]+$/i.test(source) && (classOf(source) !== "local" || source.includes("."));
}
