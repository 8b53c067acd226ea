import { resourceOf } from "../../evidence/objects.ts";
import { failedRead, type Observed } from "../../evidence/observed.ts";
import type { CauseId } from "../causes.ts";
import { hasNoList, isStatic } from "./listed.ts";
import { readIt } from "./unread.ts";
import type { FailedPull, Finding } from "../rule.ts";

/** A cause that would come before the one that was found, had the object that shows it been readable. */
interface UnreadRival {
  readonly id: CauseId;
  readonly object: Observed<unknown>;
}

type Doubts = Pick<Finding, "rivals"> & Partial<Pick<Finding, "confirm">>;

/**
 * What a finding says beyond itself where an object was asked for and refused, or came back broken, that could show an
 * earlier cause: its rivals, and the permission that decides. What nobody collected is another matter, since nobody
 * looked there. To be spread over the finding; `rivals` are those that it has anyway.
 */
export function unlessUnread(failed: FailedPull, rivals: readonly CauseId[] = []): Doubts {
  return withRivals(failed, rivals, unreadRivals(failed));
}

/** The same for causes that only a newer template comes before. */
export function unlessTemplateUnread(failed: FailedPull, rivals: readonly CauseId[] = []): Doubts {
  return withRivals(failed, rivals, unreadTemplate(failed));
}

function withRivals(failed: FailedPull, rivals: readonly CauseId[], unread: readonly UnreadRival[]): Doubts {
  const [first] = unread;
  const all = [...rivals, ...unread.map(({ id }) => id)];
  if (first === undefined || rivals.length > 0) return { rivals: all };
  const { kind, name } = first.object.ref;
  const resource = resourceOf(kind);
  const confirm =
    name === ""
      ? readIt(failed, first.object, "list", resource)
      : readIt(failed, first.object, "get", `${resource}/${name}`);
  return { rivals: all, confirm };
}

function unreadRivals(failed: FailedPull): readonly UnreadRival[] {
  if (isStatic(failed)) return [];
  return [
    ...unreadTemplate(failed),
    ...(hasNoList(failed) ? unreadNeighbours(failed) : unreadAccount(failed)),
  ];
}

/** A template may name pull secrets that this Pod lacks. A Job's cannot change. */
function unreadTemplate({ evidence }: FailedPull): readonly UnreadRival[] {
  if (evidence.workloads.some((workload) => workload.state === "found")) return [];
  const lost = evidence.workloads.findLast((workload) => failedRead(workload) && workload.ref.kind !== "Job");
  return lost === undefined ? [] : [{ id: "template-not-rolled-out", object: lost }];
}

/** The ServiceAccount's list, or a Secret on it, may hold the login that the Pod's own list lacks. */
function unreadAccount(failed: FailedPull): readonly UnreadRival[] {
  const { serviceAccount, pod } = failed.evidence;
  if (failed.pull.listFrom === "service-account") return [];
  const names = serviceAccount.state === "found" ? serviceAccount.value.pullSecrets : [];
  const further = names.filter((name) => !pod.pullSecrets.includes(name));
  const lost = failedRead(serviceAccount) ? serviceAccount : unreadSecret(failed, further);
  return lost === undefined ? [] : [{ id: "service-account-list-ignored", object: lost }];
}

/** Another ServiceAccount, or a Secret on its list, may hold the login. */
function unreadNeighbours(failed: FailedPull): readonly UnreadRival[] {
  const { accountList, otherServiceAccounts } = failed.evidence;
  const names = otherServiceAccounts.flatMap(({ pullSecrets }) => pullSecrets);
  const lost = failedRead(accountList) ? accountList : unreadSecret(failed, names);
  return lost === undefined ? [] : [{ id: "wrong-service-account", object: lost }];
}

function unreadSecret(failed: FailedPull, names: readonly string[]): Observed<unknown> | undefined {
  return names
    .flatMap((name) => failed.evidence.secrets.get(name) ?? [])
    .find((secret) => failedRead(secret));
}
