import type { Json } from "../evidence/field.ts";
import type { PodImage } from "../evidence/pod.ts";
import { parseImageReference } from "../pull/image-reference.ts";
import type { ProbeReading } from "../pull/probe/reading.ts";

/**
 * The status that a Pod would have after its first attempt, in containerd 2.2's words, given what the registry answered.
 * So what is said of a Pod that does not exist yet is what would be said of it then, by the same rules. Undefined where
 * the answer foretells no refusal.
 */
export function assumedStatus(
  { container, type, image, mountedBy }: PodImage,
  reading: ProbeReading | undefined,
): Json | undefined {
  const message = reading === undefined ? undefined : refusal(image, reading);
  if (message === undefined) return undefined;
  const failed = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${message}`;
  const status = {
    name: mountedBy[0] ?? container,
    image,
    imageID: "",
    state: { waiting: { reason: "ErrImagePull", message: failed } },
  };
  // Who mounts it may be either.
  if (type === "imageVolume") return { containerStatuses: [status], initContainerStatuses: [status] };
  return { [lists[type]]: [status] };
}

/** Where the kubelet reports each kind of container; an image volume's failure stands at a container that mounts it. */
const lists: Readonly<Record<Exclude<PodImage["type"], "imageVolume">, string>> = {
  container: "containerStatuses",
  initContainer: "initContainerStatuses",
  ephemeralContainer: "ephemeralContainerStatuses",
};

function refusal(image: string, { outcome, login }: ProbeReading): string | undefined {
  const reference = parseImageReference(image);
  if (!reference.ok) return undefined;
  const { registry, repository } = reference;
  const url = `https://${registry}/v2/${repository}/manifests/${reference.digest ?? reference.tag ?? "latest"}`;
  const status = (code: string): string => `unexpected status from HEAD request to ${url}: ${code}`;
  switch (outcome) {
    case "login-wanted":
      return "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials";
    case "login-refused":
    case "right-missing":
    case "right-or-repository":
      return login === undefined
        ? "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"
        : status("401 Unauthorized");
    case "login-expired":
    case "policy":
      return status("403 Forbidden");
    case "tag-absent":
    case "tag-or-repository":
    case "repository-absent":
    case "repository-or-hidden":
      return `${image}: not found`;
    case "pulls-used-up":
    case "rate-limited":
    case "login-locked":
      return status("429 Too Many Requests");
    case "server-error":
      return status("503 Service Unavailable");
    case "content-missing":
    case "content-refused":
    case "content-unreached":
    case "opens":
    case "address-refused":
    case "everybody-refused":
    case "unreached":
    case "not-a-registry":
    case "not-asked":
    case "undecided":
      return undefined;
  }
}
