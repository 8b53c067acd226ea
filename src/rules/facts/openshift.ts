import type { Replay } from "./replay.ts";

/** The service name under which OpenShift's own registry is known in every cluster since 4.0. */
const internal = /^image-registry\.openshift-image-registry\.svc(\.cluster\.local)?(:\d+)?$/;

/** The project that an image of OpenShift's own registry belongs to, where that is not the Pod's namespace. */
export function foreignProject({ pull, evidence }: Pick<Replay, "pull" | "evidence">): string | undefined {
  const { reference } = pull;
  if (!reference.ok || !internal.test(reference.registry)) return undefined;
  const [project = ""] = reference.repository.split("/");
  return project === evidence.pod.namespace || !reference.repository.includes("/") ? undefined : project;
}
