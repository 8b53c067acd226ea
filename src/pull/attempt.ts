import type { EventFacts } from "../evidence/event.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { defined } from "../evidence/field.ts";
import { known, type Ref } from "../evidence/observed.ts";
import type { PodImage } from "../evidence/pod.ts";
import { type FailureText, readFailureText } from "./failure-text.ts";
import { type MessageContext, type MessageReading, unwrapKubelet } from "./message/message.ts";
import type { MirrorAnswer } from "./mirrors.ts";

/** A failed pull as the API shows it: the newest text that carries a cause, and how often it was tried. */
export interface Failure {
  readonly reading: MessageReading;
  readonly message: string;
  /** What mirrors of the node answered, in their order; the reading is of the registry's answer where the text has it. */
  readonly mirrors: readonly MirrorAnswer[];
  readonly ref: Ref;
  /** How many failed attempts the events still tell of; 0 when no event is left. */
  readonly attempts: number;
  /** How many pulls the events announce that did not bring the image. */
  readonly announced: number;
  /** RFC 3339; absent when no event is left. */
  readonly lastAttempt?: string;
  /** There was an attempt after this. Events fall behind, see triedSince. */
  readonly triedSince?: string;
}

/**
 * - `failed`: the runtime or the kubelet refused, and nothing newer contradicts
 * - `pulled`: the image is on the node and this container has it; whatever is wrong now is not the pull
 * - `under-way`: a pull has begun and has not ended
 * - `not-attempted`: it never came to a pull (unscheduled, an earlier init container, an image volume first)
 */
export interface Attempt {
  readonly progress: "failed" | "pulled" | "under-way" | "not-attempted";
  /** Why nothing was attempted, or what is wrong instead of the pull: the container's own waiting reason. */
  readonly instead?: string;
  /** The image was on the node already, so that this Pod's logins were not needed for a request. */
  readonly present?: boolean;
  /** A registry, or a mirror of it, gave the image for this very container. */
  readonly requested?: boolean;
  /** When the pull that is under way was announced: the kubelet does so before it waits for other pulls. */
  readonly since?: string;
  readonly failure?: Failure;
  readonly refs: readonly Ref[];
}

/** Waiting reasons of the kubelet's image manager (pkg/kubelet/images/types.go, 1.26-1.36). */
const pullReasons = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);
/** Nothing is said by these: a pull may not have begun, be under way, or have failed before a kubelet restart. */
const undecided = new Set(["ContainerCreating", "PodInitializing"]);
/** Since 1.33 the kubelet puts Go's text of a decoding error where a reason should be (kubernetes 1.33-1.36). */
const reasonWord = /^[A-Z][A-Za-z]*$/;

const fieldOf: Readonly<Record<PodImage["type"], string>> = {
  container: "containers",
  initContainer: "initContainers",
  ephemeralContainer: "ephemeralContainers",
  imageVolume: "",
};

interface OwnEvents {
  readonly pulling: readonly EventFacts[];
  readonly pulled: readonly EventFacts[];
  readonly failed: readonly EventFacts[];
}

export function readAttempt(image: PodImage, evidence: Evidence): Attempt {
  const events = ownEvents(image, evidence);
  if (image.type === "imageVolume") return readVolumeAttempt(image, evidence, events);
  const status = image.status;
  const refs = status === undefined ? [image.ref] : [status.ref];
  if (status === undefined || status.state === "none" || undecided.has(status.reason ?? ""))
    return readUndecided(image, evidence, events, refs);
  // What never ran has no image ID: a deadline, an eviction or a deletion ended the wait for the image.
  if (status.state === "terminated" && status.imageId === "" && !started(events))
    return readUndecided(image, evidence, events, refs);
  if (status.state !== "waiting")
    return { progress: "pulled", refs: [...refs, ...refsOf(events.pulled)], ...whence(image, events) };
  const reason = status.reason ?? "";
  if (!pullReasons.has(reason) && reasonWord.test(reason)) {
    // The kubelet's pull went well, and the image fails all the same where the container is made of it.
    const { reading } = read(status.message ?? "", reason, evidence);
    if (reading.creating === true && reading.kind !== "unknown")
      return failedWith(status.message ?? "", status.ref, reason, evidence, events);
    return {
      progress: "pulled",
      instead: reason,
      refs: [...refs, ...refsOf(events.pulled)],
      ...whence(image, events),
    };
  }
  const volume = blamedVolume(image, evidence);
  if (volume !== undefined)
    return { progress: "not-attempted", instead: `image volume ${volume.container}`, refs };
  const own = status.message === undefined ? null : unwrapKubelet(status.message).error;
  const text = own === null && reasonWord.test(reason) ? newestCause(events.failed) : undefined;
  const message = text?.message ?? status.message ?? reason;
  const since = triedSince(image, evidence);
  return failedWith(message, text?.ref ?? status.ref, reason, evidence, events, since);
}

