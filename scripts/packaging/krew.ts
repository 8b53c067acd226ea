/** The archive of one platform, as the manifest names it. */
export interface Archive {
  readonly os: string;
  readonly arch: string;
  readonly sha256: string;
}

/**
 * Fills in krew-manifest.yaml: `{{version}}` and, for each platform, `{{sha256 OS_ARCH}}`. Throws when the template asks for an archive that was
 * not made, or does not mention one that was.
 */
export function filledIn(template: string, version: string, archives: readonly Archive[]): string {
  const left = new Map(archives.map(({ os, arch, sha256 }) => [`${os}_${arch}`, sha256]));
  const manifest = template
    .replace(/^#.*\n/gm, "")
    .replaceAll("{{version}}", version)
    .replace(/\{\{sha256 (\w+)\}\}/g, (_, name: string) => {
      const sha256 = left.get(name);
      if (sha256 === undefined) throw new Error(`krew-manifest.yaml names ${name}, which was not packaged`);
      left.delete(name);
      return sha256;
    });
  if (left.size > 0) throw new Error(`krew-manifest.yaml does not name ${[...left.keys()].join(", ")}`);
  return manifest;
}
