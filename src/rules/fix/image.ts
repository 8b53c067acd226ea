import type { NearHost } from "../facts/near-host.ts";
import type { FailedPull, Fix } from "../rule.ts";
import { isDockerHub } from "../facts/registry.ts";
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

/**
 * A CronJob that forbids two at once starts no corrected run while its Job's Pod waits for the image, which nothing ends
 * (pkg/controller/cronjob/cronjob_controllerv2.go, 1.26-1.36). Half a fix, to be said behind the correction: without
 * that, the next run would wait as well.
 */
export function endWaitingJob(failed: FailedPull): string {
  const { owner } = failed.evidence.pod;
  const workload = managingWorkload(failed);
  if (owner?.kind !== "Job" || workload?.kind !== "CronJob" || !workload.forbidsTwo) return "";
  const end = kubectl(failed, "delete", `job/${owner.name}`, "--ignore-not-found");
  return ` Once the template is corrected, end the Job that waits: ${nameOf(workload)} forbids two at once (concurrencyPolicy), and only then starts the next run, at its schedule. ${end}`;
}

/**
 * A cache has Docker Hub's official images under library/, which Docker Hub's clients add by themselves and a cache does
 * not. Where the path is a project and one name, nothing tells that it is a cache; Harbor says the same of both.
 */
export function officialInCache(failed: FailedPull): readonly Fix[] {
  const { reference } = failed.pull;
  if (!reference.ok || isDockerHub(reference.registry)) return [];
  const [project, name, ...more] = reference.repository.split("/");
  if (project === undefined || name === undefined || project === "library" || more.length > 0) return [];
  const tail = failed.pull.image.image.slice(`${reference.registry}/${reference.repository}`.length);
  const image = `${reference.registry}/${project}/library/${name}${tail}`;
  return [
    setImage(
      failed,
      image,
      `If ${project} is a cache of Docker Hub and ${name} an official image: ${image}.`,
    ),
  ];
}

/** Only Docker's own images lie under library/, and their names have one part: whatever has more lies beside it. */
export function unofficialInCache(failed: FailedPull): readonly Fix[] {
  const { reference } = failed.pull;
  if (!reference.ok || isDockerHub(reference.registry)) return [];
  const [, cache, path] = /^(.+)\/library\/([^/]+\/.+)$/.exec(reference.repository) ?? [];
  if (cache === undefined) return [];
  const tail = failed.pull.image.image.slice(`${reference.registry}/${reference.repository}`.length);
  const image = `${reference.registry}/${cache}/${path}${tail}`;
  return [
    setImage(
      failed,
      image,
      `If ${cache} is a cache of Docker Hub, where ${path} is not under library/: ${image}.`,
    ),
  ];
}

/** A login for a host that nobody meant would only be sent to whoever answers there. */
export function meantHost(failed: FailedPull, { host, image }: NearHost): Fix {
  return setImage(failed, image, `If ${host} is meant, correct the image's host: ${image}.`);
}
