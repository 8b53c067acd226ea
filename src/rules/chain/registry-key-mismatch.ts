import { missSentence } from "../../pull/keyring.ts";
import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { visibleKey } from "../../pull/path/miss-sentence.ts";
import { templateDifferences } from "../claims/template-difference.ts";
import { hostOf, namingOf, listWords, named, said } from "../facts/listed.ts";
import type { PlaceAt } from "../facts/place.ts";
import { readIt, unreadable } from "../facts/unread.ts";
import { nearHost } from "../facts/near-host.ts";
import { kubectl } from "../fix/command.ts";
import { meantHost } from "../fix/image.ts";
import { giveLogin } from "../fix/login.ts";
import {
  authFailures,
  type Claim,
  claim,
  type FailedPull,
  type Finding,
  likelyUnless,
  type NonEmpty,
  onPath,
} from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * An entry is used only if host labels, port and path prefix of its key fit the image's name
 * (pkg/credentialprovider/keyring.go, 1.26-1.36). An entry for something else is passed over without a word.
 */
export const registryKeyMismatch = standing({
  id: "registry-key-mismatch",
  explains: [...authFailures, "rate-limited"],
  at: ["mismatch", "unread-unsent"],
  word: (failed, place) => {
    if (place.at === "unread-unsent") return unread(failed, place);
    const [first, ...rest] = mismatches(failed, place);
    const holders = [...new Set(place.misses.map(({ secret }) => secret))];
    const slip = nearHost(failed);
    const keys = place.misses.map(({ entry }) => entry.registryKey);
    // A limit of the registry says nothing of logins; that one was meant to be sent is a guess.
    const assuming =
      failed.failure.reading.kind === "rate-limited"
        ? ([claim("The registry's limit is a higher one with a login.", failed.failure.ref)] as const)
        : undefined;
    return likelyUnless(assuming, {
      summary: `${listWords(holders)} ${holders.length > 1 ? "hold" : "holds"} ${shortList(keys)}; nothing fits ${hostOf(failed)}${pathHint(failed)}.`,
      because: [
        first,
        ...rest,
        ...(slip === undefined ? [] : [slip.claim]),
        ...templateDifferences(failed),
        said(failed),
      ],
      confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
      fixes: [...(slip === undefined ? [] : [meantHost(failed, slip)]), ...giveLogin(failed)],
      rivals: [],
    });
  },
});

function shortList(keys: readonly string[]): string {
  const distinct = [...new Set(keys)].map(visibleKey);
  const shown = distinct.slice(0, 3).join(", ");
  return distinct.length > 3 ? `${shown} and ${distinct.length - 3} more` : `${shown} only`;
}

/** The path is worth saying where the host alone would have fitted. */
function pathHint(failed: FailedPull): string {
  const { reference, lookUp } = failed.pull;
  const nearMiss = lookUp.misses.some(({ reason }) => reason.kind === "path");
  return reference.ok && nearMiss ? `/${reference.repository}` : "";
}

function mismatches(
  { pull: { listed }, evidence }: FailedPull,
  { misses: [first, ...rest], reference }: PlaceAt<"mismatch">,
): NonEmpty<Claim> {
  const mismatch = ({ secret, entry, reason }: typeof first): Claim =>
    onPath(
      claim(
        `${secret}: ${missSentence(reason, entry, reference)}`,
        entryRef(evidence.pod.namespace, secret, entry, secretTypeOf(listed, secret)),
      ),
    );
  return [mismatch(first), ...rest.map(mismatch)];
}

/** No login was sent, and a Secret that the Pod names could not be read: of what can be wrong with it, the most frequent. */
function unread(failed: FailedPull, { secrets: [secret] }: PlaceAt<"unread-unsent">): Finding {
  return {
    confidence: "possible",
    assuming: [unreadable(secret.observed, "Secret")],
    summary: `The Pod names ${listWords(named(failed).map(({ name }) => name))}, and no login for ${hostOf(failed)} reached the registry; why not, only the Secret tells.`,
    because: [namingOf(failed, secret), said(failed)],
    confirm: readIt(failed, secret.observed, "get", `secrets/${secret.name}`),
    fixes: [
      { summary: `Let somebody who may read Secret ${secret.name} run this again.`, effect: "reads" },
      // Beside whatever the Secret holds, a good login is tried as well.
      ...giveLogin(failed),
    ],
    rivals: [],
  };
}
