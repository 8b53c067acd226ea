/** What the command line asks about: Pods by name, the Pods of workloads or nodes, or every Pod that fits. */
export interface Target {
  readonly kind: string;
  readonly name: string;
  /** Where the target itself names it. */
  readonly namespace?: string;
}

export interface Scope {
  /** Undefined for all namespaces. */
  readonly namespace: string | undefined;
  readonly selector?: string;
  readonly fieldSelector?: string;
  /** The API server's address, for kubectl's sentence when it cannot be reached. */
  readonly server: string;
  /** Flags that a printed kubectl command needs to reach the same cluster as the same user. */
  readonly kubectlFlags?: readonly string[];
}