/** Events about this image: of the container's field, or of the whole Pod for a volume, and quoting this image. */
function ownEvents(image: PodImage, evidence: Evidence): OwnEvents {
  const all = known(evidence.events) ?? [];
  const path = image.type === "imageVolume" ? undefined : `spec.${fieldOf[image.type]}{${image.container}}`;
  const own = all.filter((event) => {
    if (event.fieldPath !== path) return false;
    const quoted = unwrapKubelet(event.message).image;
    // An event that quotes another image is about what the container had before somebody corrected it.
    return quoted === undefined || quoted === "" || quoted === image.image;
  });
  const saysPull = (event: EventFacts): boolean =>
    ["Failed", "InspectFailed", "ErrImageNeverPull"].includes(event.reason) &&
    unwrapKubelet(event.message).error !== null &&
    isPullFailure(event, image.status?.reason);
  return {
    pulling: own.filter((event) => event.reason === "Pulling"),
    pulled: own.filter((event) => event.reason === "Pulled"),
    failed: own.filter(saysPull),
  };
}

/**
 * `Failed` is also what a container that cannot start says; only some of its messages are about images. Where Go's text
 * stands as the waiting reason, `Error: <reason>` is all that is said of an attempt.
 */
function isPullFailure(event: EventFacts, reason: string | undefined): boolean {
  if (event.reason !== "Failed") return true;
  const text = event.message.replace(/^\(combined from similar events\): /, "").replace(/^spec\.\S+\}: /, "");
  if (text.startsWith("Failed to pull image ")) return true;
  return reason !== undefined && !reasonWord.test(reason) && text === `Error: ${reason}`;
}

function readVolumeAttempt(image: PodImage, evidence: Evidence, events: OwnEvents): Attempt {
  const waiting = evidence.pod.images.filter(
    (other) => image.mountedBy.includes(other.container) && other.status?.state === "waiting",
  );
  const mounter = waiting.find((other) => blamedVolume(other, evidence)?.container === image.container);
  if (mounter?.status !== undefined) {
    const { status } = mounter;
    const own = status.message === undefined ? null : unwrapKubelet(status.message).error;
    const event = own === null ? newestCause(events.failed) : undefined;
    const message = event?.message ?? status.message ?? status.reason ?? "";
    return failedWith(message, event?.ref ?? status.ref, status.reason ?? "", evidence, events);
  }
  if (events.pulled.length > 0)
    return { progress: "pulled", refs: refsOf(events.pulled), ...whence(image, events) };
  const started = evidence.pod.images.some(
    (other) =>
      image.mountedBy.includes(other.container) &&
      (other.status?.state === "running" || other.status?.state === "terminated"),
  );
  if (started) return { progress: "pulled", refs: [image.ref] };
  return readUndecided(image, evidence, events, [image.ref]);
}

/**
 * A container waits with its own image's failure or with that of an image volume it mounts; which one, only the image
 * in the message tells (kubelet kuberuntime_manager.go, 1.31-1.36).
 */
function blamedVolume(image: PodImage, evidence: Evidence): PodImage | undefined {
  const mounted = evidence.pod.images.filter(
    (other) => other.type === "imageVolume" && other.mountedBy.includes(image.container),
  );
  if (mounted.length === 0 || image.status?.state !== "waiting") return undefined;
  if (!pullReasons.has(image.status.reason ?? "")) return undefined;
  const message = image.status.message ?? "";
  const named = mounted.find((volume) => message.includes(`"${volume.image}"`));
  if (named !== undefined && named.image !== image.image) return named;
  if (message.includes(`"${image.image}"`)) return undefined;
  const ownFailed = ownEvents(image, evidence).failed.length > 0;
  return mounted.find((volume) => !ownFailed && ownEvents(volume, evidence).failed.length > 0);
}

