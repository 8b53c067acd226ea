import type { Evidence } from "../../evidence/evidence.ts";
import type { Ref } from "../../evidence/observed.ts";
import type { AuthEntry } from "../../evidence/pull-secret.ts";
import type { ImageReference } from "../image-reference.ts";
import type { LookUp } from "../keyring.ts";
import type { Given, ListedSecret } from "../login.ts";

/** One place a login could come from, whether or not it was used, and why. In the kubelet's order. */
export interface CredentialCandidate {
  readonly source: "pull-secret" | "node-config" | "credential-provider" | "runtime-config" | "anonymous";
  readonly secret?: string;
  readonly provider?: string;
  readonly registryKey?: string;
  /**
   * - `given`: handed to the runtime · `no-match`: an entry for something else
   * - `no-name`, `absent`, `not-retrieved`, `made-later`, `ignored`, `empty`, `undecodable`: the Secret gave nothing
   * - `unknown`: could not be read or seen · `not-tried`: its turn never came
   */
  readonly outcome:
    | "given"
    | "no-match"
    | "no-name"
    | "absent"
    | "not-retrieved"
    | "made-later"
    | "ignored"
    | "empty"
    | "undecodable"
    | "unknown"
    | "not-tried";
  readonly reason: string;
  readonly refs: readonly Ref[];
}

export interface PathInput {
  readonly evidence: Evidence;
  readonly listed: readonly ListedSecret[];
  readonly lookUp: LookUp<AuthEntry>;
  /** `stopped` also where the pull never came to an attempt, whatever the Secrets hold. */
  readonly given: Given;
  /** Why it never came to an attempt, where it did not. */
  readonly stoppedBecause: string;
  readonly reference: ImageReference;
}
