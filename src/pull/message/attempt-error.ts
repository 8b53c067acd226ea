import type { Sent } from "./kind-facts.ts";
import { type FailureKind, kinds } from "./kinds.ts";
import type { MessageReading, RuntimeDialect } from "./reading.ts";
import { imageError, splitMirrors } from "./aggregate.ts";
import { behindOf } from "./behind.ts";
import { answerWords } from "./words/answer.ts";
import { dialectOf } from "./dialect.ts";
import { hostOf, platformOf } from "./hosts.ts";
import { kindOf } from "./kind.ts";
import { maskNames, type MentionedUrl } from "./names.ts";
import { isBeforeImage, type Phase, phaseOf } from "./phase.ts";
import { isBare401, isMirror, sameRegistry, sentOf, sentOfSeveral } from "./sent.ts";
import { progressOf } from "./reached.ts";
import { httpStatus, passedOnStatus } from "./status.ts";
import { firstKind } from "./words.ts";

/** What one attempt's error tells: the part of an aggregate that one login, or none, brought about. */
export interface AttemptError {
  readonly kind: FailureKind;
  readonly runtime: RuntimeDialect;
  readonly sent: Sent;
  readonly phase: Phase;
  readonly masked: string;
  readonly status: number | undefined;
  readonly host: string | undefined;
  readonly mirror: boolean;
  /** Of the mirrors that the text says to have failed before: what the one that got furthest said. */
  readonly mirrorBefore: FailureKind | undefined;
  readonly platform: string | undefined;
  readonly afterChallenge: boolean;
  readonly bare401: boolean;
  readonly notAsked: boolean;
  readonly passedOn: MessageReading["passedOn"];
  readonly behind: FailureKind | undefined;
  readonly beforeImage: boolean;
  readonly held: "login" | "none" | undefined;
  readonly namesMissing: MessageReading["namesMissing"];
}

export interface AttemptFacts {
  readonly image: string | undefined;
  readonly podman: boolean;
  readonly beforeCri: boolean;
  readonly runtimeVersion: string | undefined;
}

export function readAttemptError(error: string, facts: AttemptFacts): AttemptError {
  const { origin, mirrors, withoutOrigin } = splitMirrors(imageError(error));
  const read = readOne(origin, error, facts);
  if (mirrors.length === 0) return read;
  const tried = mirrors.map((mirror) => readOne(mirror, mirror, { ...facts, image: undefined }));
  return {
    ...read,
    sent: sentOfSeveral([read, ...tried].map((one) => one.sent)),
    mirrorBefore: withoutOrigin
      ? undefined
      : tried.toSorted((a, b) => progressOf(b) - progressOf(a))[0]?.kind,
  };
}

function readOne(error: string, whole: string, facts: AttemptFacts): AttemptError {
  const { text: masked, urls } = maskNames(firstBreak(error));
  const behind = behindOf(error, masked);
  // Whom a registry asks in turn, the node does not.
  const asked = behind === undefined ? urls.findLast((url) => url.asked) : undefined;
  const phase = phaseOf(masked, asked);
  const status = httpStatus(masked);
  const kind = behind?.kind ?? kindOf({ masked, phase, status });
  const runtime = dialectOf(whole === error ? masked : maskNames(whole).text, {
    ...facts,
    beforeV2: urls.some((url) => url.asked && url.path === "/v1/_ping"),
  });
  const clues = { kind, masked, phase, status, asked, image: facts.image ?? resolved(error), runtime };
  const sent = sentOf({ ...clues, runtimeVersion: facts.runtimeVersion });
  return {
    kind,
    runtime,
    sent,
    phase,
    masked,
    status,
    host: hostOf(error, kind, asked),
    mirror: (asked !== undefined && isMirror(asked)) || pullsFromMirror(error, clues.image),
    mirrorBefore: undefined,
    platform: kind === "platform-mismatch" ? platformOf(error) : undefined,
    afterChallenge: afterChallenge(kind, phase, masked, status),
    bare401: isBare401({ ...clues, runtimeVersion: facts.runtimeVersion }),
    held: heldOf(masked, sent, asked),
    notAsked: kind === "credential-provider-failed" && withoutToken.test(masked),
    behind: behind?.behind,
    passedOn:
      behind?.passedOn ??
      (kind === "registry-server-error" || kind === "rate-limited" ? passedOnStatus(masked) : undefined),
    beforeImage: kind === "rate-limited" && isBeforeImage(phase),
    namesMissing: namesMissing(kind, masked),
  };
}

