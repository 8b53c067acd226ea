import { soundElsewhere } from "../claims/same-image.ts";
import { kubectl } from "../fix/command.ts";
import { contacted, nodeOf } from "./connect.ts";
import { hostOf } from "../facts/listed.ts";
import { isDocker } from "../facts/node-login.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull } from "../rule.ts";

/** What the image holds and no second attempt changes: device files, and owners outside of a user namespace's range. */
function isForbiddenFile({ failure: { message } }: FailedPull): boolean {
  const at = message.search(/(?:failed to (?:extract|register) layer|adding layer with blob)\b/);
  return at >= 0 && /operation not permitted|lchown [^:\n]{1,300}: invalid argument/.test(message.slice(at));
}

/** SHA-256 of nothing. */
function cameEmpty({ failure: { message } }: FailedPull): boolean {
  return /\bunexpected commit digest sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\b/.test(
    message,
  );
}

export const contentRows: readonly InnocentRow[] = [
  {
    id: "transfer-interrupted",
    kind: "transfer-interrupted",
    summary: (f) => `The connection to ${contacted(f)} broke during the pull.`,
    confirm: (f) =>
      `Watch a few attempts: if every one breaks, something between ${nodeOf(f)} and ${contacted(f)} cuts it (firewall, proxy, MTU).`,
    fixes: (f) => [
      { summary: "Wait: the kubelet tries again by itself.", effect: "reads" },
      {
        summary: `If it goes on, whoever runs the network looks at what cuts connections between ${nodeOf(f)} and ${contacted(f)}: a firewall, a proxy, or an MTU that is too large.`,
        effect: "writes",
      },
    ],
  },
  {
    id: "deadline-exceeded",
    kind: "deadline-exceeded",
    summary: () => "The pull took longer than it was allowed to, or made no progress.",
    confirm: (f) => `Pull the image on ${nodeOf(f)} with crictl and watch its progress.`,
    fixes: () => [
      { summary: "Wait: layers that were loaded are kept for the next attempt.", effect: "reads" },
      {
        summary:
          "Make the image smaller, bring the registry nearer, or let whoever runs the node raise the runtime's pull progress time-out.",
        effect: "writes",
      },
    ],
  },
  {
    id: "disk-full",
    kind: "disk-full",
    summary: (f) => `The disk of node ${nodeOf(f)} is full.`,
    claims: (f) =>
      f.evidence.node.state === "found" && f.evidence.node.value.diskPressure
        ? [
            claim(`Node ${nodeOf(f)} reports DiskPressure.`, {
              ...f.evidence.node.ref,
              path: ".status.conditions",
            }),
          ]
        : [],
    confirm: (f) => kubectl(f, "describe", "node", nodeOf(f)),
    fixes: (f) => [
      {
        summary: `Whoever runs ${nodeOf(f)} frees space or inodes where the runtime keeps images and temporary files, or enlarges the disk.`,
        effect: "writes",
      },
    ],
  },
  {
    id: "content-missing",
    kind: "content-missing",
    summary: (f) =>
      `${contacted(f)} has the tag of ${f.pull.image.image} and lacks a part of the image: a layer or its configuration.`,
    claims: soundElsewhere,
    confirm: (f) =>
      `Fetch the whole image with a client that stores nothing: skopeo copy docker://${f.pull.image.image} dir:image. A cache that fails at the same blob cannot fetch it from behind.`,
    fixes: (f) => [
      {
        summary: `Push the image to ${hostOf(f)} again, whole; or, where ${hostOf(f)} is a cache, whoever runs it lets it fetch blobs from the registry behind it and removes what it has stored of this image.`,
        effect: "writes",
        lasting: true,
      },
    ],
  },
  {
    id: "image-encrypted",
    kind: "image-encrypted",
    summary: (f) => `${f.pull.image.image} is encrypted, and node ${nodeOf(f)} has no key that opens it.`,
    confirm: (f) =>
      `skopeo inspect --raw docker://${f.pull.image.image} : layers whose media type ends in +encrypted need a key on the node.`,
    fixes: (f) => [
      {
        summary: `Whoever runs node ${nodeOf(f)} puts the private key where its runtime looks (CRI-O: decryption_keys_path; containerd: the stream processor's --decryption-keys-path), or sets up its key provider.`,
        effect: "writes",
        lasting: true,
      },
      { summary: "Or use an image that is not encrypted.", effect: "writes" },
    ],
  },
  {
    id: "unpack-failed",
    kind: "unpack-failed",
    summary: (f) => `The image was downloaded and cannot be unpacked on ${nodeOf(f)}.`,
    claims: soundElsewhere,
    confirm: (f) =>
      `Pull the image on another node: if it works there, ${nodeOf(f)}'s image store is damaged.`,
    fixes: (f) => [
      ...(isForbiddenFile(f)
        ? [
            {
              summary: `Build the image without what the node may not make (a device file, an owner that its runtime has no number for), or whoever runs ${nodeOf(f)} lets its runtime make it.`,
              effect: "writes" as const,
              lasting: true,
            },
          ]
        : []),
      {
        summary: `${isForbiddenFile(f) ? "If other nodes can: whoever" : "Whoever"} runs ${nodeOf(f)} removes the image's content there (${isDocker(f) ? "docker" : "crictl"} rmi) and lets it be pulled again; on every node, the image or the snapshotter is at fault.`,
        effect: "writes",
      },
    ],
  },
  {
    id: "digest-mismatch",
    kind: "digest-mismatch",
    summary: (f) => `What came from ${contacted(f)} is not what the manifest promises.`,
    claims: (f) => [
      ...(cameEmpty(f) ? [claim("What came has the digest of no bytes at all.", f.failure.ref)] : []),
      ...soundElsewhere(f),
    ],
    confirm: (f) =>
      `Pull on another node or past the proxy: if it works there, what stands between ${nodeOf(f)} and the registry changes or cuts content.`,
    fixes: (f) => [
      {
        summary: `If other nodes pull it well: whoever runs ${nodeOf(f)} removes what its runtime keeps of the broken download (containerd: the ingest folder of its content store), and lets it be pulled again.`,
        effect: "writes",
      },
      {
        summary:
          "Else whoever runs the proxy, mirror or registry repairs or empties what it has stored of this image.",
        effect: "writes",
      },
    ],
  },
];
