import { defined } from "../../evidence/field.ts";
import { aggregateParts } from "./aggregate.ts";
import { type AttemptError, readAttemptError } from "./attempt-error.ts";
import { dialectOf } from "./dialect.ts";
import { dockerConfigError } from "./docker-config-error.ts";
import type { Sent } from "./kind-facts.ts";
import { type FailureKind, kinds } from "./kinds.ts";
import { meaningOf } from "./meaning.ts";
import { maskNames } from "./names.ts";
import { progressOf, stageOf } from "./reached.ts";
import type { MessageContext, MessageReading } from "./reading.ts";
import { sandboxImage } from "./sandbox.ts";
import { sentOfSeveral } from "./sent.ts";
import { unwrap, type Wrapping } from "./wrapper.ts";
import type { Stage } from "../stage.ts";

export type { Sent } from "./kind-facts.ts";
export type { MessageContext, MessageReading } from "./reading.ts";
export { aggregateParts };

/**
 * Takes off what the kubelet, gRPC and logs put around a runtime's error. `error` is null where the text carries no
 * cause: a bare back-off, `Error: ErrImagePull`, or no failure at all (`Pulling image "X"`).
 */
export function unwrapKubelet(text: string): { readonly image?: string; readonly error: string | null } {
  const { image, error } = unwrap(text);
  return { error, ...defined({ image }) };
}

/**
 * Messages come from whoever can write an event. What is longer is read at both ends, because wrappers stand in front
 * and causes behind.
 */
export const readLimit = 16_384;

function bounded(text: string): string {
  if (text.length <= readLimit) return text;
  return `${text.slice(0, readLimit / 2)}\n${text.slice(1 - readLimit / 2)}`;
}

/** Events and reasons of what comes before or after an image: `unknown`, whatever words they have. */
const notAboutImages =
  /^(?:(?:Liveness|Readiness|Startup) probe |MountVolume|AttachVolume|Unable to attach or mount|[Bb]ack-off (?:[\dhms.]{1,12} )?restarting |failed to create (?:containerd (?:task|container)|shim task)\b|container create failed|OCI runtime |\d{1,6}\/\d{1,6} nodes are available|Error creating: |(?:secret|configmap|persistentvolumeclaim|pod|serviceaccount)s? "|couldn't find key |error looking up service account )/;

/** Waiting and termination reasons of what comes after the pull (pkg/kubelet/container/sync_result.go, containerd's StartError). */
const afterPull =
  /^(?:CreateContainerError|CreateContainerConfigError|RunContainerError|StartError|CrashLoopBackOff)$/;

/** The API server to the node, which asks for a token for its credential provider (ServiceAccountNodeAudienceRestriction, 1.32 on). */
const aboutProvider = /^serviceaccounts "[^"]{1,253}" is forbidden: audience /;

/** gRPC's, of the call to the runtime itself; a network plugin has sockets of its own. */
const runtimeSilent = /^(?:connection error: desc =|transport is closing|error reading from server)/;

/**
 * Reads a message of the kubelet, of a runtime, or of a tool on top of one. An aggregate `[a, b]` holds one error for
 * each login that was tried with another outcome; the one that got furthest speaks for it.
 */
export function readMessage(text: string, context: MessageContext = {}): MessageReading {
  const wrapping = unwrap(bounded(text));
  const { error } = wrapping;
  const undecodable = dockerConfigError(error ?? context.reason ?? "");
  if (undecodable !== undefined) return readUndecodable(undecodable, wrapping, context);
  if (error === null) return readReason(wrapping, context);
  if (wrapping.creating !== true && afterPull.test(reasonOf(wrapping, context)))
    return compose("unknown", "unknown", "reference", withNode(wrapping, context));
  const sandbox = sandboxImage(wrapping, context.reason, maskNames(error).text);
  if (sandbox === "other" && runtimeSilent.test(error))
    return compose("runtime-unavailable", "nothing", "policy", withNode(wrapping, context));
  if (sandbox === "other" || (notAboutImages.test(error) && !aboutProvider.test(error)))
    return compose("unknown", "unknown", "reference", withNode(wrapping, context));
  const attempts = aggregateParts(error).map((part) => readPart(part, wrapping, context));
  const furthest = attempts.toSorted((a, b) => progressOf(b) - progressOf(a))[0];
  if (
    furthest === undefined ||
    (furthest.kind === "unknown" && kindOfReason(wrapping, context) !== "backoff-only")
  )
    return readReason(wrapping, context);
  return sandbox === undefined
    ? readFurthest(furthest, attempts, wrapping)
    : readSandbox(sandbox.image, furthest);
}

/** podman and skopeo, behind whatever ran them. */
const commandLine =
  /\bError: (?:initializing source docker:|unable to pull |error pulling image )|\bError parsing image name "?docker:/;

/** A part of an aggregate has wrappers of its own: gRPC's code, or the kubelet's sentence about one of several containers. */
function readPart(part: string, outer: Wrapping, context: MessageContext): AttemptError {
  const inner = unwrap(part);
  return readAttemptError(inner.error ?? part, {
    image: inner.image ?? outer.image,
    podman: outer.image === undefined && (outer.bareError === true || commandLine.test(part)),
    beforeCri: outer.beforeCri === true || inner.beforeCri === true,
    runtimeVersion: context.runtimeVersion,
  });
}

