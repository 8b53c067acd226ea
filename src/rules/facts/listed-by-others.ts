import { type Evidence, secretOf } from "../../evidence/evidence.ts";
import type { Pull } from "../../pull/pull.ts";

interface Walked {
  readonly evidence: Evidence;
  readonly pull: Pull;
}

/**
 * Secrets that nobody read, and that other Pods of the namespace list which have an image of the same registry: an answer
 * about one Pod has no read for each. Asked for rarely, so all pulls are looked at only then.
 */
export function listedByOthers(all: () => readonly Walked[]): (asking: Walked) => () => readonly string[] {
  return (asking) => () => {
    const { pod } = asking.evidence;
    const names = all()
      .filter(
        ({ evidence, pull }) =>
          evidence.pod.namespace === pod.namespace &&
          pull.attempt.progress === "pulled" &&
          registryOf(pull) === registryOf(asking.pull),
      )
      .flatMap(({ evidence }) => evidence.pod.pullSecrets);
    return [...new Set(names)].filter(
      (name) => name !== "" && !pod.pullSecrets.includes(name) && isUnread(asking.evidence, name),
    );
  };
}

function registryOf({ reference }: Pull): string {
  return reference.ok ? reference.registry : "";
}

function isUnread(evidence: Evidence, name: string): boolean {
  const observed = secretOf(evidence, name);
  return observed.state === "unknown" && observed.reason === "not-collected";
}
