import { describe, expect, test } from "vitest";
import type { ProbeStep, RegistryProbe } from "../../src/evidence/registry-probe.ts";
import { readProbeSteps } from "../../src/pull/probe/reading.ts";

/** What answers mean together: each row has a near miss beside it, of the same statuses and another meaning. */

const login = { secret: "regcred", registryKey: "registry.example" };
const base = { host: "registry.example", login } as const;
const first: ProbeStep = {
  by: "node",
  method: "HEAD",
  target: "manifest",
  host: "registry.example",
  status: 401,
};
const token: ProbeStep = {
  ...base,
  by: "node",
  method: "GET",
  target: "token",
  scheme: "basic",
  status: 200,
  granted: [],
};
const manifest: ProbeStep = {
  ...base,
  by: "node",
  method: "HEAD",
  target: "manifest",
  scheme: "bearer",
  status: 401,
};
const words: ProbeStep = { ...manifest, by: "us", method: "GET" };
const check: ProbeStep = {
  ...base,
  by: "us",
  method: "GET",
  target: "login",
  scheme: "basic",
  status: 200,
  granted: [],
};
const withBasic: ProbeStep = { ...manifest, scheme: "basic" };
const tags: ProbeStep = { ...base, by: "us", method: "GET", target: "tags", scheme: "basic", status: 404 };

function outcomeOf(steps: readonly ProbeStep[], more: Partial<RegistryProbe> = {}): string {
  const host = steps[0]?.host ?? "";
  return readProbeSteps(
    {
      ref: { kind: "RegistryProbe", name: "x" },
      namespace: "shop",
      image: "",
      pullSecrets: [],
      host,
      time: "",
      unreadSecrets: false,
      steps,
      ...more,
    },
    "shop/app",
  ).outcome;
}

const at = (host: string, steps: readonly ProbeStep[]): readonly ProbeStep[] =>
  steps.map((step) => ({ ...step, host }));
const denied = { code: "DENIED", message: "denied" } as const;

