import type { FailureKind } from "./failure-kind.ts";
import { maskNames } from "./message-mask.ts";
import { classify, stageOf } from "./message-patterns.ts";
import { aggregateParts, dockerConfigErrorIn, unwrapKubelet } from "./message-wrappers.ts";
import type { Stage } from "./stage.ts";
import { meaningOf } from "./message-meaning.ts";

export { unwrapKubelet } from "./message-wrappers.ts";

/** Whose wording a text has. podman prints the same chain as CRI-O but is `unknown`: no Pod runs on it. */
export type RuntimeDialect = "containerd" | "docker" | "cri-o" | "unknown";

/** What reached the registry: no request at all, requests without a login, a login, or not provable. */
export type Sent = "nothing" | "anonymous" | "credential" | "unknown";

/** What a message proves by itself. */
export interface MessageReading {
  readonly kind: FailureKind;
  readonly stage: Stage;
  readonly runtime: RuntimeDialect;
  readonly sent: Sent;
  /** One or two plain sentences: what the text alone proves. */
  readonly meaning: string;
  /** The host that answered or was dialled: the image's, a mirror's, a token server's or a blob store's. */
  readonly host?: string;
  /** The request carried `?ns=`, which containerd adds for mirrors. */
  readonly mirror?: boolean;
  /** Go's own text of a pull secret that cannot be decoded; the kubelet wrote it, no registry was asked. */
  readonly dockerConfigError?: string;
  /** The registry had begun to authenticate when it refused: a login at hand would have been sent by then. */
  readonly afterChallenge?: boolean;
  /** The kubelet or runtime failed to inspect the image; it came to no pull. */
  readonly inspect?: boolean;
  /** For a 404: whether the text says that it is the manifest, or the repository, that is absent. */
  readonly namesMissing?: "manifest" | "repository";
}

export interface MessageContext {
  /** The event's or the waiting state's reason. */
  readonly reason?: string | null;
  /** `containerd://1.7.35` */
  readonly runtimeVersion?: string;
  readonly kubeletVersion?: string;
}

/**
 * Reads a message of the kubelet, a runtime or a tool above it. Names (images, hosts, paths, URLs) are masked before
 * any word is weighed. An aggregate `[a, b]` has one error for each login that was tried; the one that got furthest
 * speaks for it.
 */
export function readMessage(text: string, context: MessageContext = {}): MessageReading {
  const { error, reason } = unwrapKubelet(text);
  const configError = dockerConfigErrorIn(error ?? text);
  const runtime = dialectOf(text, context);
  if (configError !== undefined) {
    const base = { kind: "unknown", stage: "credentials", runtime, sent: "nothing" } as const;
    return {
      ...base,
      dockerConfigError: configError,
      meaning: meaningOf(base, { dockerConfigError: configError }),
    };
  }
  const parts = error === null ? [] : aggregateParts(error);
  const readings = (parts.length === 0 ? [text] : parts).map((part) =>
    classify(maskNames(part), part, {
      ...context,
      wrapper: text,
      ...(reason === undefined ? {} : { waiting: reason }),
    }),
  );
  const furthest = readings.toSorted((a, b) => b.progress - a.progress)[0];
  const best = furthest ?? classify(maskNames(text), text, { ...context, wrapper: text });
  const { progress: _, ...facts } = best;
  // Of several logins, one refused is proof that one was sent.
  const sent = readings.some((reading) => reading.sent === "credential") ? "credential" : facts.sent;
  const base = { kind: facts.kind, stage: stageOf(facts.kind, facts), runtime, sent } as const;
  return { ...facts, ...base, meaning: meaningOf(base, facts) };
}

function dialectOf(text: string, context: MessageContext): RuntimeDialect {
  if (
    /Error response from daemon|API error \(\d+\)|may require 'docker login'|failed to register layer|ErrImageNeverPull: Container/.test(
      text,
    )
  )
    return "docker";
  if (
    /failed to pull and unpack image|failed to resolve (image|reference|ref)|failed to (fetch (anonymous|oauth) token|authorize)|failed to get sandbox image|get image config descriptor|failed commit on ref|containerd/.test(
      text,
    )
  )
    return "containerd";
  if (
    /unable to pull image(?: or OCI artifact)?:|initializing source docker|pinging (container|docker) registry|(reading|Error reading) manifest .+ in |unable to retrieve auth token|short[- ]name|SignatureValidationFailed|RegistryUnavailable|Source image rejected|artifact err:|Requesting bear(er)? token|(storing|writing) blob|\(Mirrors also failed/.test(
      text,
    )
  )
    return context.runtimeVersion !== undefined ||
      /Failed to pull image|rpc error|unable to pull image|RegistryUnavailable/.test(text)
      ? "cri-o"
      : "unknown";
  const version = context.runtimeVersion ?? "";
  if (version.startsWith("containerd")) return "containerd";
  if (version.startsWith("cri-o")) return "cri-o";
  return version.startsWith("docker") ? "docker" : "unknown";
}
