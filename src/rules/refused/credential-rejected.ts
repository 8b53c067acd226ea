import { loginFaults } from "../claims/login-faults.ts";
import { mirrorClaims } from "../claims/mirror.ts";
import { hostOf, namingOf, listWords, said, wereHandedOver, writtenBy } from "../facts/listed.ts";
import { demandedKind } from "../facts/demanded-kind.ts";
import { isIssued } from "../facts/login-kinds.ts";
import type { PlaceAt } from "../facts/place.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { mayBeGoodLogin } from "../facts/same-answer.ts";
import { readIt, unreadable } from "../facts/unread.ts";
import { giveLogin } from "../fix/login.ts";
import type { GivenLogin } from "../../pull/login.ts";
import { replaceLogin } from "../fix/replacement.ts";
import type { CauseId } from "../causes.ts";
import { type FailedPull, type Finding, type Fix, unknownLogin } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * Every matching login is tried in order and nothing anonymous follows (pkg/kubelet/images/image_manager.go), so a
 * stale login also breaks the pull of a public image.
 */
export const credentialRejected = standing({
  id: "credential-rejected",
  explains: unknownLogin,
  at: ["login-refused", "unread"],
  word: (failed, place) => {
    if (place.at === "unread") return unread(failed, place);
    const { logins } = place;
    const [first, ...more] = logins;
    const secrets = listWords(logins.map(({ secret }) => secret));
    const distinct = new Set(logins.map(({ secret }) => secret));
    const refused = `the ${more.length > 0 ? "logins" : "login"} in ${distinct.size > 1 ? "Secrets" : "Secret"} ${secrets}`;
    const open = mayBeGoodLogin(failed, logins);
    return {
      confidence: "likely",
      summary: `${hostOf(failed)} refuses ${refused}${wanted(failed, logins)}${open ? `, or does not let ${more.length > 0 ? "them" : "it"} pull ${repositoryOf(failed)}: ${cloudRegistry(hostOf(failed))?.refusesAlike === true ? "it answers" : "many registries answer"} both with 401` : ""}.`,
      because: [
        ...wereHandedOver(failed, logins),
        ...loginFaults(failed, logins),
        ...mirrorClaims(failed),
        ...writtenBy(failed, first.secret),
        said(failed),
      ],
      confirm: `Log in to ${hostOf(failed)} with the same user and password: ${open ? ifItIsGood(failed) : "if it is refused too, the login is wrong, revoked or expired"}.`,
      fixes: [...replaceLogin(failed, first.secret, first.entry), ...(open ? [rightsFix(failed)] : [])],
      rivals: open ? otherReadings(failed) : [],
    };
  },
});

function repositoryOf({ pull }: FailedPull): string {
  return pull.reference.ok ? pull.reference.repository : pull.image.image;
}

/** What a good login is told with the same words. Whether it exists, the clouds say to whoever may pull anything. */
function otherReadings(failed: FailedPull): readonly CauseId[] {
  return cloudRegistry(hostOf(failed)) === undefined
    ? ["credential-lacks-permission", "repository-not-found"]
    : ["credential-lacks-permission"];
}

function ifItIsGood(failed: FailedPull): string {
  const absent = otherReadings(failed).includes("repository-not-found");
  return `if that goes well, the login lacks the right${absent ? ", or there is no such repository" : ""}`;
}

function rightsFix(failed: FailedPull): Fix {
  const host = hostOf(failed);
  const azure = cloudRegistry(host)?.cloud === "azure";
  const right = azure
    ? `whoever owns ${host} gives it the role AcrPull there`
    : `whoever owns ${repositoryOf(failed)} at ${host} lets it pull there`;
  return { summary: `Or, if the login is good, ${right}.`, effect: "writes" };
}

/** What the registry demands in place of a password that is none that tells by its form that it was issued. */
function wanted({ failure: { message, reading } }: FailedPull, logins: readonly GivenLogin[]): string {
  const isToken =
    reading.kind === "token-expired" || logins.some(({ entry }) => isIssued(entry.passwordKind));
  const kind = isToken ? undefined : demandedKind(message);
  if (kind === undefined) return "";
  return ` and wants ${/^[aeio]/i.test(kind) ? "an" : "a"} ${kind} in place of ${kind.endsWith("account") ? "it" : "the account's password"}`;
}

/** A login was sent or may have been, and which Secret holds it could not be read. */
function unread(failed: FailedPull, { secrets, handed }: PlaceAt<"unread">): Finding {
  const [first] = secrets;
  return {
    confidence: "possible",
    assuming: [unreadable(first.observed, "Secret")],
    summary: `${hostOf(failed)} refuses the login that the node sent${handed ? "" : ", if it sent one"}; the Pod names ${listWords(secrets.map(({ name }) => name))}, which could not be read.`,
    because: [namingOf(failed, first), said(failed)],
    confirm: readIt(failed, first.observed, "get", `secrets/${first.name}`),
    fixes: [
      { summary: "Let somebody who may read the Secret run this again.", effect: "reads" },
      // Beside whatever the Secret holds, a good login is tried as well.
      ...giveLogin(failed),
    ],
    rivals: mayBeGoodLogin(failed, []) ? otherReadings(failed) : [],
  };
}
