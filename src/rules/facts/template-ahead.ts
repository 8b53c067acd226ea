import type { Ref } from "../../evidence/observed.ts";
import type { WorkloadFacts } from "../../evidence/workload.ts";
import { cannotTell, fits } from "./fits.ts";
import type { Replay } from "./replay.ts";

/** A workload whose template gives its Pods pull secrets that this Pod lacks. */
export interface NewerTemplate {
  readonly ref: Ref;
  readonly workload: WorkloadFacts;
  /** Secrets that a Pod made now would have and this one lacks. */
  readonly secrets: readonly string[];
  /** The ServiceAccount that brings them, where the template names that and no list. */
  readonly account?: string;
}

/**
 * The template that gives its Pods pull secrets which this Pod lacks, by its own list or by another ServiceAccount's: it
 * was changed after this Pod was made, as long as nothing says that none of them holds a login for the image.
 */
export function templateAhead(replay: Replay): NewerTemplate | undefined {
  for (const workload of replay.evidence.workloads) {
    if (workload.state !== "found") continue;
    const ahead = byList(replay, workload.value) ?? byAccount(replay, workload.value);
    if (ahead !== undefined) return ahead;
  }
  return undefined;
}

function byList(replay: Replay, workload: WorkloadFacts): NewerTemplate | undefined {
  const { pod } = replay.evidence;
  const added = workload.pullSecrets.filter((name) => name !== "" && !pod.pullSecrets.includes(name));
  const secrets = added.filter((name) => fits(replay, name) || cannotTell(replay, name));
  const ref = { ...workload.ref, path: `${workload.ref.path}.imagePullSecrets` };
  return secrets.length === 0 ? undefined : { ref, workload, secrets };
}

function byAccount(replay: Replay, workload: WorkloadFacts): NewerTemplate | undefined {
  const { pod, otherServiceAccounts } = replay.evidence;
  if (workload.pullSecrets.length > 0 || workload.serviceAccount === pod.serviceAccount) return undefined;
  const account = otherServiceAccounts.find(({ name }) => name === workload.serviceAccount);
  const secrets = account?.pullSecrets.filter((name) => fits(replay, name)) ?? [];
  if (account === undefined || secrets.length === 0) return undefined;
  const ref = { ...workload.ref, path: `${workload.ref.path}.serviceAccountName` };
  return { ref, workload, secrets, account: account.name };
}
