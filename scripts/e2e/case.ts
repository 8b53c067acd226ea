/** One step of a case: an object to make, or a change by kubectl, in the words of the lab's making.py. */
export type Step =
  | KubeObject
  | { patch: string[] }
  | { delete: string[] }
  | { kubectl: string[] }
  /** Made by kubectl apply, which remembers what it wrote. */
  | { apply: KubeObject };

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface GivenLogin {
  readonly secret: string;
  readonly registryKey: string;
}

/** A case as the lab's cases.py has it. `NS` in any string stands for the namespace that it is played in. */
export interface Case {
  readonly name: string;
  readonly story: string;
  readonly cause: string;
  readonly also_accept?: readonly string[];
  /** Applied one after the other, with a wait between. */
  readonly steps: readonly (readonly Step[])[];
  /** What happens a moment before somebody looks. */
  readonly late?: readonly Step[];
  /** Other namespaces that the case needs. */
  readonly namespaces?: readonly string[];
  /** As the registry sees it; without one nothing is asked of a registry. */
  readonly repository?: string | null;
  readonly host?: string | null;
  readonly pod?: string;
  readonly container?: string;
  readonly given: readonly GivenLogin[] | null;
  readonly healable: boolean;
  /** The first Kubernetes version that has it, `1.36`. */
  readonly since?: string;
  /** What to ask about instead of the Pod: TYPE/NAME. */
  readonly target?: string;
  /** It heals by going back to Pods that run already. */
  readonly goesBack?: boolean;
  /** The cluster is given by flags, and no KUBECONFIG is there when the fixes are pasted. */
  readonly byFlags?: boolean;
}

/** The verdicts that are right. */
export function acceptedOf({ cause, also_accept: also }: Case): readonly string[] {
  return [cause, ...(also ?? [])];
}
