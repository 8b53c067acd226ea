import { hostOf } from "../facts/listed.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** Where Docker Hub's manifests are. */
const hubManifests = "registry-1.docker.io";
const manifestRequest = /\brequest to https?:\/\/([^/\s]+)\/v2\/\S*\/manifests\//;

/**
 * A manifest that was asked of another host than the image's was asked of a mirror, which the node's runtime is
 * configured with. containerd keeps one error of several hosts (core/remotes/docker/resolver.go), and offers every one
 * of them the login that the kubelet handed over, since that names no server.
 */
export function mirrorClaims(failed: FailedPull): readonly Claim[] {
  const { reading, message, ref } = failed.failure;
  const host = hostOf(failed);
  const asked = manifestRequest.exec(message)?.[1] ?? (reading.mirror === true ? reading.host : undefined);
  if (asked === undefined || asked === host || (host === "docker.io" && asked === hubManifests)) return [];
  return [
    claim(
      `The answer is that of ${asked}, a mirror that the node is configured with for ${host}; what ${host} itself said is not in the text.`,
      ref,
    ),
  ];
}
