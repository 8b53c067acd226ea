import type { Evidence } from "../../evidence/evidence.ts";
import type { RegistryProbe } from "../../evidence/registry-probe.ts";

/**
 * Whether the image is there for the node: by operating system and architecture, as the node's status has no variant. `perhaps` where only a lesser one
 * is, which some releases of containerd take (platforms.Only).
 */
export function hasPlatform(
  { platforms }: RegistryProbe,
  evidence: Evidence,
): "yes" | "no" | "perhaps" | "unknown" {
  const node = evidence.node.state === "found" ? evidence.node.value : undefined;
  if (platforms === undefined || node?.architecture === undefined) return "unknown";
  return platformIn(platforms, node.operatingSystem ?? "linux", node.architecture);
}

const lesser: Readonly<Record<string, string>> = { amd64: "386", arm64: "arm" };

export function platformIn(
  platforms: readonly string[],
  os: string,
  architecture: string,
): "yes" | "no" | "perhaps" {
  const has = (wanted: string | undefined): boolean =>
    platforms.some((platform) => {
      const [ofImage, its] = platform.split("/");
      return ofImage === os && its === wanted;
    });
  if (has(architecture)) return "yes";
  return lesser[architecture] !== undefined && has(lesser[architecture]) ? "perhaps" : "no";
}
