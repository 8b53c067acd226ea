/** What the API server's admission said of a Pod that would be, where it was asked by a dry run. */
export type Admission =
  | {
      readonly state: "admitted";
      /** Container → its image as the template has it; a container that is not among them was added. */
      readonly written: Readonly<Record<string, string>>;
    }
  /** No such Pod would be made for who asks. */
  | { readonly state: "refused"; readonly words: string }
  /** Nothing was learnt: who asks may not, a webhook failed, or what is refused is not the Pod itself. */
  | { readonly state: "unanswered"; readonly words: string };

/** The API server's answer to a dry run that made no Pod. */
export interface Refusal {
  readonly message: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** The Status's reason. */
  readonly reason?: string;
}

/**
 * Whether an answer is about the Pod. A right that is missing is told from admission's refusal by the name, which only the latter has:
 * `pods is forbidden: …` and `pods "web-" is forbidden: …` (apimachinery pkg/api/errors NewForbidden, 1.26-1.36). A quota that is used up, a
 * ServiceAccount or namespace that is not there yet, and a webhook that knows no dry run say nothing of the Pod as it will be.
 */
export function isAboutPod({ message, status, reason }: Refusal): boolean {
  const refusing = status === 400 || status === 403 || status === 422;
  const worded = reason !== undefined || message.startsWith("admission webhook ");
  return refusing && worded && !aboutOthers.some((words) => words.test(message));
}

const aboutOthers: readonly RegExp[] = [
  /^pods is forbidden\b/,
  /does not support dry run$/,
  /\bis forbidden: error looking up service account\b/,
  /\bis forbidden: exceeded quota\b/,
  /\bis being terminated$/,
];
