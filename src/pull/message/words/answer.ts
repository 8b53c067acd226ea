import type { Words } from "../words.ts";

/**
 * Registries' own sentences, which any runtime may pass on: Docker Hub, ECR, ACR, GHCR, GAR and GCR, Quay, Harbor,
 * GitLab, Artifactory, Nexus, Red Hat, distribution 3.0 (registry/api/errcode). Where one sentence contains another's
 * words, the more exact one stands above. What shows the need of each alternative is in answer.examples.ts.
 */
export const answerWords: readonly Words[] = [
  [
    "token-expired",
    /\b(?:tokens?|credentials|jwt) (?:included in the request )?(?:has |have |is )?(?:already )?expired/i,
  ],
  // Docker Hub, Artifactory: of wrong passwords before this one, not of pulls.
  ["login-locked", /too many (?:failed )?login attempts|recurrent login failures|\buser is locked\b/i],
  [
    "rate-limited",
    /toomanyrequests|too many requests|pull rate limit|rate (?:limit )?exceeded|quota exceeded for/i,
  ],
  // `you may have invalid credentials` of GCR is said to everybody.
  [
    "credentials-rejected",
    /incorrect username or password|invalid user ?name or password|password is invalid|(?<!may have )(?:bad|invalid) credentials?\b|bad_credential|HTTP Basic: Access denied|could not find robot|login attempt to <url> failed|logging into <name>: invalid username|user cannot be authenticated with the token provided|invalid client ?id or client secret|token (?:was )?revoked|credentials are not valid|must log ?in with an? (?:personal )?access token/i,
  ],
  // Huawei SWR's and ECR's, with code DENIED.
  ["auth-required", /denied: (?:[^\n]{0,80}\bnot log(?:ged)?[ -]?in\b|not authori[sz]ed\b)/i],
  // Of invalid_token: a token was shown and refused; whether a login had bought it, nobody says.
  [
    "auth-required",
    /no basic auth credentials|credential required for basic auth|\binvalid_token\b|authorization status: 401/,
  ],
  // Google's and Oracle's: whether it exists, a stranger is not told.
  [
    "auth-denied-or-missing-repo",
    /unauthenticated requests? do(?:es)? not have permission|anonymous users are only allowed/i,
  ],
  [
    "forbidden",
    /permission <name> denied|permission denied for <name>|is not authorized to perform|access forbidden|not allowed access|do(?:es)? not have (?:the )?(?:[a-z]{1,20} )?permission|VPC Service Controls|organization's policy|is not enabled for consumer|API has not been used/i,
  ],
  [
    "auth-denied-or-missing-repo",
    /insufficient_scope|requested access to the resource is denied|access to the requested resource is not authorized|unauthorized to access repository|does not exist or no pull access|verify that it exists and you have permission|\breqPackageAccess\b|user should have specific permission/i,
  ],
  [
    "repository-not-found",
    /\bname unknown\b|name_unknown|repository name not known|\b(?:repository|project) <name> not found|repository with name [^\n]{1,300} does not exist/i,
  ],
  [
    "manifest-not-found",
    /manifest unknown|manifest_unknown|manifest for <name> not found|\bartifact <name> not found|\btag <name> (?:not found|was deleted)|requested entity was not found|no such manifest|image manifest not found/i,
  ],
  ["content-missing", /\bblob unknown\b|\bunknown blob\b/i],
  // Bare, or said twice: GHCR and others that do not want to say more.
  ["auth-denied-or-missing-repo", /(?:^|[:\n] ?)denied(?:: denied)?\s*(?:[;)\]}"]|$)/],
  // Code DENIED with a sentence that nobody listed: whoever wrote it knew the repository.
  ["forbidden", /(?:: |^|\n)denied: (?!denied)[\w"'<]/i],
  ["auth-denied-or-missing-repo", /pull access denied/],
  [
    "auth-required",
    /\bunauthori[sz]ed\b|authentication (?:is )?required|invalid username\/password|authorization failed|please log ?in\b|\bnot authori[sz]ed\b|authentication failure\b/i,
  ],
  ["forbidden", /: forbidden\s*$/i],
  [
    "registry-server-error",
    /\binternal server error|\bbad gateway\b|service (?:temporarily )?unavailable|gateway time-?out/i,
  ],
];

/** What answers without speaking the registry's protocol: portals, web servers, broken challenges and token servers. */
export const strangeWords: readonly Words[] = [
  [
    "unexpected-response",
    /invalid character|text\/html|unsupported protocol scheme|supported auth scheme|did not include a token|stopped after \d{1,3} redirects|decod(?:e|ing) (?:bearer )?token|malformed (?:HTTP|MIME)|invalid URL escape|end of JSON input|invalid checksum digest|auth challenge|response headers exceeded|missing Location header|failed to parse Location header|no Host in request URL|unhandled content range|empty Content-Type/i,
  ],
];
