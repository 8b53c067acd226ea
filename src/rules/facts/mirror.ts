import { type FailureKind, kinds } from "../../pull/message/kinds.ts";
import type { MirrorAnswer } from "../../pull/mirrors.ts";
import type { FailedPull } from "../rule.ts";
import { hostOf } from "./listed.ts";
import { asksForTokens, isDockerHub } from "./registry.ts";

/** How a pull through mirrors failed. */
export interface MirrorFailure {
  /** The one that is to blame: the first whose answer is more than that it has no such image. */
  readonly mirror: MirrorAnswer;
  /**
   * - `silent`: the registry itself is out of reach, as it is where mirrors stand in for it
   * - `answered`: it refused or lacks the image as well, so that it may be at fault by itself
   * - `unknown`: the text has the mirror's answer only
   */
  readonly origin: "silent" | "answered" | "unknown";
}

/** Nobody who knows the image was reached; a page of whoever stands in between is no answer of the registry's either. */
function isSilent(kind: FailureKind): boolean {
  const { reached } = kinds[kind];
  return (reached !== "answer" && reached !== "image") || kind === "unexpected-response";
}

/** An answer about the image or about who asks: a mirror's may be the registry's own, passed on. */
function isAboutImage(kind: FailureKind): boolean {
  return kinds[kind].reached === "answer" && kinds[kind].stage !== "connect";
}

export function lacksImage({ kind }: MirrorAnswer): boolean {
  return kind === "manifest-not-found" || kind === "repository-not-found";
}

/** Undefined where no mirror was asked. */
export function mirrorFailure(failed: FailedPull): MirrorFailure | undefined {
  const mirrors = failed.failure.mirrors.filter(({ host }) => !isOrigin(host, hostOf(failed)));
  const mirror = mirrors.find((one) => !lacksImage(one)) ?? mirrors[0];
  if (mirror === undefined) return undefined;
  const { reading, mirrors: all } = failed.failure;
  // containerd's one error; or CRI-O was not to ask the registry itself, and the last mirror speaks.
  if (reading.mirror === true || (all.at(-1)?.kind === reading.kind && isOnlyMirrors(failed)))
    return { mirror, origin: "unknown" };
  return { mirror, origin: isSilent(reading.kind) ? "silent" : "answered" };
}

function isOnlyMirrors({ failure: { message } }: FailedPull): boolean {
  return /\(Mirrors also failed: .*\]\)\s*$/s.test(message);
}

function isOrigin(host: string, registry: string): boolean {
  return host === registry || (isDockerHub(registry) && /^(?:registry-1|index)\.docker\.io$/.test(host));
}

/** What the registry itself said is at least a part of it, if it said anything that is about the image. */
export function mirrorLeads({ mirror, origin }: MirrorFailure): boolean {
  if (origin === "silent") return true;
  return origin === "unknown" && !isAboutImage(mirror.kind);
}

/** containerd names the challenge that it cannot meet. docker asks no mirrors for other registries than Docker Hub. */
export function isAskedForBasic({ failure: { message, reading }, pull }: FailedPull): boolean {
  return (
    reading.runtime === "containerd" &&
    /no basic auth credentials/.test(message) &&
    pull.reference.ok &&
    asksForTokens(pull.reference.registry)
  );
}
