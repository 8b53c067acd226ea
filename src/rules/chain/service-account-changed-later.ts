import { later, seconds } from "../../pull/time.ts";
import { listRef, listWords, said } from "../facts/listed.ts";
import { unseen } from "../facts/unread.ts";
import { kubectl } from "../fix/command.ts";
import { attach } from "../fix/login.ts";
import { remake, remakeWords } from "../fix/workload.ts";
import { authFailures, claim, inSummary, likelyUnless } from "../rule.ts";
import { standing } from "../standing.ts";

/** The API server's copy of a ServiceAccount may be as old as this when a Pod is created. */
const raceSeconds = 10;

/**
 * The ServiceAccount's list is copied into a Pod once, at creation. A Pod without a list whose ServiceAccount has one
 * is therefore older than the list (or was created while the API server's cache still had the old ServiceAccount), and
 * so is a Pod with a list that nobody wrote and that is not the ServiceAccount's of today.
 */
export const serviceAccountChangedLater = standing({
  id: "service-account-changed-later",
  explains: authFailures,
  at: "account-list-later",
  word: (failed, { account, secrets: useful, earlierCopy }) => {
    const { pod } = failed.evidence;
    const list = listWords(useful);
    const listed = { ...account.ref, path: ".imagePullSecrets" };
    const again = remake(failed, false);
    const already = longBefore(account.listChangedAt, pod.createdAt);
    const assuming = already
      ? ([
          claim(
            `The list was there when the Pod was created, so something took it out of the Pod: a webhook, as a rule.`,
            listed,
            pod.ref,
          ),
        ] as const)
      : unseen(failed, useful);
    const has = earlierCopy
      ? `the list that was copied into it (${listWords(pod.pullSecrets.filter((name) => name !== ""))}) is an earlier one`
      : "it has no pull secret";
    return likelyUnless(assuming, {
      summary: already
        ? `ServiceAccount ${account.name} names ${list}, and this Pod did not get its list.`
        : `ServiceAccount ${account.name} names ${list} now; this Pod was created before, and ${has}.`,
      because: [
        earlierCopy
          ? claim(
              "The Pod has a list that its author did not write, and nothing on it fits the image.",
              listRef(failed),
            )
          : inSummary(claim("The Pod names no pull secret.", listRef(failed))),
        claim(
          later(account.listChangedAt, pod.createdAt)
            ? `ServiceAccount ${account.name} names ${list}, written after the Pod was created.`
            : `ServiceAccount ${account.name} names ${list}; a Pod created ${already ? "now" : "since"} would have copied it.`,
          listed,
          pod.ref,
        ),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "serviceaccount", account.name, "-o", "yaml", "--show-managed-fields"),
      fixes: [
        again === undefined
          ? { summary: "Create the Pod anew; admission then copies the list.", effect: "replaces-pod" }
          : {
              summary: `Have the Pod made anew, so that admission copies the list: ${remakeWords(failed)}.`,
              command: earlierCopy ? (remake(failed, true) ?? again) : again,
              effect: "replaces-pod",
              saysReplaced: true,
              lasting: true,
              lists: { pod: useful },
            },
        ...(earlierCopy
          ? attach(failed, useful[0], {
              how: `If it is service-account-list-ignored: Secret ${useful[0]} fits; `,
            })
          : []),
      ],
      // Whether its author wrote the Pod's list, or admission copied an earlier one, is not recorded.
      rivals: earlierCopy ? ["service-account-list-ignored"] : [],
    });
  },
});

function longBefore(changedAt: string | undefined, createdAt: string | undefined): boolean {
  if (changedAt === undefined || createdAt === undefined) return false;
  return seconds(createdAt) - seconds(changedAt) > raceSeconds;
}