/** containerd 1.5.5 to 1.6.24 names the host that it was configured with, which is the image's own or a mirror. */
function pullsFromMirror(error: string, image: string | undefined): boolean {
  const host = /\bpulling from host (\S{1,512}) failed with/.exec(error)?.[1];
  return host !== undefined && !sameRegistry(host, image);
}

/** What a client tried again after the break is not what broke (containers/image, body_reader.go). */
function firstBreak(error: string): string {
  const read = error.indexOf("happened during read: ");
  const again = read < 0 ? -1 : error.indexOf(" (after reconnecting, ", read);
  return again < 0 ? error : error.slice(0, again);
}

/** The reference that containerd resolves, where the kubelet quoted none. */
function resolved(error: string): string | undefined {
  return /failed to (?:pull and unpack image|resolve (?:reference|image)|pull image) \\?"([^"\\\s]{1,1024})/.exec(
    error,
  )?.[1];
}

/**
 * The refusal came after the registry had asked who it is, so that a login at hand had been sent. Answers that only
 * come then: a token server's, a 401, and what code DENIED says through docker and CRI-O, which ask for the manifest
 * after they know the challenge.
 */
function afterChallenge(
  kind: FailureKind,
  phase: Phase,
  masked: string,
  status: number | undefined,
): boolean {
  switch (kinds[kind].challenged) {
    case "unless-ping":
      return phase !== "ping" || /no basic auth|unauthorized: incorrect/.test(masked);
    case "if-denied":
      return phase === "token" || (phase !== "ping" && status === undefined && /denied/i.test(masked));
    case "at-token-server":
      return phase === "token" && status !== undefined;
    default:
      return false;
  }
}

/** The kubelet has to have the ServiceAccount and its token before it asks a provider (credentialprovider/plugin.go, 1.33-1.36). */
const withoutToken = /\bget(?:ting)? service account (?:token |data )?<name>: |audience <name> not found/i;

/** docker and containers/image put the user into the token server's address as `account=`. */
function heldOf(masked: string, sent: Sent, asked: MentionedUrl | undefined): "login" | "none" | undefined {
  if (/failed to fetch oauth token|obtain access token/i.test(masked) || sent === "credential")
    return "login";
  if (/(?:^|&)account=[^&]/.test(asked?.query ?? "")) return "login";
  return /failed to fetch anonymous token|no basic auth credentials/.test(masked) ? "none" : undefined;
}

/**
 * Only a registry's sentence tells a tag from a repository; containerd's `not found` is any 404. Go says `no such host`
 * where a name server answered so, and otherwise where none answered or one failed (net/dnsclient.go, net/cgo_unix.go).
 */
function namesMissing(kind: FailureKind, masked: string): MessageReading["namesMissing"] {
  if (kind === "dns-failure") return /no such host/.test(masked) ? "host" : undefined;
  if (kind !== "manifest-not-found" && kind !== "repository-not-found") return undefined;
  const said = firstKind(answerWords, masked);
  // Red Hat says `name unknown: Image not found` for either.
  if (said === "repository-not-found") return /image not found/i.test(masked) ? undefined : "repository";
  // docker makes `manifest for … not found` of both, and adds the code behind it.
  return said === "manifest-not-found" && !/manifest for <name> not found\s*$/.test(masked)
    ? "manifest"
    : undefined;
}