const rows: readonly (readonly [string, readonly ProbeStep[], string])[] = [
  [
    "a refused login that a token server hid",
    [first, token, manifest, words, { ...check, status: 401 }],
    "login-refused",
  ],
  ["a good one without the right", [first, token, manifest, words, check], "right-missing"],
  [
    "a good one at a registry that hides",
    at("registry-1.docker.io", [first, token, manifest, words, check]),
    "right-or-repository",
  ],
  [
    "a token for nobody, however the login was",
    [first, token, manifest, words, { ...check, seenAs: "anonymous" }],
    "undecided",
  ],
  [
    "a token that names the user",
    [first, { ...token, seenAs: "this-user" }, manifest, words],
    "right-missing",
  ],
  [
    "403 to the token request and to the login alone",
    [first, { ...token, status: 403, ...denied }, { ...check, status: 403 }],
    "login-refused",
  ],
  [
    "403 to the token request only",
    at("ghcr.io", [first, { ...token, status: 403, ...denied }, check]),
    "right-or-repository",
  ],
  [
    "403 to everybody",
    [
      first,
      { ...token, status: 403 },
      { by: "us", method: "GET", target: "login", host: "registry.example", status: 403 },
    ],
    "everybody-refused",
  ],
  ["Basic, refused both times", [first, withBasic, { ...check, status: 401 }], "login-refused"],
  [
    "Basic, 403 and a good login",
    [first, { ...withBasic, status: 403 }, check, { ...words, scheme: "basic", status: 403 }],
    "right-missing",
  ],
  [
    "Basic, 403, and the tags may be read",
    [
      first,
      { ...withBasic, status: 403 },
      check,
      { ...words, scheme: "basic", status: 403 },
      { ...tags, status: 200 },
    ],
    "tag-absent",
  ],
  [
    "an expired login in words",
    [
      first,
      { ...withBasic, status: 403 },
      { ...check, status: 403, message: "Your authorization token has expired." },
    ],
    "login-expired",
  ],
  [
    "a right that is named",
    [
      first,
      { ...withBasic, status: 403 },
      check,
      {
        ...words,
        scheme: "basic",
        status: 403,
        message:
          "User: arn:aws:iam::111122223333:user/a is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:111122223333:repository/shop/app",
      },
    ],
    "right-missing",
  ],
  [
    "a right in another account",
    [
      first,
      { ...withBasic, status: 403 },
      check,
      {
        ...words,
        scheme: "basic",
        status: 403,
        message:
          "User: arn:aws:iam::111122223333:user/a is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:999922223333:repository/shop/app",
      },
    ],
    "right-or-repository",
  ],
  [
    "a tag that is absent",
    [
      first,
      { ...withBasic, status: 404 },
      { ...words, scheme: "basic", status: 404, code: "MANIFEST_UNKNOWN" },
      { ...tags, status: 200 },
    ],
    "tag-absent",
  ],
  [
    "a repository that is absent",
    [
      first,
      { ...withBasic, status: 404 },
      { ...words, scheme: "basic", status: 404, code: "MANIFEST_UNKNOWN" },
      { ...tags, code: "NAME_UNKNOWN" },
    ],
    "repository-absent",
  ],
  [
    "a repository that may be hidden",
    [
      first,
      { ...withBasic, status: 404 },
      { ...words, scheme: "basic", status: 404, code: "MANIFEST_UNKNOWN" },
      { ...tags, code: "MANIFEST_UNKNOWN" },
    ],
    "repository-or-hidden",
  ],
  [
    "a project that is absent",
    [first, token, manifest, { ...words, message: "project shop not found: project shop not found" }],
    "repository-absent",
  ],
  [
    "a project of another name",
    [first, token, manifest, { ...words, message: "project other not found" }, check],
    "right-missing",
  ],
  ["no login at all", [first], "login-wanted"],
  [
    "an address that is refused",
    [
      { ...first, status: 403 },
      {
        ...first,
        by: "us",
        method: "GET",
        status: 403,
        message: "client with IP '203.0.113.7' is not allowed access.",
      },
    ],
    "address-refused",
  ],
  [
    "a locked login",
    [first, { ...token, status: 429, message: "too many failed login attempts for username or IP address" }],
    "login-locked",
  ],
  ["a rate limit", [first, { ...token, status: 429, message: "Too Many Requests" }], "rate-limited"],
  [
    "an account without pulls",
    [first, token, { ...manifest, status: 200, rate: { remaining: 0, limit: 200, counted: "account" } }],
    "pulls-used-up",
  ],
  [
    "an address without pulls",
    [first, token, { ...manifest, status: 200, rate: { remaining: 0, limit: 100, counted: "address" } }],
    "opens",
  ],
  ["a page of a guest network", [{ ...first, status: 200, registry: false }], "not-a-registry"],
  [
    "nothing that answers",
    [
      {
        by: "node",
        method: "HEAD",
        target: "manifest",
        host: "registry.example",
        failure: "connect-timeout",
      },
    ],
    "unreached",
  ],
];

describe("a registry's answers", () => {
  test.for(rows)("%s", ([, steps, outcome]) => {
    expect(outcomeOf(steps)).toBe(outcome);
  });

  test("of a second login that opens say that it opens", () => {
    const other = { secret: "other", registryKey: "registry.example" };
    expect(outcomeOf([first, withBasic, { ...withBasic, login: other, status: 200, registry: true }])).toBe(
      "opens",
    );
  });

  test("are none where the token server may not have the login", () => {
    expect(
      outcomeOf([{ ...first, challenge: { schemes: ["bearer"], realm: "tokens.other.example" } }], {
        stopped: { why: "foreign-realm", host: "tokens.other.example" },
      }),
    ).toBe("not-asked");
  });

  test("say that the manifest opens, and not the image, where the rest is at a host that is not asked", () => {
    const opened = [first, { ...withBasic, status: 200, registry: true }];
    expect(outcomeOf(opened)).toBe("opens");
    expect(outcomeOf(opened, { stopped: { why: "unsafe-redirect", host: "10.0.0.9" } })).toBe(
      "content-unreached",
    );
  });
});
