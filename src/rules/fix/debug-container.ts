import { causes, type CauseId } from "../causes.ts";
import type { FailedPull, Fix } from "../rule.ts";

/**
 * A debug container lives in a Pod that exists: neither that Pod's list of pull secrets nor the container's image can
 * change, and a Pod that is made anew is without it (pkg/apis/core/validation, ValidatePodEphemeralContainersUpdate,
 * 1.26-1.36). What is written for the kubelet's next attempt serves it all the same.
 */
export function forDebugContainer(failed: FailedPull, id: CauseId, fixes: readonly Fix[]): readonly Fix[] {
  if (failed.pull.image.type !== "ephemeralContainer") return fixes;
  const { name } = failed.evidence.pod;
  const { credential } = causes[id];
  const login = credential === "chain" || credential === "refused";
  return [
    ...fixes.filter(({ effect }) => effect !== "replaces-pod"),
    {
      summary: login
        ? `Start another debug container with an image that needs no login, or debug a copy of the Pod that has the login (kubectl debug ${name} --copy-to=${name}-debug): neither the list of Pod ${name} nor this container can change, and a new Pod would be without it.`
        : `Start another debug container with an image that can be pulled: this one's cannot change, and a new Pod would be without it.`,
      effect: "writes",
    },
  ];
}
