import type { Revision } from "../../evidence/revision.ts";
import { parseImageReference } from "../../pull/image-reference.ts";
import type { FailedPull } from "../rule.ts";

/** An older revision of the Pod's Deployment that runs with another image, and that image. */
export interface RunningBefore {
  readonly revision: Revision;
  readonly image: string;
}

/** The newest of those that run. One with the same image fails as this one does as soon as its Pod is made anew. */
export function runningBefore({
  evidence,
  pull,
}: Pick<FailedPull, "evidence" | "pull">): RunningBefore | undefined {
  // A volume may bear a container's name, and a debug container is of no revision.
  if (pull.image.type !== "container" && pull.image.type !== "initContainer") return undefined;
  const [newest, ...older] = evidence.revisions;
  if (newest === undefined || newest.replicaSet !== evidence.pod.owner?.name) return undefined;
  for (const revision of older) {
    const image = revision.images[pull.image.container];
    if (revision.ready > 0 && image !== undefined && image !== pull.image.image) return { revision, image };
  }
  return undefined;
}

/** A revision that runs with an image of the same repository, which shows that there is one. */
export function runsRepository({
  evidence,
  pull,
}: Pick<FailedPull, "evidence" | "pull">): RunningBefore | undefined {
  const { reference } = pull;
  if (!reference.ok) return undefined;
  for (const revision of evidence.revisions)
    for (const image of revision.ready > 0 ? Object.values(revision.images) : []) {
      const other = parseImageReference(image);
      if (other.ok && other.name === reference.name) return { revision, image };
    }
  return undefined;
}

/** What runs comes from another host than the image that is asked for. */
export function ranFromElsewhere(failed: Pick<FailedPull, "evidence" | "pull">): boolean {
  const { reference } = failed.pull;
  const before = runningBefore(failed);
  const other = before === undefined ? undefined : parseImageReference(before.image);
  return reference.ok && other?.ok === true && other.registry !== reference.registry;
}
