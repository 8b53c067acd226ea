import type { Stage } from "../stage.ts";

/** What reached the registry: no request at all, requests without a login, a login, or not provable. */
export type Sent = "nothing" | "anonymous" | "credential" | "unknown";

/**
 * How far the pull of the Pod's image came, at most.
 * - `untold`: the text does not say
 * - `kubelet`: nothing was handed to the runtime (pkg/kubelet/images/image_manager.go)
 * - `runtime`: the runtime stopped before a request
 * - `way`: a request may not have arrived
 * - `answer`: somebody answered
 * - `image`: the manifest could be read
 */
type Reached = "untold" | "kubelet" | "runtime" | "way" | "answer" | "image";

/** What the text alone proves, in one or two plain sentences. */
export interface Meaning {
  /** Of the failure, and of a login where it is not told apart. */
  readonly failed: string;
  /** A sentence of its own of what was sent, as whoever knows it from elsewhere says it as well. */
  readonly sent?: string;
}

/** Everything that is known of a kind of failure. Nowhere else does the program list kinds by a property. */
export interface KindFacts {
  /** Where on the way it strikes, as the cause of the same name has it. */
  readonly stage: Stage;
  /** It can strike at any request: the stage is that of the last one that the text shows. */
  readonly anywhere?: true;
  readonly reached: Reached;
  /** What is true whatever was sent. */
  readonly sentence: string;
  /** In place of the sentence, where it means something else by what was sent. */
  readonly bySent?: Partial<Readonly<Record<Sent, string | Meaning>>>;
  /**
   * When the registry had asked who it is before it refused, so that a login at hand had been sent: unless the ping
   * failed, where a registry's code DENIED says so, or at the token server only.
   */
  readonly challenged?: "unless-ping" | "if-denied" | "at-token-server";
  /** What a registry answers to a login that is missing or not good enough. */
  readonly refusal?: true;
  /** A registry can decide it when it is asked from elsewhere; never where it is about the node's own way. */
  readonly askable?: true;
  /** The words say more than the status that came with it. */
  readonly outdoesStatus?: true;
  /** It means the same when the runtime was only asked whether it has the image (CRI ImageStatus). */
  readonly inspecting?: true;
}

export function kind(
  stage: Stage,
  reached: Reached,
  sentence: string,
  more: Partial<KindFacts> = {},
): KindFacts {
  return { stage, reached, sentence, ...more };
}

export const unproved = "Whether a login was sent, the text does not tell.";
