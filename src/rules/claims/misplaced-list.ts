import { fits, cannotTell } from "../facts/fits.ts";
import type { Ref } from "../../evidence/observed.ts";
import type { MisplacedList } from "../../evidence/misplaced-list.ts";
import { podSpecPath } from "../../evidence/workload.ts";
import { attach } from "../fix/login.ts";
import { claim, type Claim, type FailedPull, type Fix } from "../rule.ts";

export interface Misplaced extends MisplacedList {
  readonly ref: Ref;
  /** Where the list would count. */
  readonly right: string;
  /** One that holds a login for the image, or may. */
  readonly secret: string;
}

/** The list that somebody wrote beside its place, if it names a Secret that would help. */
export function misplacedList(failed: FailedPull): Misplaced | undefined {
  const { pod, workloads } = failed.evidence;
  const holders = [
    { ref: pod.ref, kind: "Pod", lists: pod.misplacedLists },
    ...workloads.flatMap((workload) =>
      workload.state === "found"
        ? [{ ref: workload.ref, kind: workload.value.kind, lists: workload.value.misplacedLists }]
        : [],
    ),
  ];
  for (const { ref, kind, lists } of holders)
    for (const list of lists) {
      const secret =
        list.names.find((name) => fits(failed, name)) ?? list.names.find((name) => cannotTell(failed, name));
      if (secret !== undefined)
        return { ...list, ref, secret, right: `.${(podSpecPath(kind) ?? []).join(".")}.imagePullSecrets` };
    }
  return undefined;
}

export function misplacedClaim({ ref, place, names, right }: Misplaced): Claim {
  return claim(
    `${ref.kind} ${ref.name} was applied with a list of pull secrets (${names.join(", ")}) in ${place}, where it is dropped; it counts as ${right}.`,
    { ...ref, path: '.metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]' },
  );
}

export function misplacedFixes(failed: FailedPull, { ref, right, secret }: Misplaced): readonly Fix[] {
  return [
    ...attach(failed, secret, { how: `Put Secret ${secret} where it counts: ` }),
    {
      summary: `In the manifest of ${ref.kind} ${ref.name}, move the list to ${right}, so that it is applied with the next change.`,
      effect: "writes",
    },
  ];
}
