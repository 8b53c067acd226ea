import type { Examples } from "./examples.ts";

const digest = "sha256:7c31e0b4a95d2f6883d1c09be457a26fd3908e5b1c64f7a29e80d53b6c172af4";

/** Encryption, disks and digests. */
export const contentExamples: Examples = {
  words: {
    "image-encrypted": [
      "ctr: you are not authorized to use this image: missing private key needed for decryption",
      "failed to handle layer: failed to get decrypt key: kbs: resource is absent",
      `Error decrypting layer ${digest}: no suitable key unwrapper found`,
      `failed to extract layer ${digest}: call to DecryptLayer failed: keyprovider: exit status 1: unknown`,
      `failed to extract layer ${digest}: failed to get stream processor for application/vnd.oci.image.layer.v1.tar+gzip+encrypted: ctd-decoder resolves to executable in current directory (./ctd-decoder): unknown`,
    ],
    "disk-full": [
      "failed to register layer: write /usr/lib/x.so: no space left on device",
      'writing blob: storing blob to file "/var/tmp/storage1/2": write /var/tmp/storage1/2: disk quota exceeded',
      "write C:\\Windows\\TEMP\\GetImageBlob713357907: There is not enough space on the disk.",
      "devmapper: Thin Pool has 5232 free data blocks which is less than minimum required 163840 free data blocks.",
    ],
    "digest-mismatch": [
      `failed commit on ref "layer-${digest}": unexpected commit digest sha256:18bd18bd, expected ${digest}: failed precondition`,
      `failed commit on ref "index-${digest}": unexpected commit size 1287, expected 1420: failed precondition`,
      `failed to copy: failed commit on ref "config-${digest}": "config-${digest}" failed size validation: 2 != 7023: failed precondition`,
      `filesystem layer verification failed for digest ${digest}`,
      `Error reading blob ${digest}: Digest did not match, expected ${digest}, got sha256:11`,
      `Manifest does not match provided manifest digest ${digest}`,
      `Manifest does not match selected manifest digest ${digest}`,
      `wrong diff id ${digest} calculated on extraction ${digest}`,
      `writing blob: layer ${digest} (blob "${digest}") does not match config's DiffID ${digest}`,
      "Digest of source image's manifest would not match destination reference",
      `digest mismatch, expected ${digest}, computed sha256:11`,
      "layers from manifest don't match image configuration",
    ],
  },
  nearMisses: [
    ["unauthorized: not authorized to pull larch/key-for-decryption:1", "auth-required"],
    [`manifest for larch/no-space-left:1 not found: manifest unknown`, "manifest-not-found"],
  ],
};

export const manifestExamples: Examples = {
  words: {
    "platform-mismatch": [
      'failed to pull and unpack image "reg.larch.example/b:1": no match for platform in manifest: not found',
      "no matching manifest for linux/arm/v7 in the manifest list entries",
      'choosing image instance: no image found in manifest list for architecture s390x, variant "", OS linux',
      'choosing image instance: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
      "Error response from daemon: no supported platform found in manifest list",
      "image with reference larch/web:1 was found but its platform (linux/arm64) does not match the specified platform (linux/amd64)",
      "image with reference larch/web:1 was found but does not provide the specified platform (linux/arm64)",
      "CannotPullContainerError: image Manifest does not contain descriptor matching platform",
      'Error response from daemon: image operating system "windows" cannot be used on this platform',
      "The container operating system does not match the host operating system.",
      "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host",
      'Image architecture mismatch: image uses "amd64", expecting "arm64"',
      'Image operating system mismatch: image uses OS "windows"+architecture "amd64", expecting "linux+amd64"',
    ],
    "schema1-unsupported": [
      "application/vnd.docker.distribution.manifest.v1+prettyjws not supported",
      'unsupported manifest media type "application/vnd.docker.distribution.manifest.v1+json"',
      "schema 1 image manifests are no longer supported: invalid argument",
      "no signatures",
      "Error response from daemon: missing signature key",
    ],
    "unexpected-response": [
      "get image config descriptor: unexpected media type text/html for sha256:4e07: not found",
      "Error response from daemon: unsupported manifest mediatype: text/html",
    ],
    "unsupported-media-type": [
      'parsing image configuration: unsupported MIME type "application/vnd.cncf.helm.config.v1+json"',
      "Unimplemented manifest MIME type application/vnd.larch.index.v9+json",
      "get image config descriptor: unexpected media type application/vnd.cncf.helm.config.v1+json for sha256:4e07: not found",
      'unsupported image-specific operation on artifact with type "application/vnd.unknown.config.v1+json"',
      `failed to extract layer ${digest}: failed to get stream processor for application/vnd.in-toto+json: no processor for media-type: unknown`,
      "encountered unknown type application/json",
      "Error response from daemon: invalid rootfs in image configuration",
      "mediaType in manifest should be 'application/vnd.docker.distribution.manifest.v2+json' not 'application/vnd.oci.image.index.v1+json'",
      'Encountered remote "application/vnd.cncf.helm.config.v1+json"(unknown) when fetching',
    ],
  },
  nearMisses: [
    ["unexpected commit digest sha256:1, expected sha256:2", "digest-mismatch"],
    // An image's own layer, compressed as this runtime does not know yet.
    [
      `failed to extract layer ${digest}: failed to get stream processor for application/vnd.oci.image.layer.v1.tar+zstd: no processor for media-type: unknown`,
      "unpack-failed",
    ],
  ],
};

export const unpackExamples: Examples = {
  words: {
    "unpack-failed": [
      `failed to extract layer ${digest}: mount callback failed on /tmp/containerd-mount12: archive/tar: invalid tar header`,
      "failed to register layer: operation not permitted",
      "[CDH] [ERROR]: Image Pull error: Failed to unpack layer: Failed to set permissions for path: /run/kata/etc/group",
      `writing blob: adding layer with blob "${digest}": processing tar file(exit status 1): lchown /etc: invalid argument`,
      'copying system image from manifest list: committing the finished image: creating image "ab": file exists',
      "Error pulling image (1) from larch/web, Driver overlay failed to create image rootfs b79ac6ba829c: lstat /var/lib/docker: no such file or directory",
      "Error pulling image (20) from larch/web, Driver devicemapper failed to get image parent 782cf93a: Unknown device 782cf93a",
      "failed to create prepare snapshot dir: failed to create temp dir: mkdir /var/lib/containerd/new-12: file exists",
      "ctr: failed to prepare extraction layer: failed to create active: missing parent bucket: not found",
      `failed to prepare extraction snapshot "extract-1-ZU8W ${digest}": failed to find image ref of snapshot 25: unknown`,
      `ctr: content digest ${digest}: not found`,
      `failed to pull and unpack image "reg.larch.example/b:1": snapshot ${digest} does not exist: not found`,
      "failed to commit snapshot extract-1: failed to sync: write /a: file exists",
      "unable to initialize unpacker: invalid argument",
      "mismatched image rootfs and manifest layers",
      "failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/1a/data: input/output error",
      'failed to pull and unpack image "reg.larch.example/b:1": mkdir /var/lib/containerd/tmpmounts: read-only file system',
      "rpc error: code = Unknown desc = layer not known",
      "failed to resolve layer: failed to read layer: failed to parse stargz: error parsing footer: gzip: invalid header",
      `ctr: failed to stat snapshot ${digest}: snapshotter not loaded: overlayfs: invalid argument`,
    ],
  },
  nearMisses: [
    [
      "failed to create containerd container: mounts: snapshot 12 is not ready: no instance 12: not found",
      "unknown",
    ],
    [`fetching blob: blob unknown to registry`, "content-missing"],
  ],
};
