import { secretOf } from "../../evidence/evidence.ts";
import { known } from "../../evidence/observed.ts";
import { listWords } from "../facts/listed.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/**
 * What the Pod has and the template that it comes from does not: a container that somebody added, or another image. A
 * mutating webhook does both (sidecars, mirrors for images), and the pull secrets are still those of the template.
 */
export function templateDifferences(failed: FailedPull): readonly Claim[] {
  const { image } = failed.pull;
  if (image.type !== "container" && image.type !== "initContainer") return [];
  const template = failed.evidence.workloads.flatMap((workload) => known(workload) ?? [])[0];
  if (template === undefined || Object.keys(template.images).length === 0) return [];
  const name = `${template.kind} ${template.name}`;
  const ref = { ...template.ref, path: `${template.ref.path}.${image.type}s` };
  const there = Object.hasOwn(template.images, image.container)
    ? template.images[image.container]
    : undefined;
  if (there === undefined)
    return [
      claim(
        `The template of ${name} has no container ${image.container}: a webhook added it, or the template has changed since.`,
        ref,
        image.ref,
      ),
    ];
  if (there === image.image) return [];
  return [
    claim(
      `The template of ${name} has ${there} for ${image.container}: a webhook rewrote it in the Pod, or the template has changed since.`,
      ref,
      image.ref,
    ),
  ];
}

/** A template that was given a list since, of Secrets that are not there: its next Pods would be no better off. */
export function templateNamesMissing(failed: FailedPull): readonly Claim[] {
  return failed.evidence.workloads.flatMap((workload) => {
    const template = known(workload);
    const missing = template?.pullSecrets.filter(
      (name) => secretOf(failed.evidence, name).state === "absent",
    );
    if (template === undefined || missing === undefined || missing.length === 0) return [];
    const does = missing.length > 1 ? "do" : "does";
    return [
      claim(
        `The template of ${template.kind} ${template.name} names ${listWords(missing)}, which ${does} not exist.`,
        { ...template.ref, path: `${template.ref.path}.imagePullSecrets` },
      ),
    ];
  });
}
