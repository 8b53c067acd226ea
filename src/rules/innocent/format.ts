import { kubectl } from "../fix/command.ts";
import { endWaitingJob } from "../fix/image.ts";
import { hostOf } from "../facts/listed.ts";
import { nodeOf } from "./connect.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull } from "../rule.ts";

/**
 * containers/image's word of a manifest that the registry calls one of Docker's and that has no media type in itself, as
 * OCI's may (manifest/docker_schema2.go, SupportedSchema2MediaType).
 */
function isUntyped({ failure: { message } }: FailedPull): boolean {
  return /\bunsupported docker v2s2 media type: \\*"\\*"/.test(message);
}

export const formatRows: readonly InnocentRow[] = [
  {
    id: "unsupported-media-type",
    kind: "unsupported-media-type",
    summary: (f) =>
      isUntyped(f)
        ? `${hostOf(f)} gives ${f.pull.image.image} out as an image in Docker's format, and it does not say so itself.`
        : `${f.pull.image.image} is no container image (a chart, an attestation or another artifact).`,
    confirm: (f) =>
      `Read the media type of its manifest: docker buildx imagetools inspect --raw ${f.pull.image.image}`,
    fixes: (f) => [
      {
        summary: isUntyped(f)
          ? `Push the image again in Docker's format (buildah push --format docker), or whoever runs ${hostOf(f)} brings it to a version that tells OCI images from Docker's.${endWaitingJob(f)}`
          : `Correct the image: the reference names an artifact that is not made to run.${endWaitingJob(f)}`,
        effect: "writes",
      },
    ],
  },
  {
    id: "schema1-unsupported",
    kind: "schema1-unsupported",
    summary: (f) =>
      `${f.pull.image.image} has a manifest in Docker's schema 1, which the node's runtime does not accept.`,
    claims: (f) =>
      f.evidence.node.state === "found" && f.evidence.node.value.runtimeVersion !== undefined
        ? [claim(`Node ${nodeOf(f)} runs ${f.evidence.node.value.runtimeVersion}.`, f.evidence.node.ref)]
        : [],
    confirm: (f) =>
      kubectl(f, "get", "node", nodeOf(f), "-o", "jsonpath={.status.nodeInfo.containerRuntimeVersion}"),
    fixes: () => [
      {
        summary:
          "Pull the image with an older docker and push it again with a current one, or build it anew.",
        effect: "writes",
      },
    ],
  },
];
