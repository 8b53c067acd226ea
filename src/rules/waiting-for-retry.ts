import { kubectl } from "./fix/command.ts";
import { tryNow } from "./fix/login.ts";
import { corrected, listWords, said } from "./listed.ts";
import { authFailures, claim, type Rule } from "./rule.ts";

/**
 * The kubelet sees a new or changed Secret within seconds (watch-based secret manager), and waits with the next
 * attempt until the image back-off has run out, at most five minutes (pkg/kubelet/images/image_manager.go, 1.26-1.36).
 * Silent about immutable Secrets: those it does not read again.
 */
export const waitingForRetry: Rule = {
  id: "waiting-for-retry",
  explains: [...authFailures, "unknown"],
  check: (failed) => {
    const { failure, evidence } = failed;
    const now = corrected(failed).filter(
      (secret) =>
        secret.observed.state === "found" && (!secret.observed.value.immutable || secret.event !== undefined),
    );
    const [first] = now;
    if (first === undefined || failure.lastAttempt === undefined) return undefined;
    if (failure.reading.kind === "unknown" && failure.reading.dockerConfigError === undefined)
      return undefined;
    const names = listWords(now.map((secret) => secret.name));
    return {
      confidence: "likely",
      summary: `Secret ${names} was written after the last attempt and holds a login for this image; the kubelet waits with its next attempt.`,
      because: [
        claim(
          `Secret ${first.name} was ${first.state === "made-later" ? "created" : "changed"} after ${failure.lastAttempt}, the time of the last failed attempt.`,
          first.observed.ref,
          failure.ref,
        ),
        claim(`It holds a login for this image.`, first.observed.ref),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "pod", evidence.pod.name, "--watch"),
      fixes: [
        { summary: "Wait: the next attempt comes within five minutes and uses it.", effect: "reads" },
        ...tryNow(failed),
      ],
      rivals: [],
    };
  },
};