function readUndecided(
  image: PodImage,
  evidence: Evidence,
  events: OwnEvents,
  refs: readonly Ref[],
): Attempt {
  const newest = newestCause(events.failed);
  const started = sum(events.pulling);
  const ended = sum(events.failed) + sum(events.pulled);
  if (events.pulled.length > 0 && after(events.pulled, events.failed))
    return { progress: "pulled", refs: refsOf(events.pulled), ...whence(image, events) };
  if (newest !== undefined && (started <= ended || !after(events.pulling, events.failed)))
    return failedWith(newest.message, newest.ref, image.status?.reason ?? "", evidence, events);
  if (events.pulling.length > 0)
    return {
      progress: "under-way",
      refs: refsOf(events.pulling),
      ...defined({ since: newestCause(events.pulling)?.last }),
      ...withEarlier(newest, evidence, events),
    };
  const sandbox = newestCause(
    (known(evidence.events) ?? []).filter((event) => event.reason === "FailedCreatePodSandBox"),
  );
  if (sandbox !== undefined) {
    const { reading } = read(sandbox.message, "FailedCreatePodSandBox", evidence);
    if (reading.kind === "sandbox-image-failed")
      return failedWith(sandbox.message, sandbox.ref, "FailedCreatePodSandBox", evidence, {
        ...events,
        failed: [sandbox],
      });
    return { progress: "not-attempted", instead: "the Pod's sandbox cannot be created", refs: [sandbox.ref] };
  }
  return { progress: "not-attempted", refs, ...defined({ instead: insteadOf(evidence) }) };
}

function insteadOf(evidence: Evidence): string | undefined {
  if (evidence.pod.scheduled === false || evidence.pod.node === undefined) return "not scheduled";
  return undefined;
}

function withEarlier(
  newest: EventFacts | undefined,
  evidence: Evidence,
  events: OwnEvents,
): { failure?: Failure } {
  if (newest === undefined) return {};
  const { failure } = failedWith(newest.message, newest.ref, "", evidence, events);
  return failure === undefined ? {} : { failure };
}

function failedWith(
  message: string,
  ref: Ref,
  reason: string,
  evidence: Evidence,
  events: OwnEvents,
  since?: string,
): Attempt {
  const failedTimes = events.failed.flatMap((event) => event.last ?? []).toSorted();
  const lastAttempt = failedTimes.at(-1);
  const failure: Failure = {
    ...read(message, reason, evidence),
    message,
    ref,
    attempts: sum(events.failed),
    announced: Math.max(0, sum(events.pulling) - sum(events.pulled)),
    ...defined({ lastAttempt, triedSince: since }),
  };
  return { progress: "failed", failure, refs: [ref] };
}

/** From an attempt to the status that says ImagePullBackOff: a sync of the Pod and one of its status, and some patience. */
const statusDelay = 60_000;

/**
 * The recorder passes on 25 events of a Pod, then one in five minutes (client-go tools/record/events_cache.go), so what
 * fails for long is tried without an event. Its status still turns with each attempt, from ImagePullBackOff to
 * ErrImagePull and back; nothing else turns it where the Pod's other containers run and never ended.
 */
function triedSince(image: PodImage, { pod }: Evidence): string | undefined {
  const written = Date.parse(pod.statusWrittenAt ?? "");
  const others = pod.images.filter((other) => other !== image);
  const still = others.every(({ status }) => status?.state === "running" && status.restarts === 0);
  if (!still || Number.isNaN(written)) return undefined;
  return new Date(written - statusDelay).toISOString();
}

function read(message: string, reason: string, evidence: Evidence): FailureText {
  return readFailureText(message, contextOf(reason, evidence));
}

function contextOf(reason: string, evidence: Evidence): MessageContext {
  const node = known(evidence.node);
  return {
    reason,
    ...defined({ runtimeVersion: node?.runtimeVersion, kubeletVersion: node?.kubeletVersion }),
  };
}

function newestCause(events: readonly EventFacts[]): EventFacts | undefined {
  return events.reduce<EventFacts | undefined>(
    (newest, event) => ((event.last ?? "") < (newest?.last ?? "") ? newest : event),
    undefined,
  );
}

function after(these: readonly EventFacts[], those: readonly EventFacts[]): boolean {
  const last = (events: readonly EventFacts[]): string => newestCause(events)?.last ?? "";
  return last(these) > last(those) || those.length === 0;
}

function sum(events: readonly EventFacts[]): number {
  return events.reduce((total, event) => total + event.count, 0);
}

function refsOf(events: readonly EventFacts[]): readonly Ref[] {
  return events.slice(-1).map((event) => event.ref);
}

function started(events: OwnEvents): boolean {
  return events.pulled.length > 0 && after(events.pulled, events.failed);
}

/**
 * `already present on machine` and never `Successfully pulled`: the runtime made no request for this container. Without
 * events only the policy tells: the kubelet asks the registry before each start where it is Always (pkg/kubelet/images/
 * image_manager.go, 1.26-1.36); an image volume has no start of its own.
 */
function whence(image: PodImage, events: OwnEvents): { present?: boolean; requested?: boolean } {
  const requested = events.pulled.some((event) => event.message.startsWith("Successfully pulled"));
  if (events.pulled.length > 0) return requested ? { requested } : { present: true };
  return image.policy === "Always" && image.type !== "imageVolume" ? { requested: true } : {};
}
