import type { Meaning, Sent } from "./kind-facts.ts";
import type { FailureKind } from "./kinds.ts";
import type { PassedOn } from "./status.ts";
import type { Stage } from "../stage.ts";

/** Whose wording a text has. podman prints the same chain as CRI-O but is `unknown`: no Pod runs on it. */
export type RuntimeDialect = "containerd" | "docker" | "cri-o" | "unknown";

/** What a message proves by itself. */
export interface MessageReading {
  readonly kind: FailureKind;
  readonly stage: Stage;
  readonly runtime: RuntimeDialect;
  /** For the Pod's image: a sandbox image's pull sends nothing for it. */
  readonly sent: Sent;
  readonly meaning: Meaning;
  /** The image as the kubelet quotes it; empty where it forgot it (ImageInspectError, 1.32-1.36). */
  readonly image?: string;
  /** The host that answered or was dialled, with its port: the image's, a mirror's, a token server's, a blob store's. */
  readonly host?: string;
  /** That host is a mirror: the request carried `?ns=`, which containerd adds for no other. */
  readonly mirror?: boolean;
  /** Mirrors were asked before and failed, as CRI-O lists them: what the one that got furthest said. */
  readonly mirrorBefore?: FailureKind;
  /** The kubelet could not get what a credential provider is asked with, so that the provider was not asked. */
  readonly notAsked?: boolean;
  /** The registry gives on what it got itself, mostly from the one behind it: an answer with this status, or worse. */
  readonly passedOn?: PassedOn;
  /** Why it did not reach the one behind it. */
  readonly behind?: FailureKind;
  /** A limit that was met before anything of the image was asked: it is of whoever answered, and of nobody behind. */
  readonly beforeImage?: boolean;
  /** HTTP status of the answer, where the text has it. */
  readonly status?: number;
  /** Go's own text of a pull secret that cannot be decoded, when it is the whole error: no registry was asked. */
  readonly dockerConfigError?: string;
  /**
   * The refusal came after the registry had asked who it is. So a login that the runtime held was sent, although the
   * text is the same without one: the caller who knows what was handed over can conclude.
   */
  readonly afterChallenge?: boolean;
  /**
   * A bare 401 in containerd's words. From a registry that challenges with Basic it is the answer to a login, if
   * containerd is 1.6.25 on, 1.7.8 on or 2.x, which say `no basic auth credentials` when they hold none. From one that
   * challenges with Bearer it proves nothing: a token was fetched, with a login or without, and was not enough.
   */
  readonly bare401?: boolean;
  /** The refusal is a token server's: of whoever asked, before it came to any image. */
  readonly tokenRefused?: boolean;
  /** What the runtime held for the host that it asked, where the text proves it; held is not yet sent. */
  readonly held?: "login" | "none";
  /** The runtime was asked whether it has the image, and failed; it came to no pull. */
  readonly inspect?: boolean;
  /** The container was being created: the kubelet's own pull went well, and the image fails after it. */
  readonly creating?: boolean;
  /**
   * What the text says does not exist: of a 404 the manifest or the repository, of a name that cannot be resolved the
   * host. Absent where it leaves that open.
   */
  readonly namesMissing?: "manifest" | "repository" | "host";
  /** The sandbox image that could not be pulled. */
  readonly sandbox?: string;
  /** What its own pull failed of. */
  readonly sandboxKind?: FailureKind;
  /** os/architecture[/variant] that the image has no variant for. */
  readonly platform?: string;
  /** The text is of this many attempts with different errors, each with another login: at least so many were tried. */
  readonly attempts?: number;
}

export interface MessageContext {
  /** The event's or the waiting state's reason. */
  readonly reason?: string | null;
  /** `containerd://1.7.35`, from the node's status. */
  readonly runtimeVersion?: string;
  readonly kubeletVersion?: string;
}
