import { createHash } from "node:crypto";

/** What a signature says of the code before it. */
export interface SignedCode {
  readonly identifier: string;
  /** The whole file up to the signature. */
  readonly code: Buffer;
  /** The __TEXT segment in the file. */
  readonly text: { readonly offset: bigint; readonly size: bigint };
  readonly isProgram: boolean;
}

// Magic numbers and slots as in xnu, osfmk/kern/cs_blobs.h. All numbers of a signature are big-endian.
const embeddedSignatureMagic = 0xfade_0cc0;
const codeDirectoryMagic = 0xfade_0c02;
const requirementsMagic = 0xfade_0c01;
const cmsMagic = 0xfade_0b01;
const directorySlot = 0;
const requirementsSlot = 2;
const cmsSlot = 0x1_0000;

const directoryHeaderBytes = 88;
const indexBytes = 12 + 3 * 8;
const hashBytes = 32;
const pageShift = 12;
/** Hashes of the information list and of the requirements stand before those of the pages. */
const specialSlots = 2;
const adHoc = 0x2;
const sha256Type = 2;
const mainBinary = 1n;

/** An empty list of requirements. */
const requirements = blob(requirementsMagic, Buffer.alloc(4));
/** No certificate behind it: that is what makes a signature an ad-hoc one. */
const cms = blob(cmsMagic, Buffer.alloc(0));

/** How long `embeddedSignature` of so much code will be. */
export function signatureBytes(identifier: string, codeBytes: number): number {
  return (
    indexBytes + hashesOffset(identifier) + pages(codeBytes) * hashBytes + requirements.length + cms.length
  );
}

/** The ad-hoc signature of code: a code directory with a hash of each page, empty requirements, no certificate. */
export function embeddedSignature(signed: SignedCode): Buffer {
  const directory = codeDirectory(signed);
  const parts: readonly (readonly [slot: number, bytes: Buffer])[] = [
    [directorySlot, directory],
    [requirementsSlot, requirements],
    [cmsSlot, cms],
  ];
  const index = Buffer.alloc(4 + parts.length * 8);
  index.writeUInt32BE(parts.length, 0);
  let offset = indexBytes;
  parts.forEach(([slot, bytes], place) => {
    index.writeUInt32BE(slot, 4 + place * 8);
    index.writeUInt32BE(offset, 8 + place * 8);
    offset += bytes.length;
  });
  return blob(embeddedSignatureMagic, Buffer.concat([index, ...parts.map(([, bytes]) => bytes)]));
}

/** A code directory of version 0x20400, the first with the fields for the executable segment; macOS 10.14 and later want them. */
function codeDirectory({ identifier, code, text, isProgram }: SignedCode): Buffer {
  const count = pages(code.length);
  const hashes = hashesOffset(identifier);
  const directory = Buffer.alloc(hashes + count * hashBytes);
  const words = [
    [0, codeDirectoryMagic],
    [4, directory.length],
    [8, 0x2_0400],
    [12, adHoc],
    [16, hashes],
    [20, directoryHeaderBytes],
    [24, specialSlots],
    [28, count],
    [32, code.length],
  ] as const;
  for (const [at, value] of words) directory.writeUInt32BE(value, at);
  directory.writeUInt8(hashBytes, 36);
  directory.writeUInt8(sha256Type, 37);
  directory.writeUInt8(pageShift, 39);
  directory.writeBigUInt64BE(text.offset, 64);
  directory.writeBigUInt64BE(text.size, 72);
  directory.writeBigUInt64BE(isProgram ? mainBinary : 0n, 80);
  directory.write(identifier, directoryHeaderBytes, "utf8");
  // Special slots count backwards from the first page; there is no information list, so its slot stays zero.
  sha256(requirements).copy(directory, hashes - requirementsSlot * hashBytes);
  for (let page = 0; page < count; page += 1) {
    const bytes = code.subarray(page << pageShift, (page + 1) << pageShift);
    sha256(bytes).copy(directory, hashes + page * hashBytes);
  }
  return directory;
}

const pages = (codeBytes: number): number => Math.ceil(codeBytes / (1 << pageShift));

const hashesOffset = (identifier: string): number =>
  directoryHeaderBytes + Buffer.byteLength(identifier) + 1 + specialSlots * hashBytes;

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

function blob(magic: number, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(magic, 0);
  head.writeUInt32BE(8 + content.length, 4);
  return Buffer.concat([head, content]);
}
