import { authorityOfKey } from "./registry.ts";
import type { Replay } from "./replay.ts";

/** The service names under which OpenShift's own registry is known in every cluster, since 4.0 and before. */
const internal =
  /^(?:image-registry\.openshift-image-registry|docker-registry\.default)\.svc(?:\.cluster\.local)?(?::\d+)?$/;

export function isOwnRegistry(key: string): boolean {
  return internal.test(authorityOfKey(key));
}

/** The other names that stand in the same Secret: the Service's address, and the registry's default route. */
export function mayBeOwnRegistry(key: string): boolean {
  const authority = authorityOfKey(key);
  return (
    internal.test(authority) ||
    /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?$|^\[[0-9a-f:]+\](?::\d+)?$/i.test(authority) ||
    authority.startsWith("default-route-openshift-image-registry.")
  );
}

/** The project that an image of OpenShift's own registry belongs to, where that is not the Pod's namespace. */
export function foreignProject({ pull, evidence }: Pick<Replay, "pull" | "evidence">): string | undefined {
  const { reference } = pull;
  if (!reference.ok || !internal.test(reference.registry)) return undefined;
  const [project = ""] = reference.repository.split("/");
  return project === evidence.pod.namespace || !reference.repository.includes("/") ? undefined : project;
}

/** An image of OpenShift's own registry, of the Pod's project, which every ServiceAccount of the project may pull. */
export function isOwnProject({ pull, evidence }: Pick<Replay, "pull" | "evidence">): boolean {
  const { reference } = pull;
  return (
    reference.ok &&
    internal.test(reference.registry) &&
    reference.repository.startsWith(`${evidence.pod.namespace}/`)
  );
}

/**
 * A short name is that of an image stream of the Pod's project where nothing resolves it: a workload without an image
 * trigger names it to the kubelet as it stands (image.openshift.io/triggers, openshift/library-go pkg/image/trigger).
 * Undefined for a host that is not OpenShift's own registry, and for a name with a path.
 */
export function streamImage(
  { pull, evidence }: Pick<Replay, "pull" | "evidence">,
  host: string,
): string | undefined {
  const { image } = pull.image;
  return internal.test(host) && !image.includes("/")
    ? `${host}/${evidence.pod.namespace}/${image}`
    : undefined;
}