type Details = Omit<MessageReading, "kind" | "sent" | "stage" | "meaning">;

/** `sentence`: the text has the registry's own words besides the status. */
function compose(
  kind: FailureKind,
  sent: Sent,
  stage: Stage,
  details: Details,
  sentence = false,
): MessageReading {
  return { kind, stage, sent, ...details, meaning: meaningOf(kind, sent, { ...details, stage, sentence }) };
}

function withNode(wrapping: Wrapping, context: MessageContext): Details {
  const runtime = dialectOf("", { podman: false, beforeCri: false, runtimeVersion: context.runtimeVersion });
  return { runtime, ...defined({ image: wrapping.image, inspect: wrapping.inspect }) };
}

function readFurthest(
  furthest: AttemptError,
  attempts: readonly AttemptError[],
  wrapping: Wrapping,
): MessageReading {
  const { kind, phase, runtime } = furthest;
  const sent = sentBy(attempts, kind, wrapping);
  const details = {
    runtime,
    ...ofAnswer(furthest),
    ...defined({
      image: wrapping.image,
      inspect: wrapping.inspect,
      creating: wrapping.creating,
      mirrorBefore: furthest.mirrorBefore,
      notAsked: furthest.notAsked ? true : undefined,
      passedOn: furthest.passedOn,
      behind: furthest.behind,
      beforeImage: furthest.beforeImage ? true : undefined,
      namesMissing: furthest.namesMissing,
      platform: furthest.platform,
      held: furthest.held,
      attempts: attempts.length > 1 ? attempts.length : undefined,
      bare401: furthest.bare401 ? true : undefined,
      tokenRefused: kinds[kind].refusal === true && phase === "token" ? true : undefined,
      afterChallenge: attempts.some((attempt) => attempt.afterChallenge) ? true : undefined,
    }),
  };
  // containerd 2.1.3 on writes the registry's sentence on a line of its own.
  const sentence = furthest.status === undefined || /server message|\n[a-z ]{4,20}: /i.test(furthest.masked);
  const stage = stageOf(kind, phase);
  const inspected = wrapping.inspect === true && (stage !== "reference" || kinds[kind].reached === "untold");
  return compose(kind, sent, inspected ? "policy" : stage, details, sentence);
}

/** ImageStatus asks the runtime's own store. Where kubelets before the CRI speak of no credentials, docker had none from anybody. */
function sentBy(attempts: readonly AttemptError[], kind: FailureKind, wrapping: Wrapping): Sent {
  if (wrapping.inspect === true) return "nothing";
  const sent = sentOfSeveral(attempts.map((attempt) => attempt.sent));
  const { reached } = kinds[kind];
  const isAnswered = reached === "answer" || reached === "image";
  return sent === "unknown" && isAnswered && wrapping.beforeCri === true ? "anonymous" : sent;
}

function ofAnswer({ host, status, mirror }: AttemptError): Partial<MessageReading> {
  return defined({ host, status, mirror: mirror ? true : undefined });
}

/** The sandbox's image is the runtime's own affair: for the Pod's image nothing was sent. */
function readSandbox(sandbox: string, attempt: AttemptError): MessageReading {
  return compose("sandbox-image-failed", "nothing", "policy", {
    runtime: attempt.runtime,
    ...ofAnswer(attempt),
    ...(sandbox === "" ? {} : { sandbox }),
    ...(attempt.kind === "unknown" ? {} : { sandboxKind: attempt.kind }),
  });
}

function readUndecodable(undecodable: string, wrapping: Wrapping, context: MessageContext): MessageReading {
  return compose("unknown", "nothing", "credentials", {
    ...withNode(wrapping, context),
    dockerConfigError: undecodable,
  });
}

/** Reasons that are causes by themselves. CRI-O says RegistryUnavailable of a refused connection only (server/image_pull.go, 1.28-1.34). */
const reasons: ReadonlyMap<string, FailureKind> = new Map([
  ["ErrImageNeverPull", "never-pull-policy"],
  ["InvalidImageName", "invalid-image-name"],
  ["RegistryUnavailable", "connect-refused"],
  ["SignatureValidationFailed", "signature-rejected"],
  ["FailedToRetrieveImagePullSecret", "pull-secret-missing"],
  ["ErrImagePull", "backoff-only"],
  ["ImagePullBackOff", "backoff-only"],
  ["ImageInspectError", "backoff-only"],
  ["BackOff", "backoff-only"],
]);

function readReason(wrapping: Wrapping, context: MessageContext): MessageReading {
  const reason = reasonOf(wrapping, context);
  const kind = reasons.get(reason) ?? "unknown";
  const details = withNode(wrapping, context);
  if (reason === "ImageInspectError")
    return compose(kind, "nothing", "policy", { ...details, inspect: true });
  const { stage, reached } = kinds[kind];
  const sent = reached === "kubelet" ? "nothing" : "unknown";
  const crio = wrapping.reason === "RegistryUnavailable" || wrapping.reason === "SignatureValidationFailed";
  return compose(kind, sent, stage, crio ? { ...details, runtime: "cri-o" } : details);
}

function reasonOf(wrapping: Wrapping, context: MessageContext): string {
  return wrapping.reason ?? context.reason ?? "";
}

function kindOfReason(wrapping: Wrapping, context: MessageContext): FailureKind {
  return reasons.get(reasonOf(wrapping, context)) ?? "backoff-only";
}
