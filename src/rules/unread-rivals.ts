import { failedRead } from "../evidence/observed.ts";
import type { CauseId } from "./causes.ts";
import { hasNoList, isStatic } from "./listed.ts";
import type { FailedPull } from "./rule.ts";

/**
 * Causes that would come before the one that was found, had the object that shows them been readable: it was asked for
 * and refused, or came back broken. What nobody collected is another matter, since nobody looked there.
 */
export function unreadRivals(failed: FailedPull): readonly CauseId[] {
  if (isStatic(failed)) return [];
  return [
    ...unreadTemplate(failed),
    ...(hasNoList(failed) ? unreadNeighbours(failed) : unreadAccount(failed)),
  ];
}

/** A template may name pull secrets that this Pod lacks. Those of Jobs cannot change. */
export function unreadTemplate({ evidence }: FailedPull): readonly CauseId[] {
  const known = evidence.workloads.some((workload) => workload.state === "found");
  const lost = evidence.workloads.some(
    (workload) => failedRead(workload) && workload.ref.kind !== "Job" && workload.ref.kind !== "CronJob",
  );
  return lost && !known ? ["template-not-rolled-out"] : [];
}

/** The ServiceAccount's list, or a Secret on it, may hold the login that the Pod's own list lacks. */
function unreadAccount(failed: FailedPull): readonly CauseId[] {
  const { serviceAccount, pod } = failed.evidence;
  if (failed.pull.listFrom === "service-account") return [];
  const names = serviceAccount.state === "found" ? serviceAccount.value.pullSecrets : [];
  const lost =
    failedRead(serviceAccount) ||
    names.some((name) => !pod.pullSecrets.includes(name) && isUnread(failed, name));
  return lost ? ["service-account-list-ignored"] : [];
}

/** Another ServiceAccount, or a Secret on its list, may hold the login. */
function unreadNeighbours(failed: FailedPull): readonly CauseId[] {
  const { accountList, otherServiceAccounts } = failed.evidence;
  const lost =
    failedRead(accountList) ||
    otherServiceAccounts.some(({ pullSecrets }) => pullSecrets.some((name) => isUnread(failed, name)));
  return lost ? ["wrong-service-account"] : [];
}

function isUnread(failed: FailedPull, name: string): boolean {
  const secret = failed.evidence.secrets.get(name);
  return secret !== undefined && failedRead(secret);
}
