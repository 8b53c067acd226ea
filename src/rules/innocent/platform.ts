import { nodeOf } from "./connect.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull, type Fix } from "../rule.ts";

/** As the message has it with the variant, else as the node says of itself. */
function platformOf({ evidence: { node }, failure: { reading } }: FailedPull): string {
  if (reading.platform !== undefined) return reading.platform;
  if (node.state !== "found") return "the node's platform";
  return `${node.value.operatingSystem ?? "?"}/${node.value.architecture ?? "?"}`;
}

/** An image for Windows is for one build, which the runtime compares as well (containerd platforms/platforms_windows.go). */
function isWindows({ evidence: { node } }: FailedPull): boolean {
  return node.state === "found" && node.value.operatingSystem === "windows";
}

function platformFixes(failed: FailedPull): readonly Fix[] {
  const build = (word: string): Fix => ({
    summary: `${word} and push the image for the node's platform too.`,
    effect: "writes",
    lasting: true,
  });
  const keep = "keep the Pod on nodes of the image's platform: nodeSelector";
  if (isWindows(failed))
    return [
      {
        summary: `If the image is for Linux, ${keep} kubernetes.io/os: linux.`,
        effect: "replaces-pod",
      },
      {
        summary:
          "If it is for another build of Windows: use its tag for the node's build, or nodes of its build (node.kubernetes.io/windows-build).",
        effect: "replaces-pod",
      },
      build("Or build"),
    ];
  return [
    build("Build"),
    { summary: `Or ${keep} kubernetes.io/arch and kubernetes.io/os.`, effect: "replaces-pod" },
  ];
}

export const platformRows: readonly InnocentRow[] = [
  {
    id: "platform-mismatch",
    kind: "platform-mismatch",
    summary: (f) =>
      isWindows(f)
        ? `${f.pull.image.image} has no variant for ${platformOf(f)}, or none for this node's build of Windows.`
        : `${f.pull.image.image} has no variant for ${platformOf(f)}.`,
    claims: (f) =>
      f.evidence.node.state === "found"
        ? [
            claim(
              `Node ${nodeOf(f)} is ${f.evidence.node.value.operatingSystem}/${f.evidence.node.value.architecture}${isWindows(f) && f.evidence.node.value.osImage !== undefined ? `, ${f.evidence.node.value.osImage}` : ""}.`,
              { ...f.evidence.node.ref, path: ".status.nodeInfo" },
            ),
          ]
        : [],
    confirm: (f) => `List the platforms of the image: docker buildx imagetools inspect ${f.pull.image.image}`,
    fixes: platformFixes,
  },
];
