import type { WorkloadFacts } from "../../evidence/workload.ts";
import { listRef, listWords, said } from "../facts/listed.ts";
import type { NewerTemplate } from "../facts/template-ahead.ts";
import { unseen } from "../facts/unread.ts";
import { kubectl, lines } from "../fix/command.ts";
import { attach } from "../fix/login.ts";
import {
  deletePod,
  endOldRevision,
  letRoll,
  managingWorkload,
  nameOf,
  remake,
  remakeWords,
  rolls,
} from "../fix/workload.ts";
import { authFailures, claim, type FailedPull, type Fix, inSummary, likelyUnless } from "../rule.ts";
import { standing } from "../standing.ts";

/** A Pod keeps the imagePullSecrets of the revision it was made from: the field cannot change on an existing Pod. */
export const templateNotRolledOut = standing({
  id: "template-not-rolled-out",
  explains: authFailures,
  at: "template-ahead",
  word: (failed, { template: ahead }) => {
    const secrets = listWords(ahead.secrets);
    const { workload, account } = ahead;
    const name = `${workload.kind} ${workload.name}`;
    return likelyUnless(unseen(failed, ahead.secrets), {
      summary: `${account === undefined ? `${name} names ${secrets} now` : `${name} runs as ServiceAccount ${account} now, which names ${secrets}`}; ${madeBefore(failed, workload)}.`,
      because: [
        account === undefined
          ? inSummary(claim(`The template of ${name} names ${secrets}.`, ahead.ref))
          : claim(
              `The template of ${name} names ServiceAccount ${account}; the Pod's is ${failed.evidence.pod.serviceAccount}.`,
              ahead.ref,
              { ...failed.evidence.pod.ref, path: ".spec.serviceAccountName" },
            ),
        inSummary(claim(`The Pod's own list does not have ${secrets}.`, listRef(failed))),
        said(failed),
      ],
      confirm: rolls(managingWorkload(failed))
        ? kubectl(failed, "get", "pods", "-L", "pod-template-hash,controller-revision-hash")
        : kubectl(failed, "get", nameOf(workload), "-o", "yaml"),
      fixes: [...rollOut(failed, ahead.secrets), ...fallback(failed, ahead)],
      rivals: [],
    });
  },
});

function madeBefore(failed: FailedPull, workload: WorkloadFacts): string {
  const { owner } = failed.evidence.pod;
  return workload.kind === "CronJob" && owner !== undefined
    ? `${owner.kind} ${owner.name} was made from it before, and its Pod does not have it`
    : "this Pod is from an older revision and does not have it";
}

/**
 * The newest revision may be kept from starting by what the old Pod occupies (a quota, a node), so the old ReplicaSet
 * loses its unready Pods first; a controller never scales an old revision up again.
 */
function rollOut(failed: FailedPull, secrets: readonly string[]): readonly Fix[] {
  const workload = managingWorkload(failed);
  if (!rolls(workload)) return [];
  const { pod } = failed.evidence;
  const held = letRoll(failed, workload);
  if (held !== undefined)
    return [
      {
        summary: `${held.words.charAt(0).toUpperCase()}${held.words.slice(1)}.`,
        command: lines(held.command, workload.paused ? undefined : deletePod(failed)),
        effect: "replaces-pod",
        lasting: true,
        lists: { pod: secrets },
      },
    ];
  const ended =
    pod.owner?.kind === "ReplicaSet" ? endOldRevision(failed, workload, pod.owner.name) : deletePod(failed);
  return [
    {
      summary: `End what is not ready of the old revision, and let ${nameOf(workload)} make it anew.`,
      command: ended,
      effect: "replaces-pod",
      saysReplaced: true,
      lasting: true,
      lists: { pod: secrets },
    },
  ];
}

/** A Job keeps the template that it was made with; whatever else makes Pods takes its template as it is now. */
function fallback(failed: FailedPull, ahead: NewerTemplate): readonly Fix[] {
  const [secret] = ahead.secrets;
  if (secret === undefined || rolls(managingWorkload(failed))) return [];
  const again = remake(failed, false);
  if (failed.evidence.pod.owner?.kind === "Job" || again === undefined)
    return attach(failed, secret, { how: `Give the Pod ${secret}: ` });
  return [
    {
      summary: `Have the Pod made anew from the template: ${remakeWords(failed)}.`,
      command: again,
      effect: "replaces-pod",
      saysReplaced: true,
      lasting: true,
    },
  ];
}
