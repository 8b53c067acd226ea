import type { Evidence } from "../evidence/evidence.ts";
import type { AuthEntry } from "../evidence/pull-secret.ts";
import type { PodImage } from "../evidence/pod.ts";
import { type Attempt, readAttempt } from "./attempt.ts";
import type { CredentialCandidate } from "./path/candidate.ts";
import { credentialPath } from "./path/credential-path.ts";
import { type ImageReference, parseImageReference } from "./image-reference.ts";
import type { LookUp } from "./keyring.ts";
import { giveLogins, type Given, type GivenLogin, type ListedSecret, readListedSecrets } from "./login.ts";
import { type ListOrigin, listOrigin } from "./list-origin.ts";
import { kinds } from "./message/kinds.ts";
import type { Sent } from "./message/message.ts";
import type { RegistryProbe } from "../evidence/registry-probe.ts";
import { type ProbeReading, readProbeSteps } from "./probe/reading.ts";
import { withoutUnheld } from "./unheld.ts";

/** One image of one Pod: how its pull went, and which logins there were for it. */
export interface Pull {
  readonly image: PodImage;
  readonly reference: ImageReference;
  readonly attempt: Attempt;
  readonly listed: readonly ListedSecret[];
  readonly lookUp: LookUp<AuthEntry>;
  readonly given: Given;
  readonly sent: Sent;
  readonly listFrom: ListOrigin;
  readonly path: readonly CredentialCandidate[];
  /** What the registry answered when it was asked from the user's machine. */
  readonly probe?: AskedProbe;
}

export interface AskedProbe {
  readonly probe: RegistryProbe;
  readonly reading: ProbeReading;
}

export function readPulls(evidence: Evidence): readonly Pull[] {
  return evidence.pod.images.map((image) => readPull(image, evidence));
}

function readPull(image: PodImage, evidence: Evidence): Pull {
  const attempt = readAttempt(image, evidence);
  const reference = parseImageReference(image.image);
  const listed = withoutUnheld(
    readListedSecrets(evidence, attempt.failure),
    reference.ok ? reference.name : "",
    attempt.progress === "failed" ? attempt.failure : undefined,
    evidence,
  );
  const usable = evidence.pod.mirrorUid === undefined ? listed : [];
  const replay = giveLogins(usable, reference.ok ? reference.name : "");
  const given = handedOver(attempt, reference) ? replay.given : ({ state: "stopped" } as const);
  let path: readonly CredentialCandidate[] | undefined;
  return {
    image,
    reference,
    attempt,
    listed,
    lookUp: replay.lookUp,
    given,
    sent: whatWasSent(attempt, given),
    listFrom: listOrigin(evidence),
    // Of images that could be pulled, nobody asks for it.
    get path() {
      path ??= credentialPath({
        evidence,
        listed: usable,
        lookUp: replay.lookUp,
        given,
        stoppedBecause: replay.given.state === "stopped" ? "no keyring was built" : stoppedWords(attempt),
        reference,
      });
      return path;
    },
    ...probeOf(image, reference, evidence),
  };
}

function probeOf(image: PodImage, reference: ImageReference, { probes }: Evidence): { probe?: AskedProbe } {
  const probe = probes.find((one) => one.image === image.image);
  if (probe === undefined) return {};
  return { probe: { probe, reading: readProbeSteps(probe, reference.ok ? reference.repository : "") } };
}

function handedOver(attempt: Attempt, reference: ImageReference): boolean {
  if (!reference.ok) return false;
  switch (attempt.progress) {
    case "not-attempted":
      return false;
    case "pulled":
      return attempt.present !== true;
    case "under-way":
      return true;
    case "failed": {
      const reading = attempt.failure?.reading;
      if (reading === undefined) return true;
      return (
        kinds[reading.kind].reached !== "kubelet" &&
        reading.dockerConfigError === undefined &&
        reading.creating !== true &&
        reading.inspect !== true
      );
    }
  }
}

function stoppedWords(attempt: Attempt): string {
  if (attempt.progress === "pulled") return "the image was on the node already";
  return attempt.failure?.reading.creating === true
    ? "the kubelet had pulled the image"
    : "the pull never came to an attempt";
}

/**
 * The text proves what was sent, or leaves it open. Where it leaves it open, a login that was in the runtime's hands
 * closes it in one case: a registry that answered with a refusal after authentication began has seen that login,
 * because runtimes offer what they hold as soon as they are challenged (containerd core/remotes/docker/authorizer.go
 * 2.2, containers/image docker/docker_client.go 5.36). A 403 or 404 may come before any challenge and proves nothing.
 */
function whatWasSent(attempt: Attempt, given: Given): Sent {
  if (attempt.progress === "not-attempted") return "nothing";
  const reading = attempt.failure?.reading;
  if (attempt.progress !== "failed" || reading === undefined) return "unknown";
  if (reading.sent !== "unknown") return reading.sent;
  const challenged = reading.afterChallenge === true;
  if (given.state === "unknown")
    return challenged && given.atLeast.length > 0 && given.atLeast.every(isWhole) ? "credential" : "unknown";
  if (given.state !== "logins" || given.logins.length === 0) return "unknown";
  const empty = given.logins.every(({ entry }) => entry.login === "empty" || entry.login === "no-username");
  if (challenged && given.logins.every(isWhole)) return "credential";
  return challenged && empty ? "anonymous" : "unknown";
}

function isWhole({ entry }: GivenLogin): boolean {
  return entry.login === "complete";
}
