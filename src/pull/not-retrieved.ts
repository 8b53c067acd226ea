import { known } from "../evidence/observed.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { minorVersion } from "../evidence/node.ts";
import { seconds } from "./time.ts";

/** The kubelet's event that it could not retrieve a Secret that the Pod lists (kubelet_pods.go, 1.28-1.36). */
const reason = "FailedToRetrieveImagePullSecret";

/** An attempt and an event about it are written within the same sync; a second of clock granularity each. */
const sameSyncSeconds = 15;

/** The event that names this Secret as not retrieved (kubelet_pods.go, 1.28-1.36), unless a later attempt had it. */
export function notRetrieved(
  evidence: Evidence,
  name: string,
  lastAttempt: string | undefined,
): Evidence["pod"]["ref"] | undefined {
  const events = known(evidence.events) ?? [];
  const event = events.find((candidate) => {
    if (candidate.reason !== reason) return false;
    if (!namesIn(candidate.message).includes(name)) return false;
    if (lastAttempt === undefined || candidate.last === undefined) return true;
    return seconds(candidate.last) >= seconds(lastAttempt) - sameSyncSeconds;
  });
  return event?.ref;
}

/**
 * The kubelet has said so at every sync in which a listed Secret was not to be had, since 1.28 (pkg/kubelet/
 * kubelet_pods.go). Where events of a kubelet that is known to do so are there and none names the Secret, it has had one
 * of that name all along.
 */
export function alwaysRetrieved(evidence: Evidence, name: string): boolean {
  const { events, node } = evidence;
  const minor = minorVersion(known(node)?.kubeletVersion);
  if (events.state !== "found" || events.value.length === 0 || minor === undefined || minor < 28)
    return false;
  return !events.value.some((event) => event.reason === reason && namesIn(event.message).includes(name));
}

/** The Secrets that an event of the kubelet's names. */
function namesIn(message: string): readonly string[] {
  return /\(([^()]*)\)/.exec(message)?.[1]?.split(", ") ?? [];
}
