import type { NearHost } from "../facts/near-host.ts";
import type { FailedPull, Fix } from "../rule.ts";
import { kubectl, lines } from "./command.ts";
import { letRoll, managingWorkload, nameOf } from "./workload.ts";

/**
 * Puts another image in the place of the one that fails. A container's image is one of the few fields of a Pod that can
 * change, so the Pod stays, unless its workload makes new ones by itself as soon as the template changes. The image of a
 * volume or a debug container cannot change.
 */
export function setImage(failed: FailedPull, image: string, summary: string): Fix {
  const { type, container } = failed.pull.image;
  if (type === "imageVolume" || type === "ephemeralContainer") return { summary, effect: "replaces-pod" };
  const workload = managingWorkload(failed);
  const set = (target: string): string => kubectl(failed, "set", "image", target, `${container}=${image}`);
  const lasting = workload !== undefined && workload.kind !== "Job";
  const inPlace = workload?.kind !== "Deployment" && workload?.kind !== "DaemonSet";
  return {
    summary,
    command: lines(
      lasting ? set(nameOf(workload)) : undefined,
      workload === undefined ? undefined : letRoll(failed, workload)?.command,
      inPlace ? set(`pod/${failed.evidence.pod.name}`) : undefined,
    ),
    effect: "writes",
    lasting,
  };
}

/** A login for a host that nobody meant would only be sent to whoever answers there. */
export function meantHost(failed: FailedPull, { host, image }: NearHost): Fix {
  return setImage(failed, image, `If ${host} is meant, correct the image's host: ${image}.`);
}
