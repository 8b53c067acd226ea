/**
 * The kind of credential that a registry's own sentence demands of whoever logged in with another: Docker Hub's where an
 * organization enforces single sign-on, GHCR's, Artifactory's. A refused one is spoken of with the same words, so what counts
 * is the form of the sentence: it tells somebody to use one, and names nothing else beside it.
 */
export function demandedKind(message: string): string | undefined {
  for (const sentence of message.split(/[.;]\s|\n/)) {
    const [demand, words] = demanding.exec(sentence) ?? [];
    // GitLab names it as one of two reasons, to a token that is wrong as well: `… is incorrect or your account has 2FA`.
    if (demand === undefined || words === undefined || isOneOfSeveral(sentence, demand)) continue;
    const kind = kindIn(words);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

const told =
  "(?:please|must|should|have to|has to|need to|needs to)(?: (?!not\\b)\\w{1,20}){0,3} (?:use|using|with)|(?:please|must|should|have to|has to|need to|needs to) use";
/** With nobody before it who failed to. */
const imperative = "(?:^|[,:(] ?)(?:log ?in|authenticate|sign in) (?:using|with)";
const required = "\\b(?:requires|needs) an?";
const heads = "tokens?|keys?|passwords?|accounts?";

const demanding = new RegExp(
  `(?:\\b(?:${told})|${imperative}|${required})(?: an?| your)? ((?:[a-z][a-z0-9-]{0,19} ){0,4}?(?:${heads}))\\b(?! (?:${heads}|or|with|without|that|which|is|was|has|had|failed)\\b)`,
  "i",
);

function isOneOfSeveral(sentence: string, demand: string): boolean {
  return /\bor\b/i.test(sentence.slice(0, sentence.indexOf(demand)));
}

/** What registries call a login of another kind; any other word before it tells a good one from a bad one, or whose it is. */
const kinds = new RegExp(
  `^(?:${[
    "token",
    "(?:(?:classic|fine-grained|granular) )?(?:(?:personal|organi[sz]ation|project|group) )?access (?:token|key)",
    "(?:identity|reference|refresh|deploy|api|oauth|oidc|id|(?:ci )?job) token",
    "(?:api|deploy) key",
    "app(?:lication)?(?:-specific)? password",
    "(?:service|robot|machine) account(?: (?:token|key))?",
  ].join("|")})$`,
  "i",
);

/** `Personal Access Token` is a personal access token; a password or an account is no kind by itself. */
function kindIn(words: string): string | undefined {
  const kind = words
    .split(" ")
    .map((word) => (/^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word))
    .join(" ")
    .replace(/s$/i, "");
  return kinds.test(kind) ? kind : undefined;
}
