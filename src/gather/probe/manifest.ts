import { isRecord, type Json, record, records, text } from "../../evidence/field.ts";

/** What containerd accepts (core/remotes/docker/resolver.go 2.2), in one field. */
export const manifestTypes = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "*/*",
].join(", ");

export type ManifestContent =
  | { readonly kind: "index"; readonly platforms: readonly string[] }
  | { readonly kind: "image"; readonly config: string }
  | { readonly kind: "artifact" }
  | { readonly kind: "schema1" };

const imageConfigs = [
  "application/vnd.docker.container.image.v1+json",
  "application/vnd.oci.image.config.v1+json",
];

/** Undefined for what is no manifest. */
export function readManifest(json: Json): ManifestContent | undefined {
  if (json["schemaVersion"] === 1) return { kind: "schema1" };
  if (Array.isArray(json["manifests"])) return { kind: "index", platforms: platformsOf(json) };
  const config = record(json, "config");
  const digest = text(config, "digest");
  if (digest === undefined) return undefined;
  return imageConfigs.includes(text(config, "mediaType") ?? "") && /^sha\d{3}:[0-9a-f]{64,128}$/.test(digest)
    ? { kind: "image", config: digest }
    : { kind: "artifact" };
}

/** BuildKit puts attestations beside the images, for the platform unknown/unknown. */
function platformsOf(index: Json): readonly string[] {
  const found = records(index, "manifests").flatMap((one) => platformOf(record(one, "platform")) ?? []);
  return [...new Set(found)].filter((platform) => platform !== "unknown/unknown");
}

/** os/architecture[/variant] of an index's entry or of an image's configuration. */
export function platformOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const words = ["os", "architecture", "variant"].flatMap((field) => text(value, field) ?? []);
  return words.length < 2 ? undefined : words.join("/");
}
