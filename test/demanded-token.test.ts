import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { leadingOf } from "../src/verdict.ts";

/** Registries that refuse an account's password, and say what they want in its place. */

const cases = await readCases();

const answer = "401 Unauthorized";
const manifest =
  "unexpected status from HEAD request to https://registry.example/v2/team-a/api/manifests/1.0";
const token =
  "failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://registry.example/token";
const wanted = "personal access token in place of the account's password";

function summaryOf(said: string, { asked = token, passwordKind = "other" } = {}): string {
  const folder = cases.find(({ name }) => name === "credential-rejected/password-wrong");
  const text = JSON.stringify(folder?.objects)
    .replaceAll(`${manifest}: ${answer}`, `${asked}: ${answer}: unauthorized: ${said}`)
    .replaceAll('\\"passwordKind\\":\\"other\\"', `\\"passwordKind\\":\\"${passwordKind}\\"`);
  if (!text.includes(said) || !text.includes(passwordKind)) throw new Error("the case has other words");
  const [verdict] = diagnose(indexObjects(JSON.parse(text) as Json[])).map((one) => one.verdict);
  const leading = verdict === undefined ? undefined : leadingOf(verdict);
  expect(leading?.id).toBe("credential-rejected");
  return leading?.finding.summary ?? "";
}

describe("a personal access token", () => {
  test.each([
    "please use personal access token to login when SSO is enforced",
    "your account must log in with a Personal Access Token (PAT) - learn more at docs.docker.com",
    "HTTP Basic: Access denied. You must use a personal access token",
    "two factors are on; log in using a personal access token instead of your password",
  ])("is wanted where the registry demands it: %s", (said) => {
    expect(summaryOf(said)).toContain(wanted);
  });

  test.each([
    "personal access token has been revoked",
    "invalid personal access token",
    "your personal access token lacks the scope read:packages",
    "you are using a personal access token without the scope read:packages",
    "please use a personal access token with the scope read:packages",
    "you cannot log in with a password, and must not use a personal access token",
    "please use a personal access token or a deploy token",
    "HTTP Basic: Access denied. The provided password or token is incorrect or your account has 2FA enabled and you must use a personal access token instead of a password.",
  ])("is not wanted where the registry only speaks of one: %s", (said) => {
    expect(summaryOf(said)).not.toContain(wanted);
  });

  test.each([
    ["please authenticate with a classic personal access token", "a classic personal access token"],
    ["authenticate with an API key, not with your password", "an API key"],
    ["your organization requires an app password for this", "an app password"],
    ["users must log in with an identity token", "an identity token"],
    ["you need to use a robot account", "a robot account"],
    ["please sign in with a token", "a token"],
    ["pulling requires a service account", "a service account"],
    ["please authenticate using Organization Access Tokens", "an organization access token"],
    ["users must use a service account key", "a service account key"],
  ])("is not the only kind of login that is demanded: %s", (said, kind) => {
    expect(summaryOf(said)).toContain(`and wants ${kind} in place of `);
  });

  test.each([
    "please log in with a valid access token",
    "you must use a different account",
    "please use your password",
    "please authenticate with the correct API key",
    "failed to authenticate with a personal access token",
    "unable to log in with access token",
    "could not authenticate with an API key",
    "authenticate with an API key failed",
    "the repository requires an account",
    "you must use an API key or an app password",
    "please use a longer password",
    "incorrect username or password. Pulling requires an active account",
    "pulling requires a paid account",
    "please log in with a verified account",
    "please use the service desk account",
    "authenticate with a decoded key",
    "please use an unexpired access token",
    "please use your account password",
    "please use your corporate password",
    "your account must be active; tokens must not be shared",
  ])("or another kind is not demanded by what only speaks of one: %s", (said) => {
    expect(summaryOf(said)).not.toContain(" and wants ");
  });

  test.each(["ghp_", "glpat-", "dckr_pat_", "jwt"])("is not wanted in place of a %s", (passwordKind) => {
    expect(summaryOf("please use personal access token to login", { passwordKind })).not.toContain(wanted);
  });

  test("is spoken of in a sentence with one colon where a good login is told the same", () => {
    const summary = summaryOf("please use personal access token to login", { asked: manifest });
    expect(summary).toContain(`${wanted}, or does not let it pull`);
    expect(summary.split(": ")).toHaveLength(2);
  });
});
