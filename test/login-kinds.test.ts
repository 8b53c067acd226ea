import { describe, expect, test } from "vitest";
import type { PasswordKind, UserKind } from "../src/evidence/gate/login-kind.ts";
import { whyNotTaken } from "../src/rules/facts/login-kinds.ts";

const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const gar = "europe-docker.pkg.dev";

function why(host: string, userKind: UserKind, passwordKind: PasswordKind): string | undefined {
  return whyNotTaken(host, { userKind, passwordKind });
}

describe("a registry that documents which logins it takes", () => {
  test.for([
    ["ghcr.io", "other", "github_pat_", "personal access tokens (classic) only"],
    ["ghcr.io", "other", "glpat-", "one that GitLab issues, and ghcr.io is a registry of GitHub"],
    ["docker.io", "other", "ghp_", "one that GitHub issues, and docker.io is a registry of Docker Hub"],
    ["registry.gitlab.com", "other", "dckr_pat_", "one that Docker Hub issues"],
    [gar, "e-mail", "json-key", "whose user name has to be _json_key or _json_key_base64"],
    [gar, "other", "ya29.", "whose user name has to be oauth2accesstoken"],
    [ecr, "other", "ecr-token", "whose user name has to be AWS"],
    ["contoso.azurecr.io", "zero-guid", "ecr-token", "one that Amazon ECR issues"],
  ] as const)("%s does not take %s with %s", ([host, user, password, words]) => {
    expect(why(host, user, password)).toContain(words);
  });

  test.for([
    ["ghcr.io", "other", "ghp_"],
    ["ghcr.io", "x-access-token", "ghs_"],
    ["docker.io", "other", "dckr_pat_"],
    ["registry.gitlab.com", "gitlab-ci-token", "glcbt-"],
    [gar, "_json_key", "json-key"],
    [gar, "_json_key_base64", "json-key"],
    [gar, "oauth2accesstoken", "ya29."],
    [ecr, "AWS", "ecr-token"],
    // What nobody documents as refused, and what tells nothing of itself.
    [ecr, "AWS", "other"],
    ["contoso.azurecr.io", "zero-guid", "jwt"],
    ["ghcr.io", "placeholder", "placeholder"],
  ] as const)("%s may take %s with %s", ([host, user, password]) => {
    expect(why(host, user, password)).toBeUndefined();
  });

  test("is known by its host; any other may take whatever it likes", () => {
    for (const host of ["registry.example", "ghcr.io.example", "gitlab.example:5050", "docker.io.example"])
      expect(why(host, "other", "github_pat_")).toBeUndefined();
  });
});
