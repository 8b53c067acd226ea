import type { ListedSecret } from "../../pull/login.ts";
import { writtenSincePod } from "../../pull/unheld.ts";
import { listWords, said } from "../facts/listed.ts";
import type { PlaceAt } from "../facts/place.ts";
import { kubectl } from "../fix/command.ts";
import { untilNextAttempt, waitFor } from "../fix/next-attempt.ts";
import { authFailures, type Claim, claim, type FailedPull, type Finding, likelyUnless } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * The kubelet sees a new or changed Secret within seconds (watch-based secret manager), and waits with the next
 * attempt until the image back-off has run out, at most five minutes (pkg/kubelet/images/image_manager.go, 1.26-1.36).
 * In a burst of new Pods its cache may also not be filled within the second that it waits, and a Secret that was there
 * all along is used from the second attempt on. Silent about immutable Secrets: those it does not read again.
 */
export const waitingForRetry = standing({
  id: "waiting-for-retry",
  explains: [...authFailures, "unknown"],
  at: ["corrected", "decodable-now"],
  word: (failed, place) => {
    const { failure, evidence } = failed;
    if (place.at === "decodable-now") return decodedSince(failed, place);
    const { secrets: now } = place;
    const [first] = now;
    if (first === undefined) return undefined;
    if (first.state !== "not-held" && failure.lastAttempt === undefined) return undefined;
    if (failure.reading.kind === "unknown") return undefined;
    const names = listWords(now.map((secret) => secret.name));
    // A kubelet that missed it again and again may not be allowed to read it.
    const stubborn =
      first.state === "not-held" && failure.attempts > 1 && !writtenSincePod(evidence, first.name);
    return likelyUnless(
      stubborn ? [claim("The kubelet may read it by its next attempt.", first.observed.ref)] : undefined,
      {
        summary: summaryOf(failed, first, names),
        because: [
          since(failed, first),
          claim(`It holds a login for this image.`, first.observed.ref),
          said(failed),
        ],
        confirm: kubectl(failed, "get", "pod", evidence.pod.name, "--watch"),
        fixes: [
          ...waitFor(failed, "Wait: the next attempt comes within five minutes and uses it."),
          ...(stubborn
            ? [
                {
                  summary: `If it fails again: whoever runs node ${evidence.pod.node ?? "?"} reads the kubelet's log for Secret ${first.name}.`,
                  effect: "reads" as const,
                },
              ]
            : []),
        ],
        rivals: [],
      },
    );
  },
});

/** The text is about a Secret that could not be decoded, and all can be now: the one at fault was written anew, or removed. */
function decodedSince(failed: FailedPull, { secrets: all }: PlaceAt<"decodable-now">): Finding | undefined {
  const { failure, evidence } = failed;
  const changed = all.filter((secret) => secret.changedSince || secret.state === "absent");
  const [first] = changed.length > 0 ? changed : all;
  if (first === undefined) return undefined;
  // An immutable Secret is not read again.
  if (first.observed.state === "found" && first.observed.value.immutable) return undefined;
  return likelyUnless(
    changed.length > 0
      ? undefined
      : [claim("One of them was written anew since the last attempt.", first.observed.ref)],
    {
      summary: `Every pull secret of this Pod can be decoded now, so what stopped its pulls has been corrected; ${untilNextAttempt(failed)}.`,
      because: [
        first.state === "absent"
          ? claim(`Secret ${first.name} is gone, so it no longer stops the others.`, first.observed.ref)
          : changed.length > 0
            ? since(failed, first)
            : claim(`Read as the kubelet reads it, Secret ${first.name} is in order.`, first.observed.ref),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "pod", evidence.pod.name, "--watch"),
      fixes: [...waitFor(failed, "Wait: the next attempt comes within five minutes.")],
      rivals: failure.lastAttempt === undefined ? ["pull-secret-malformed"] : [],
    },
  );
}

function summaryOf(failed: FailedPull, first: ListedSecret, names: string): string {
  const { failure } = failed;
  if (first.state === "not-held" && (failure.lastAttempt === undefined || first.event !== undefined))
    return `Secret ${names} holds a login for this image, and the kubelet did not have it at its last attempt; ${untilNextAttempt(failed)}.`;
  return `Secret ${names} was written after the last attempt and holds a login for this image; ${untilNextAttempt(failed)}.`;
}

function since(failed: FailedPull, secret: ListedSecret): Claim {
  const { failure, evidence } = failed;
  const { ref } = secret.observed;
  if (secret.event !== undefined && secret.state === "not-held")
    return claim(
      `The kubelet says that it could not retrieve ${secret.name}, which is there now.`,
      secret.event,
      ref,
    );
  if (failure.lastAttempt === undefined)
    return claim(
      `Secret ${secret.name} was written after the Pod was created; no event is left to tell when the last attempt was.`,
      ref,
      evidence.pod.ref,
    );
  return claim(
    `Secret ${secret.name} was ${secret.state === "made-later" ? "created" : "changed"} after ${failure.lastAttempt}, the time of the last failed attempt.`,
    ref,
    failure.ref,
  );
}
