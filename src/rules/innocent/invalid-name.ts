import { nameFault } from "../facts/name-fault.ts";
import { templateVariable } from "../facts/template-variable.ts";
import { endWaitingJob, setImage } from "../fix/image.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull, type Fix } from "../rule.ts";

function fixesOf(failed: FailedPull): readonly Fix[] {
  const fault = nameFault(failed.pull.image.image);
  if (fault?.meant !== undefined)
    return [setImage(failed, fault.meant, `${fault.heals}: ${fault.meant}.${endWaitingJob(failed)}`)];
  return [
    {
      summary: `${fault?.heals ?? "Correct the image in the Pod or its workload's template"}.${endWaitingJob(failed)}`,
      effect: "writes",
    },
  ];
}

export const invalidNameRows: readonly InnocentRow[] = [
  {
    id: "invalid-image-name",
    kind: "invalid-image-name",
    applies: (f) => templateVariable(f.pull.image.image) === undefined,
    summary: (f) => `"${f.pull.image.image}" is no valid image reference; nothing was asked of any registry.`,
    claims: (f) => [
      claim(
        nameFault(f.pull.image.image)?.says ??
          `The image is "${f.pull.image.image}"${f.pull.reference.ok ? "" : `: ${f.pull.reference.error}`}.`,
        f.pull.image.ref,
      ),
    ],
    confirm: () =>
      "A reference is HOST[:PORT]/path[:tag][@digest], the path in lower case, without a scheme.",
    fixes: fixesOf,
  },
];
