import type { PodToBe } from "../evidence/pods-to-be.ts";
import type { Pull } from "../pull/pull.ts";

/** What changes in a computed check where admission was asked: what it refuses is not pulled, and what it did not answer is not known. */
export function byAdmission(
  computed: { readonly answer: string; readonly summary: string },
  toBe: PodToBe,
  pull: Pull,
) {
  const { admission } = toBe;
  const undecided = { cause: null, alternatives: [], fixes: [] } as const;
  switch (admission?.state) {
    case undefined:
      return {};
    case "admitted":
      return { admission, summary: `${computed.summary}${changeWords(toBe, pull)}` };
    case "refused": {
      const summary = `Admission refuses the Pod: ${sentence(admission.words)}`;
      return { ...undecided, admission, answer: "no", summary } as const;
    }
    case "unanswered": {
      const summary = `Admission did not say what it makes of the Pod: ${sentence(admission.words)} Without it ${computed.answer}: ${computed.summary}`;
      return { ...undecided, admission, answer: "unknown", summary } as const;
    }
  }
}

const sentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`);

/** What a webhook has done to this image. */
export function changeWords({ admission }: PodToBe, { image: { container, image } }: Pull): string {
  if (admission?.state !== "admitted") return "";
  const { written } = admission;
  if (!Object.hasOwn(written, container)) return ` Admission adds ${container}.`;
  return written[container] === image ? "" : ` Admission makes it of ${written[container]}.`;
}
