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
  | {
      readonly kind: "index";
      readonly platforms: readonly string[];
      readonly images: readonly IndexedImage[];
    }
  | { readonly kind: "image"; readonly config: string; readonly layers: readonly string[] }
  | { readonly kind: "artifact" }
  | { readonly kind: "schema1" };

/** An image of an index. */
export interface IndexedImage {
  readonly platform: string;
  readonly digest: string;
}

const imageConfigs = [
  "application/vnd.docker.container.image.v1+json",
  "application/vnd.oci.image.config.v1+json",
];

/** Undefined for what is no manifest. */
export function readManifest(json: Json): ManifestContent | undefined {
  if (json["schemaVersion"] === 1) return { kind: "schema1" };
  if (Array.isArray(json["manifests"])) {
    const images = imagesOf(json);
    return { kind: "index", images, platforms: [...new Set(images.map(({ platform }) => platform))] };
  }
  const config = record(json, "config");
  const digest = text(config, "digest");
  if (digest === undefined) return undefined;
  return imageConfigs.includes(text(config, "mediaType") ?? "") && isDigest(digest)
    ? { kind: "image", config: digest, layers: layersOf(json) }
    : { kind: "artifact" };
}

export function isDigest(word: string): boolean {
  return /^sha\d{3}:[0-9a-f]{64,128}$/.test(word);
}

/** Each once. What a manifest says is to be fetched elsewhere, the registry need not have. */
function layersOf(manifest: Json): readonly string[] {
  const own = records(manifest, "layers").filter(
    (layer) =>
      layer["urls"] === undefined && !/foreign|nondistributable/.test(text(layer, "mediaType") ?? ""),
  );
  return [...new Set(own.flatMap((layer) => text(layer, "digest") ?? []))].filter(isDigest);
}

/** BuildKit puts attestations beside the images, for the platform unknown/unknown. */
function imagesOf(index: Json): readonly IndexedImage[] {
  return records(index, "manifests").flatMap((one) => {
    const platform = platformOf(record(one, "platform"));
    return platform === undefined || platform === "unknown/unknown"
      ? []
      : [{ platform, digest: text(one, "digest") ?? "" }];
  });
}

/** os/architecture[/variant] of an index's entry or of an image's configuration. */
export function platformOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const words = ["os", "architecture", "variant"].flatMap((field) => text(value, field) ?? []);
  return words.length < 2 ? undefined : words.join("/");
}
