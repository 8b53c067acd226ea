import { visibleKey } from "../../pull/path/miss-sentence.ts";
import { templateDifferences } from "../claims/template-difference.ts";
import { missSentence } from "../../pull/keyring.ts";
import { unreadChain } from "../facts/pull-secret-unread.ts";
import { hubKeysOnly } from "./registry-host-omitted.ts";
import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { kubectl } from "../fix/command.ts";
import { giveLogin } from "../fix/login.ts";
import {
  corrected,
  empty,
  entriesOf,
  fittingOnAccount,
  hostOf,
  ignored,
  isStatic,
  listWords,
  missing,
  named,
  nothingHandedOver,
  said,
  templateAhead,
} from "../facts/listed.ts";
import { authFailures, claim, type Claim, type FailedPull, likelyUnless, type Rule } from "../rule.ts";
import { unlessUnread } from "../facts/unread-rivals.ts";

/**
 * An entry is used only if host labels, port and path prefix of its key fit the image's name
 * (pkg/credentialprovider/keyring.go, 1.26-1.36). An entry for something else is passed over without a word.
 */
export const registryKeyMismatch: Rule = {
  id: "registry-key-mismatch",
  explains: [...authFailures, "rate-limited"],
  check: (failed) => {
    if (failed.pull.given.state === "unknown") return unreadChain(failed);
    if (isStatic(failed) || !nothingHandedOver(failed) || corrected(failed).length > 0) return undefined;
    if (templateAhead(failed) !== undefined || missing(failed).length > 0) return undefined;
    if (ignored(failed).length > 0 || empty(failed).length > 0) return undefined;
    if (fittingOnAccount(failed).length > 0 && failed.pull.listFrom !== "service-account") return undefined;
    if (hubKeysOnly(failed) === false) return undefined;
    const holders = named(failed).filter((secret) => (entriesOf(secret)?.length ?? 0) > 0);
    const claims = mismatches(failed);
    const [first, ...rest] = claims;
    if (holders.length === 0 || first === undefined) return undefined;
    const keys = failed.pull.lookUp.misses.map(({ entry }) => entry.registryKey);
    // A limit of the registry says nothing of logins; that one was meant to be sent is a guess.
    const assuming =
      failed.failure.reading.kind === "rate-limited"
        ? ([claim("The registry's limit is a higher one with a login.", failed.failure.ref)] as const)
        : undefined;
    return likelyUnless(assuming, {
      summary: `${listWords(holders.map((secret) => secret.name))} ${holders.length > 1 ? "hold" : "holds"} ${shortList(keys)}; nothing fits ${hostOf(failed)}${pathHint(failed)}.`,
      because: [first, ...rest, ...templateDifferences(failed), said(failed)],
      confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
      fixes: giveLogin(failed),
      ...unlessUnread(failed),
    });
  },
};

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

function mismatches(failed: FailedPull): readonly Claim[] {
  const { lookUp, reference, listed } = failed.pull;
  if (!reference.ok) return [];
  return lookUp.misses.map(({ secret, entry, reason }) =>
    claim(
      `${secret}: ${missSentence(reason, entry, reference)}`,
      entryRef(failed.evidence.pod.namespace, secret, entry, secretTypeOf(listed, secret)),
    ),
  );
}
