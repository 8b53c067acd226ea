import { secretOf } from "../../evidence/evidence.ts";
import type { CauseId } from "../causes.ts";
import { hostOf, isStatic, listRef, listWords, named, said, templateAhead } from "./listed.ts";
import { claim, type FailedPull, type Finding } from "../rule.ts";
import { unreadable, readIt } from "./unread.ts";
import { unlessTemplateUnread } from "./unread-rivals.ts";

/**
 * The text proves that no login was sent, and the Secrets that the Pod names could not be read: any fault of theirs
 * fits. What leads is the most frequent; all are named, with the permission that settles it.
 */
export function unreadChain(failed: FailedPull): Finding | undefined {
  if (isStatic(failed) || failed.pull.given.state !== "unknown" || failed.pull.sent === "credential")
    return undefined;
  if (failed.pull.sent !== "anonymous") return undefined;
  const unread = named(failed).find((secret) => {
    const observed = secretOf(failed.evidence, secret.name);
    return (
      secret.state === "unknown" ||
      (observed.state === "found" && observed.value.payload.state === "withheld")
    );
  });
  if (unread === undefined) return undefined;
  const rivals: readonly CauseId[] = [
    "pull-secret-missing",
    "pull-secret-wrong-type",
    "pull-secret-empty",
    "credential-empty",
    "service-account-list-ignored",
    ...(templateAhead(failed) === undefined ? [] : (["template-not-rolled-out"] as const)),
  ];
  return {
    confidence: "possible",
    assuming: [unreadable(unread.observed, "Secret")],
    summary: `The Pod names ${listWords(named(failed).map((secret) => secret.name))}, and no login for ${hostOf(failed)} reached the registry; why not, only the Secret tells.`,
    because: [
      claim(`imagePullSecrets names ${unread.name}.`, listRef(failed, unread.position)),
      said(failed),
    ],
    confirm: readIt(failed, unread.observed, "get", `secrets/${unread.name}`),
    fixes: [{ summary: `Let somebody who may read Secret ${unread.name} run this again.`, effect: "reads" }],
    ...unlessTemplateUnread(failed, rivals),
  };
}
