import { kubectl, lines } from "./fix/command.ts";
import { attach } from "./fix/login.ts";
import { deletePod, letRoll, managingWorkload, nameOf, rolls } from "./fix/workload.ts";
import { corrected, isStatic, listRef, listWords, nothingHandedOver, said, templateAhead } from "./listed.ts";
import { unseen } from "./unread.ts";
import { authFailures, claim, type FailedPull, type Fix, likelyUnless, type Rule } from "./rule.ts";

/** A Pod keeps the imagePullSecrets of the revision it was made from: the field cannot change on an existing Pod. */
export const templateNotRolledOut: Rule = {
  id: "template-not-rolled-out",
  explains: authFailures,
  check: (failed) => {
    if (isStatic(failed) || !nothingHandedOver(failed) || corrected(failed).length > 0) return undefined;
    const ahead = templateAhead(failed);
    if (ahead === undefined) return undefined;
    const secrets = listWords(ahead.secrets);
    return likelyUnless(unseen(failed, ahead.secrets), {
      summary: `${ahead.name} names ${secrets} now; this Pod is from an older revision and does not.`,
      because: [
        claim(`The template of ${ahead.name} names ${secrets}.`, ahead.ref),
        claim(`The Pod's own list does not have it.`, listRef(failed)),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "pods", "-L", "pod-template-hash"),
      fixes: [...rollOut(failed, ahead.secrets), ...fallback(failed, ahead.secrets[0])],
      rivals: [],
    });
  },
};

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
    pod.owner?.kind === "ReplicaSet"
      ? lines(
          endUnready(failed, `replicaset/${pod.owner.name}`),
          kubectl(failed, "wait", "--for=delete", `pod/${pod.name}`, "--timeout=120s"),
          kubectl(failed, "rollout", "restart", nameOf(workload)),
        )
      : deletePod(failed);
  return [
    {
      summary: `End what is not ready of the old revision, and let ${nameOf(workload)} make it anew.`,
      command: ended,
      effect: "replaces-pod",
      lasting: true,
      lists: { pod: secrets },
    },
  ];
}

/** A ReplicaSet that is scaled down ends its unready Pods first (pkg/controller/controller_utils.go, ActivePods). */
function endUnready(failed: FailedPull, replicaSet: string): string {
  const ready = kubectl(failed, "get", replicaSet, "-o", "jsonpath={.status.readyReplicas}");
  return `${kubectl(failed, "scale", replicaSet)} --replicas="$(($(${ready})+0))"`;
}

function fallback(failed: FailedPull, secret: string | undefined): readonly Fix[] {
  if (secret === undefined || rolls(managingWorkload(failed))) return [];
  return attach(failed, secret, { how: "" });
}
