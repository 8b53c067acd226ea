import type { Words } from "../words.ts";

/**
 * Registries' own sentences, which any runtime may pass on: Docker Hub, ECR, ACR, GHCR, GAR and GCR, Quay, Harbor,
 * GitLab, Artifactory, Nexus, Red Hat, distribution 3.0 (registry/api/errcode). Where one sentence contains another's
 * words, the more exact one stands above.
 */
export const answerWords: readonly Words[] = [
  [
    "token-expired",
    /\b(?:tokens?|credentials?|password|jwt|login) (?:included in the request )?(?:has |have |is |was )?(?:already )?expired|expired ?token/i,
  ],
  // Docker Hub, Artifactory: of wrong passwords before this one, not of pulls.
  ["login-locked", /too many failed login attempts|recurrent login failures|\buser is locked\b/i],
  [
    "rate-limited",
    /toomanyrequests|too many requests|pull rate limit|rate (?:limit )?exceeded|data limit exceeded|quota exceeded for|resource_exhausted/i,
  ],
  // `you may have invalid credentials` of GCR is said to everybody.
  [
    "credentials-rejected",
    /incorrect username or password|invalid user ?name or password|wrong user ?name|password is (?:invalid|incorrect|wrong)|(?<!may have )(?:bad|invalid|wrong) credentials?\b|bad_credential|HTTP Basic: Access denied|could not find robot|robot account not found|login attempt to <url> failed|logging into <name>: invalid username|user cannot be authenticated with the token provided|invalid client ?id or client secret|token (?:was |is |has been )?revoked|credentials? (?:is|are|provided are) not valid|access token (?:is|was) (?:invalid|incorrect)|must log ?in with an? (?:personal )?access token/i,
  ],
  // Huawei SWR and others, with code DENIED.
  [
    "auth-required",
    /denied: [^\n]{0,80}\b(?:not log(?:ged)?[ -]?in\b|log[ -]?in (?:is )?(?:first|required))/i,
  ],
  // Of invalid_token: a token was shown and refused; whether a login had bought it, nobody says.
  [
    "auth-required",
    /no basic auth credentials|credential required for basic auth|\binvalid_token\b|authorization status: 401/,
  ],
  // Google's, of a 403: whether it exists, a stranger is not told.
  [
    "auth-denied-or-missing-repo",
    /(?:unauthenticated requests?|anonymous users?) (?:do|does|are) (?:not have permission|only allowed)/i,
  ],
  [
    "forbidden",
    /permission (?:<name>|"[^"\n]{0,200}") denied|permission denied for (?:<name>|")|is not authorized to perform|access forbidden|denied: access denied|not allowed access|does not have (?:the )?(?:[a-z]{1,20} )?permission|permission_denied|insufficient permission|\bAccessDenied\b|VPC Service Controls|organization's policy|is not enabled for consumer|API has not been (?:used|enabled)/i,
  ],
  [
    "auth-denied-or-missing-repo",
    /insufficient_scope|requested access to the resource is denied|access to the requested resource is not authorized|unauthorized to access repository|does not exist or no pull access|insufficient scopes?\b|verify that it exists and you have permission/i,
  ],
  [
    "repository-not-found",
    /\bname unknown\b|name_unknown|repository name not known|\b(?:repository|project) <name> not found|repository with name [^\n]{1,300} does not exist|\bno such repository\b|\brepository not found\b/i,
  ],
  [
    "manifest-not-found",
    /manifest unknown|manifest_unknown|manifest for <name> not found|\bartifact <name> not found|\btag <name> (?:not found|was deleted|does not exist)|resource not found|requested image not found|requested entity was not found|no such manifest|\btag unknown\b/i,
  ],
  ["content-missing", /\bblob unknown\b|\bunknown blob\b/i],
  // Bare, or said twice: GHCR and others that do not want to say more.
  ["auth-denied-or-missing-repo", /(?:^|[:\n] ?)denied(?:: denied)?\s*(?:[;)\]}"]|$)/],
  // Code DENIED with a sentence that nobody listed: whoever wrote it knew the repository.
  ["forbidden", /(?:: |^|\n)denied: (?!denied)[\w"'<]/i],
  ["auth-denied-or-missing-repo", /pull access denied|may require 'docker login'/],
  [
    "auth-required",
    /\bunauthori[sz]ed\b|authentication (?:is )?required|invalid username\/password|authorization (?:failed|required)|not authori[sz]ed|unauthenticated|basic auth required|\b(?:please|must) log ?in\b|login (?:is )?required/i,
  ],
  ["forbidden", /(?:: |^|\n)forbidden\s*(?:[;)\]}"]|$)/i],
  [
    "registry-server-error",
    /\binternal server error|\bbad gateway\b|service (?:temporarily )?unavailable|gateway time-?out/i,
  ],
];

/** What answers without speaking the registry's protocol: portals, web servers, broken challenges and token servers. */
export const strangeWords: readonly Words[] = [
  [
    "unexpected-response",
    /invalid character|text\/html|unsupported protocol scheme|supported auth scheme|did not include a token|stopped after \d{1,3} redirects|failed to authorize redirect|decod(?:e|ing) (?:bearer )?token|malformed (?:HTTP|MIME)|invalid authorization realm|content-type in response|to a V1 container registry|invalid URL escape|unsupported scheme|error unmarshalling content|end of JSON input|invalid checksum digest|<!doctype|<html|auth challenge|no token in|Content-Digest|response headers exceeded|missing Location header|failed to parse Location header|no Host in request URL|unhandled content range|unsupported Content-Encoding|(?:missing|empty|no) Content-Type/i,
  ],
];
