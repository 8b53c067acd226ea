import { embeddedSignature, signatureBytes } from "./code-signature.ts";

/** What signing has to know of a thin 64-bit Mach-O file; all numbers are offsets into the file, or bytes. */
interface Layout {
  readonly commands: number;
  readonly commandBytes: number;
  /** The load command of __LINKEDIT, the segment whose end a signature is. */
  readonly linkEdit: number;
  readonly text: { readonly offset: bigint; readonly size: bigint };
  /** The load command of a signature that is there already. */
  readonly signature: number | undefined;
  /** Where the first section's bytes begin: the load commands must end before. */
  readonly firstSection: number;
}

// mach-o/loader.h of xnu.
const magic64 = 0xfeed_facf;
const headerBytes = 32;
const segment64 = 0x19;
const codeSignature = 0x1d;
const codeSignatureBytes = 16;
const zeroFill = 1;
const arm64 = 0x0100_000c;
const programFile = 2;

/**
 * Signs a program ad hoc, as `codesign --force --sign -` does without entitlements: Apple Silicon kills what has no signature. Throws for a
 * universal file, and where the file leaves no room.
 */
export function signAdHoc(program: Buffer, identifier: string): Buffer {
  const bare = withoutSignature(program);
  const layout = readLayout(bare);
  const codeBytes = align(bare.length, 16);
  const bytes = align(signatureBytes(identifier, codeBytes), 16);
  const signed = Buffer.alloc(codeBytes + bytes);
  bare.copy(signed);
  addSignatureCommand(signed, layout, codeBytes, bytes);
  const code = signed.subarray(0, codeBytes);
  const isProgram = signed.readUInt32LE(12) === programFile;
  embeddedSignature({ identifier, code, text: layout.text, isProgram }).copy(signed, codeBytes);
  return signed;
}

/** The file before it was signed. Throws when the signature is not the last thing in it, in both its places. */
export function withoutSignature(program: Buffer): Buffer {
  const { commands, commandBytes, linkEdit, signature } = readLayout(program);
  if (signature === undefined) return program;
  const offset = program.readUInt32LE(signature + 8);
  if (offset + program.readUInt32LE(signature + 12) !== program.length)
    throw new Error("the signature does not end the Mach-O file");
  if (signature !== headerBytes + commandBytes - codeSignatureBytes)
    throw new Error("the signature is not the last load command");
  const bare = Buffer.from(program.subarray(0, offset));
  bare.fill(0, signature, signature + codeSignatureBytes);
  resize(bare, linkEdit, commands - 1, commandBytes - codeSignatureBytes);
  return bare;
}

function addSignatureCommand(signed: Buffer, layout: Layout, offset: number, bytes: number): void {
  const { commands, commandBytes, linkEdit, firstSection } = layout;
  const at = headerBytes + commandBytes;
  if (at + codeSignatureBytes > firstSection) throw new Error("no room for another load command");
  [codeSignature, codeSignatureBytes, offset, bytes].forEach((value, place) =>
    signed.writeUInt32LE(value, at + place * 4),
  );
  resize(signed, linkEdit, commands + 1, commandBytes + codeSignatureBytes);
}

/** Writes how many load commands there are, and lets __LINKEDIT reach to the end of the file. */
function resize(file: Buffer, linkEdit: number, commands: number, commandBytes: number): void {
  file.writeUInt32LE(commands, 16);
  file.writeUInt32LE(commandBytes, 20);
  const bytes = file.length - Number(file.readBigUInt64LE(linkEdit + 40));
  const page = file.readUInt32LE(4) === arm64 ? 0x4000 : 0x1000;
  file.writeBigUInt64LE(BigInt(align(bytes, page)), linkEdit + 32);
  file.writeBigUInt64LE(BigInt(bytes), linkEdit + 48);
}

function readLayout(file: Buffer): Layout {
  if (file.readUInt32LE(0) !== magic64) throw new Error("not a thin 64-bit Mach-O file");
  const commands = file.readUInt32LE(16);
  const commandBytes = file.readUInt32LE(20);
  const segments = new Map<string, number>();
  let signature: number | undefined;
  let firstSection = file.length;
  for (let at = headerBytes, n = 0; n < commands; n += 1, at += file.readUInt32LE(at + 4)) {
    const command = file.readUInt32LE(at);
    if (command === codeSignature) signature = at;
    if (command !== segment64) continue;
    segments.set(file.toString("latin1", at + 8, at + 24).replace(/\0+$/, ""), at);
    firstSection = Math.min(firstSection, ...sectionOffsets(file, at));
  }
  const text = segments.get("__TEXT");
  const linkEdit = segments.get("__LINKEDIT");
  if (text === undefined || linkEdit === undefined) throw new Error("no __TEXT or no __LINKEDIT segment");
  const end = file.readBigUInt64LE(linkEdit + 40) + file.readBigUInt64LE(linkEdit + 48);
  if (end !== BigInt(file.length)) throw new Error("__LINKEDIT does not end the Mach-O file");
  return {
    commands,
    commandBytes,
    linkEdit,
    text: { offset: file.readBigUInt64LE(text + 40), size: file.readBigUInt64LE(text + 48) },
    signature,
    firstSection,
  };
}

/** Where the sections of a segment have their bytes; sections of zeros have none. */
function sectionOffsets(file: Buffer, segment: number): number[] {
  const count = file.readUInt32LE(segment + 64);
  const sections = Array.from({ length: count }, (_, place) => segment + 72 + place * 80);
  return sections
    .filter((section) => (file.readUInt32LE(section + 64) & 0xff) !== zeroFill)
    .map((section) => file.readUInt32LE(section + 48))
    .filter((offset) => offset > 0);
}

const align = (value: number, step: number): number => Math.ceil(value / step) * step;
