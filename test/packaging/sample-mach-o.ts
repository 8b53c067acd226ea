export interface Sample {
  readonly arch: "arm64" | "x86_64";
  /** Bytes of the last segment. */
  readonly linkEdit: number;
  readonly firstSection?: "behind the commands";
}

const textBytes = 0x4000;

/** The smallest program that has what signing looks at: a __TEXT segment with one section, and __LINKEDIT. Filled with bytes that are all different. */
export function sampleMachO({ arch, linkEdit, firstSection }: Sample): Buffer {
  const file = Buffer.alloc(textBytes + linkEdit);
  for (let at = 0; at < file.length; at += 1) file[at] = (at * 7 + (at >> 8)) & 0xff;
  const commandBytes = 72 + 80 + 72;
  file.fill(0, 0, firstSection === undefined ? 0x400 : 32 + commandBytes);
  const words = [0xfeedfacf, arch === "arm64" ? 0x0100000c : 0x01000007, 0, 2, 2, commandBytes];
  words.forEach((word, place) => file.writeUInt32LE(word, place * 4));
  const section = firstSection === undefined ? 0x400 : 32 + commandBytes;
  segment(file, 32, { name: "__TEXT", memory: 0n, offset: 0n, size: BigInt(textBytes), sections: 1 });
  file.write("__text", 32 + 72, "latin1");
  file.writeUInt32LE(section, 32 + 72 + 48);
  const at = 32 + 72 + 80;
  segment(file, at, {
    name: "__LINKEDIT",
    memory: 0x4000n,
    offset: BigInt(textBytes),
    size: BigInt(linkEdit),
    sections: 0,
  });
  return file;
}

interface Segment {
  readonly name: string;
  readonly memory: bigint;
  readonly offset: bigint;
  readonly size: bigint;
  readonly sections: number;
}

function segment(file: Buffer, at: number, { name, memory, offset, size, sections }: Segment): void {
  file.fill(0, at, at + 72 + sections * 80);
  file.writeUInt32LE(0x19, at);
  file.writeUInt32LE(72 + sections * 80, at + 4);
  file.write(name, at + 8, "latin1");
  file.writeBigUInt64LE(memory, at + 24);
  file.writeBigUInt64LE(0x4000n, at + 32);
  file.writeBigUInt64LE(offset, at + 40);
  file.writeBigUInt64LE(size, at + 48);
  file.writeUInt32LE(sections, at + 64);
}
