import { describe, expect, test } from "vitest";
import {
  lifetimeOf,
  type PasswordKind,
  passwordKindOf,
  type UserKind,
  userKindOf,
} from "../src/evidence/gate/login-kind.ts";

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");
const b64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const webToken = (claims: object): string => `${b64url({ alg: "RS256", typ: "JWT" })}.${b64url(claims)}.c2ln`;
const ecr = (token: object): string => b64({ payload: "x".repeat(40), datakey: "y", version: "2", ...token });

/** User name, kind, and whose it is. */
const users: readonly (readonly [string, UserKind, string])[] = [
  ["", "none", "nobody"],
  ["AWS", "AWS", "ECR"],
  ["aws", "other", "ECR's is in capitals"],
  ["_json_key", "_json_key", "Google, with a key"],
  ["_json_key_base64", "_json_key_base64", "Google, with an encoded key"],
  ["oauth2accesstoken", "oauth2accesstoken", "Google, with an access token"],
  ["robot$team+puller", "robot$", "Harbor"],
  ["acme+puller", "organisation+robot", "Quay"],
  ["gitlab-ci-token", "gitlab-ci-token", "a GitLab job"],
  ["gitlab+deploy-token-42", "gitlab+deploy-token", "a GitLab deploy token"],
  ["$oauthtoken", "$oauthtoken", "NVIDIA, which is no variable"],
  ["<token>", "<token>", "docker login with an identity token"],
  ["00000000-0000-0000-0000-000000000000", "zero-guid", "ACR, with a token"],
  ["3F2504E0-4F89-11D3-9A0C-0305E82C3301", "guid", "ACR, with a service principal"],
  ["dev@example.com", "e-mail", "a person"],
  ["null", "placeholder", "jq found nothing"],
  ["<no value>", "placeholder", "Helm found nothing"],
  ["$REGISTRY_USER", "placeholder", "nobody expanded it"],
  ["${{ secrets.USER }}", "placeholder", "nor this"],
  ["{{ .Values.user }}", "placeholder", "nor that"],
  ["AWS\n", "AWS", "a line break hides nothing"],
  ["none", "placeholder", "a word of ours is not believed"],
  ["other", "other", "nor is this one"],
  ["e-mail", "other", "nor that one"],
  ["deploy", "other", "anybody"],
];

test.each(users)("the user name %j is of the kind %s: %s", (name, kind) =>
  expect(userKindOf(name)).toBe(kind),
);

/** Password, kind, and whose it is. */
const passwords: readonly (readonly [string, PasswordKind, string])[] = [
  ["", "none", "nobody"],
  ["ghp_abc", "ghp_", "GitHub, a person"],
  ["ghs_abc", "ghs_", "GitHub, a workflow"],
  ["github_pat_abc", "github_pat_", "GitHub, fine-grained"],
  ["glpat-abc", "glpat-", "GitLab"],
  ["dckr_pat_abc", "dckr_pat_", "Docker Hub"],
  ["ya29.abc", "ya29.", "Google"],
  ["ghp_abc\n", "ghp_", "with a line break that was not meant"],
  [webToken({ exp: 1 }), "jwt", "a JSON web token"],
  ["a.b.c", "other", "three words with dots are none"],
  [ecr({ expiration: 1_700_000_000 }), "ecr-token", "ECR"],
  [b64({ expiration: 1_700_000_000 }), "other", "other JSON in base64"],
  ['{"type":"service_account","private_key":"x"}', "json-key", "Google"],
  [b64({ type: "service_account" }), "json-key", "Google, encoded"],
  ["{not json", "other", "something in a brace"],
  ["${DOCKER_PASSWORD}", "placeholder", "nobody expanded it"],
  ["$DOCKER_PASSWORD", "placeholder", "nor this"],
  ["$ecret", "other", "a password may begin with a dollar"],
  ["***", "placeholder", "a log's mask was copied"],
  ["undefined", "placeholder", "a script had nothing"],
  ["x".repeat(1_000_000), "other", "something long"],
];

test.each(passwords)("the password %.30j is of the kind %s: %s", (password, kind) =>
  expect(passwordKindOf(password)).toBe(kind),
);

/** What it is, the password, and the times in it. */
const lifetimes: readonly (readonly [string, string, object])[] = [
  [
    "a web token with both times",
    webToken({ iat: 1_700_000_000, exp: 1_700_010_800 }),
    { issuedAt: "2023-11-14T22:13:20Z", expiresAt: "2023-11-15T01:13:20Z" },
  ],
  ["one with a fraction", webToken({ exp: 1_700_000_000.9 }), { expiresAt: "2023-11-14T22:13:20Z" }],
  ["one that does not end", webToken({ sub: "x" }), {}],
  ["one whose end is no number", webToken({ exp: "1700000000" }), {}],
  ["one whose end is no time", webToken({ exp: 1e300 }), {}],
  ["one that ended before there were registries", webToken({ exp: 0 }), {}],
  ["one without a signature's part", webToken({ exp: 1_700_000_000 }).split(".").slice(0, 2).join("."), {}],
  ["an ECR password", ecr({ expiration: 1_700_000_000 }), { expiresAt: "2023-11-14T22:13:20Z" }],
  [
    "one with a line break behind",
    `${ecr({ expiration: 1_700_000_000 })}\n`,
    { expiresAt: "2023-11-14T22:13:20Z" },
  ],
  ["one that was cut", ecr({ expiration: 1_700_000_000 }).slice(0, 30), {}],
  ["a password that tells nothing", "eyeballs", {}],
];

describe("only times leave", () => {
  test.each(lifetimes)("%s", (_what, password, expected) => expect(lifetimeOf(password)).toEqual(expected));
});
