import type { Words } from "../words.ts";

/** A full disk is more exact than the step that met it. Linux, Windows, device mapper. */
export const diskWords: readonly Words[] = [
  [
    "disk-full",
    [
      "no space left on device",
      "disk quota exceeded",
      ["not enough", /not enough (?:free )?(?:disk )?space/i],
      "free data blocks",
    ],
  ],
];

/** containerd's content store, moby's distribution, containers/image: bytes that are not what their digest says. */
export const digestWords: readonly Words[] = [
  [
    "digest-mismatch",
    [
      "unexpected commit digest",
      "unexpected commit size",
      "failed size validation",
      "verification failed for digest",
      "digest did not match",
      ["does not match", /does not match (?:the )?(?:(?:provided|selected) )?(?:manifest )?digest/i],
      ["wrong diff", /wrong diff ?id/i],
      ["does not match config", /does not match config.s DiffID/i],
      "would not match destination reference",
      "digest mismatch",
      "layers from manifest don't match image configuration",
    ],
  ],
];

/** The manifest could be read, and is not for this node or not of an image. */
export const manifestWords: readonly Words[] = [
  [
    "platform-mismatch",
    [
      "no match for platform",
      "no matching manifest for",
      ["no image found in", /no image found in (?:manifest list|image index)/i],
      "no supported platform found",
      "does not match the specified platform",
      "does not provide the specified platform",
      "descriptor matching platform",
      "cannot be used on this platform",
      "does not match the host operating system",
      ["is incompatible with a", /is incompatible with a [^\n]{0,60}host/i],
      ["mismatch", /(?:architecture|operating system) mismatch\b/i],
    ],
  ],
  [
    "schema1-unsupported",
    [
      ["manifest.v1+", /manifest\.v1\+(?:prettyjws|json)/i],
      ["schema", /schema ?1\b/i],
      ["no signatures", /\bno signatures\b/i],
      "missing signature key",
    ],
  ],
  ["unexpected-response", [["media", /(?:unexpected|unsupported) (?:[a-z]{1,20} )?media ?type:? "?text\//i]]],
  [
    "unsupported-media-type",
    [
      ["type", /(?:unsupported|unimplemented|unexpected) (?:[\w ]{1,30} )?(?:media|mime) ?type/i],
      [
        "stream processor for application/",
        /stream processor for application\/(?!vnd\.[a-z]{1,20}\.image\.)[\w.+-]{1,128}: no processor\b/i,
      ],
      "unsupported image-specific operation",
      "encountered unknown type",
      "invalid rootfs in image configuration",
      "mediatype in manifest should be",
      "encountered remote",
    ],
  ],
];

/** ocicrypt's, through CRI-O and through containerd's stream processor (imgcrypt's ctd-decoder). */
export const encryptedWords: readonly Words[] = [
  [
    "image-encrypted",
    [
      ["for decryption", /\bfor decryption\b/i],
      ["decrypting layer", /\bdecrypting layer\b/i],
      ["decrypt key", /\bdecrypt key\b/i],
      ["decryptlayer", /\bDecryptLayer\b/i],
      ["+encrypted", /\+encrypted\b/i],
    ],
  ],
];

/** Downloaded, and then not unpacked: snapshotters, storage drivers, the content that both build on. */
export const unpackWords: readonly Words[] = [
  [
    "unpack-failed",
    [
      "failed to extract layer",
      "failed to register layer",
      "failed to unpack",
      "adding layer with blob",
      "committing the finished image",
      "create image rootfs",
      "get image parent",
      "prepare snapshot dir",
      ["extraction", /extraction (?:layer|snapshot)/i],
      ["<name>", /\b(?:content digest|snapshot) <name>:? (?:not found|does not exist)/i],
      "commit snapshot",
      ["unpacker", /unpacker\b/i],
      "mismatched image rootfs",
      "input/output error",
      "read-only file system",
      "failed to stat snapshot",
      "layer not known",
      "error parsing footer",
    ],
  ],
];
