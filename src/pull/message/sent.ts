import { parseImageReference } from "../image-reference.ts";
import type { Sent } from "./kind-facts.ts";
import { type FailureKind, kinds } from "./kinds.ts";
import type { RuntimeDialect } from "./reading.ts";
import { isBookkeeping } from "./kind.ts";
import type { MentionedUrl } from "./names.ts";
import { isBeforeImage, type Phase } from "./phase.ts";
import { passedOnStatus } from "./status.ts";

export interface SentClues {
  readonly kind: FailureKind;
  readonly masked: string;
  readonly phase: Phase;
  readonly status: number | undefined;
  /** The request that failed, where the text shows its URL. */
  readonly asked: MentionedUrl | undefined;
  /** The image in question, where the text names it. */
  readonly image: string | undefined;
  readonly runtime: RuntimeDialect;
  readonly runtimeVersion: string | undefined;
}

/**
 * What one attempt's error proves to have reached the registry. Where it could be either, `unknown`: Docker Hub gives
 * the same `insufficient_scope` to a stranger and to a login without the right, ECR the same 403 to an expired login
 * and a good one.
 */
export function sentOf(clues: SentClues): Sent {
  const { kind, masked, phase } = clues;
  const { reached, stage } = kinds[kind];
  if (isBookkeeping(masked)) return "nothing";
  if (kind === "runtime-unavailable" && /reading from server|transport is closing/.test(masked))
    return "unknown";
  // containerd goes on without what it could not decode; containers/image stops.
  if (kind === "runtime-configuration-invalid" && /decode <configuration>|`host`/.test(masked))
    return "unknown";
  if (reached === "kubelet" || reached === "runtime") return "nothing";
  // The kubelet says so of what it looked for, and pulls all the same.
  if (stage === "credentials") return "unknown";
  if (kind === "policy-blocked" && /is blocked/.test(masked)) return "nothing";
  // containerd core/remotes/docker/authorizer.go, 1.1-2.3: one branch with a secret, one without.
  const login = /failed to fetch oauth token|obtain access token/i.test(masked);
  if (!login && /failed to fetch anonymous token/.test(masked)) return "anonymous";
  if (reached === "way") return neverArrived(clues) ? "nothing" : "unknown";
  if (login)
    return clues.status !== undefined || /did not include a token|decode token response/.test(masked)
      ? "credential"
      : "unknown";
  const told = toldByRegistry(kind, masked) ?? toldByLimit(clues);
  if (told !== undefined) return told;
  // containers/image docker_client.go, detectProperties: the ping never carries a login, in any version.
  if (phase === "ping" && /pinging (?:container|docker) registry/.test(masked) && answered(clues))
    return "anonymous";
  return provesBasicLogin(clues) ? "credential" : "unknown";
}

/** Sentences that only one of the two is given. Oracle's about anonymous users is none: it is told to every login. */
function toldByRegistry(kind: FailureKind, masked: string): Sent | undefined {
  if (
    /no basic auth credentials|credential required for basic auth|unauthenticated requests? (?:do|does) not/i.test(
      masked,
    )
  )
    return "anonymous";
  if (kind === "credentials-rejected") return "credential";
  // An identity is named: GAR's permission (a stranger is told otherwise), ECR's `User: arn:…`.
  if (/Permission <name> denied on resource|User: <name> is not authorized to perform/.test(masked))
    return "credential";
  if (kind === "token-expired")
    return /authorization token|personal access token|security token|credentials? ha|password/i.test(masked)
      ? "credential"
      : undefined;
  return undefined;
}

/** Docker Hub's, of whoever asked it: behind a cache, which hands the sentence on, that is the cache. */
function toldByLimit({ masked, phase, asked, image }: SentClues): Sent | undefined {
  const hub = sameRegistry(asked?.host ?? "docker.io", asked === undefined ? image : "docker.io/name");
  if (passedOnStatus(masked) !== undefined || !(hub || isBeforeImage(phase))) return undefined;
  if (/unauthenticated pull rate limit/i.test(masked)) return "anonymous";
  return /pull rate limit as (?:<|')/.test(masked) ? "credential" : undefined;
}

function answered({ kind, status }: SentClues): boolean {
  return status !== undefined || !["transfer-interrupted", "deadline-exceeded", "unknown"].includes(kind);
}

/**
 * A request that never arrived was the attempt's first, so nothing was sent: to the image's own host, asking for the
 * manifest or, with CRI-O and docker, for /v2/. At a mirror, a token server or a blob store others were asked before,
 * and of several hosts containerd reports one. docker and CRI-O ask for the manifest with the token in hand.
 */
function neverArrived({ masked, phase, asked, image, runtime }: SentClues): boolean {
  // A connection that was read from had been made.
  if (/\b(?:read|write) tcp\b/.test(masked)) return false;
  if (phase === "ping") return asked === undefined || sameRegistry(asked.host, image);
  if (phase !== "manifest" || asked === undefined) return false;
  // With containerd's image store docker asks as containerd does.
  if (
    (runtime === "docker" && !/failed to do request/.test(masked)) ||
    runtime === "cri-o" ||
    /[Rr]eading manifest/.test(masked)
  )
    return false;
  return !isMirror(asked) && sameRegistry(asked.host, image);
}

/** containerd adds `?ns=` to requests to another host than the image's (core/remotes/docker/resolver.go, 1.4 on). */
export function isMirror(url: MentionedUrl): boolean {
  return /(?:^|&)ns=/.test(url.query);
}

/** Of Docker Hub, whichever of its hosts; true where the image is not known. */
export function sameRegistry(host: string, image: string | undefined): boolean {
  if (image === undefined) return true;
  const reference = parseImageReference(image);
  if (!reference.ok) return true;
  if (reference.registry === "docker.io") return /(?:^|\.)docker\.io$/.test(host);
  // containerd leaves out the port that HTTPS has anyway.
  const named = (one: string): string => one.replace(/:443$/, "");
  return named(host) === named(reference.registry);
}

const ecr =
  /^\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]{1,32}\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)$/;

/** A 401 for a manifest or blob, in containerd's words, with nothing that tells whether a login was refused. */
export function isBare401({ masked, phase, status, runtime }: Omit<SentClues, "kind">): boolean {
  if (status !== 401 || runtime !== "containerd" || phase === "token") return false;
  return !/server message|\n/i.test(masked.trim());
}

/**
 * ECR challenges with Basic, always. Since 1.6.25 and 1.7.8 containerd says `no basic auth credentials` when it has
 * none for such a challenge; so a bare 401 is the answer to a login.
 */
function provesBasicLogin(clues: SentClues): boolean {
  if (!isBare401(clues) || clues.asked === undefined || !ecr.test(clues.asked.host) || isMirror(clues.asked))
    return false;
  // The transfer service, 2.1 on, resolves without naming the reference.
  if (/failed to resolve image: /.test(clues.masked)) return true;
  const version = /^containerd:\/\/v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})/.exec(clues.runtimeVersion ?? "");
  if (version === null) return false;
  const [major = 0, minor = 0, patch = 0] = version.slice(1).map(Number);
  return major >= 2 || (major === 1 && ((minor === 7 && patch >= 8) || (minor === 6 && patch >= 25)));
}

/** Several hosts or logins were tried: a login reached one of them, or none did, or it stays open. */
export function sentOfSeveral(several: readonly Sent[]): Sent {
  if (several.includes("credential")) return "credential";
  if (several.includes("unknown")) return "unknown";
  return several.includes("anonymous") ? "anonymous" : "nothing";
}
