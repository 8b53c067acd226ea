import type { Words } from "../words.ts";

/**
 * Registries' own sentences, which any runtime may pass on: Docker Hub, ECR, ACR, GHCR, GAR and GCR, Quay, Harbor,
 * GitLab, Artifactory, Nexus, Red Hat, distribution 3.0 (registry/api/errcode). Where one sentence contains another's
 * words, the more exact one stands above. What shows the need of each alternative is in answer.examples.ts.
 */
export const answerWords: readonly Words[] = [
  [
    "token-expired",
    [
      [
        "expired",
        /\b(?:tokens?|credentials|jwt) (?:included in the request )?(?:has |have |is )?(?:already )?expired/i,
      ],
    ],
  ],
  // Docker Hub, Artifactory: of wrong passwords before this one, not of pulls.
  [
    "login-locked",
    [
      ["login attempts", /too many (?:failed )?login attempts/i],
      "recurrent login failures",
      ["user is locked", /\buser is locked\b/i],
    ],
  ],
  [
    "rate-limited",
    [
      "toomanyrequests",
      "too many requests",
      "pull rate limit",
      ["exceeded", /rate (?:limit )?exceeded/i],
      "quota exceeded for",
    ],
  ],
  // `you may have invalid credentials` of GCR is said to everybody.
  [
    "credentials-rejected",
    [
      "incorrect username or password",
      ["name or password", /invalid user ?name or password/i],
      "password is invalid",
      ["credential", /(?<!may have )(?:bad|invalid) credentials?\b/i],
      "bad_credential",
      "http basic: access denied",
      "could not find robot",
      "login attempt to <url> failed",
      "logging into <name>: invalid username",
      "user cannot be authenticated with the token provided",
      ["id or client secret", /invalid client ?id or client secret/i],
      ["revoked", /token (?:was )?revoked/i],
      "credentials are not valid",
      ["access token", /must log ?in with an? (?:personal )?access token/i],
    ],
  ],
  // Huawei SWR's and ECR's, with code DENIED.
  ["auth-required", [["denied:", /denied: (?:[^\n]{0,80}\bnot log(?:ged)?[ -]?in\b|not authori[sz]ed\b)/i]]],
  // Of invalid_token: a token was shown and refused; whether a login had bought it, nobody says.
  [
    "auth-required",
    [
      "no basic auth credentials",
      "credential required for basic auth",
      ["invalid_token", /\binvalid_token\b/],
      "authorization status: 401",
    ],
  ],
  // Google's and Oracle's: whether it exists, a stranger is not told.
  [
    "auth-denied-or-missing-repo",
    [
      ["unauthenticated request", /unauthenticated requests? do(?:es)? not have permission/i],
      "anonymous users are only allowed",
    ],
  ],
  [
    "forbidden",
    [
      "permission <name> denied",
      "permission denied for <name>",
      "is not authorized to perform",
      "access forbidden",
      "not allowed access",
      ["permission", /do(?:es)? not have (?:the )?(?:[a-z]{1,20} )?permission/i],
      "vpc service controls",
      "organization's policy",
      "is not enabled for consumer",
      "api has not been used",
    ],
  ],
  [
    "auth-denied-or-missing-repo",
    [
      "insufficient_scope",
      "requested access to the resource is denied",
      "access to the requested resource is not authorized",
      "unauthorized to access repository",
      "does not exist or no pull access",
      "verify that it exists and you have permission",
      ["reqpackageaccess", /\breqPackageAccess\b/i],
      "user should have specific permission",
    ],
  ],
  [
    "repository-not-found",
    [
      ["name unknown", /\bname unknown\b/i],
      "name_unknown",
      "repository name not known",
      ["<name> not found", /\b(?:repository|project) <name> not found/i],
      ["repository with name", /repository with name [^\n]{1,300} does not exist/i],
    ],
  ],
  [
    "manifest-not-found",
    [
      "manifest unknown",
      "manifest_unknown",
      "manifest for <name> not found",
      ["artifact <name> not found", /\bartifact <name> not found/i],
      ["tag <name>", /\btag <name> (?:not found|was deleted)/i],
      "requested entity was not found",
      "no such manifest",
      "image manifest not found",
    ],
  ],
  [
    "content-missing",
    [
      ["blob unknown", /\bblob unknown\b/i],
      ["unknown blob", /\bunknown blob\b/i],
    ],
  ],
  // Bare, or said twice: GHCR and others that do not want to say more.
  ["auth-denied-or-missing-repo", [["denied", /(?:^|[:\n] ?)denied(?:: denied)?\s*(?:[;)\]}"]|$)/]]],
  // Code DENIED with a sentence that nobody listed: whoever wrote it knew the repository.
  ["forbidden", [["denied:", /(?:: |^|\n)denied: (?!denied)[\w"'<]/i]]],
  ["auth-denied-or-missing-repo", ["pull access denied"]],
  [
    "auth-required",
    [
      ["unauthori", /\bunauthori[sz]ed\b/i],
      ["authentication", /authentication (?:is )?required/i],
      "invalid username/password",
      "authorization failed",
      ["please log", /please log ?in\b/i],
      ["not authori", /\bnot authori[sz]ed\b/i],
      ["authentication failure", /authentication failure\b/i],
    ],
  ],
  ["forbidden", [[": forbidden", /: forbidden\s*$/i]]],
  [
    "registry-server-error",
    [
      ["internal server error", /\binternal server error/i],
      ["bad gateway", /\bbad gateway\b/i],
      ["unavailable", /service (?:temporarily )?unavailable/i],
      ["gateway time", /gateway time-?out/i],
    ],
  ],
];

/** What answers without speaking the registry's protocol: portals, web servers, broken challenges and token servers. */
export const strangeWords: readonly Words[] = [
  [
    "unexpected-response",
    [
      "invalid character",
      "text/html",
      "unsupported protocol scheme",
      "supported auth scheme",
      "did not include a token",
      ["stopped after", /stopped after \d{1,3} redirects/i],
      ["decod", /decod(?:e|ing) (?:bearer )?token/i],
      ["malformed", /malformed (?:HTTP|MIME)/i],
      "invalid url escape",
      "end of json input",
      "invalid checksum digest",
      "auth challenge",
      "response headers exceeded",
      "missing location header",
      "failed to parse location header",
      "no host in request url",
      "unhandled content range",
      "empty content-type",
    ],
  ],
];
