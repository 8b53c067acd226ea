import { BlockList, isIP } from "node:net";

/**
 * Addresses by what a request to them could do. `machine` is this machine itself, `local` is where clouds keep what only a machine may
 * ask for (metadata with its logins) and what no registry has. Private networks are `usual`: companies have their registries there.
 */
export type AddressClass = "usual" | "machine" | "local";

const machine = new BlockList();
machine.addSubnet("127.0.0.0", 8, "ipv4");
machine.addAddress("::1", "ipv6");

const local = new BlockList();
local.addSubnet("0.0.0.0", 8, "ipv4");
local.addSubnet("169.254.0.0", 16, "ipv4");
local.addSubnet("224.0.0.0", 3, "ipv4");
local.addAddress("::", "ipv6");
local.addSubnet("fe80::", 10, "ipv6");
local.addSubnet("ff00::", 8, "ipv6");
// Metadata that is not link-local: Alibaba Cloud, Azure's wire server, Oracle Cloud, AWS and Google over IPv6.
local.addAddress("100.100.100.200", "ipv4");
local.addAddress("168.63.129.16", "ipv4");
local.addAddress("192.0.0.192", "ipv4");
local.addSubnet("fd00:ec2::", 32, "ipv6");
local.addSubnet("fd20:ce::", 32, "ipv6");

/** What is no address is `local`: it is never dialled. */
export function classOf(address: string): AddressClass {
  const plain = address.split("%")[0] ?? "";
  const inner = embedded(plain);
  if (inner !== undefined) return classOf(inner);
  const version = isIP(plain);
  if (version === 0) return "local";
  const family = version === 6 ? "ipv6" : "ipv4";
  if (machine.check(plain, family)) return "machine";
  return local.check(plain, family) ? "local" : "usual";
}

/** The IPv4 address within an IPv6 one: mapped, compatible (RFC 4291), translated (RFC 6052), 6to4 (RFC 3056). */
function embedded(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = groupsOf(address);
  const v4 = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join(".");
  const zeros = (count: number): boolean => groups.slice(0, count).every((group) => group === 0);
  if (zeros(5) && groups[5] === 0xffff) return v4(groups[6], groups[7]);
  if (zeros(4) && groups[4] === 0xffff && groups[5] === 0) return v4(groups[6], groups[7]);
  if (zeros(6) && (groups[6] !== 0 || (groups[7] ?? 0) > 1)) return v4(groups[6], groups[7]);
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return v4(groups[6], groups[7]);
  return groups[0] === 0x2002 ? v4(groups[1], groups[2]) : undefined;
}

function groupsOf(address: string): readonly number[] {
  // The URL parser writes every IPv6 address in one way, without a dotted end.
  const [before = "", after] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const read = (text: string): number[] =>
    text
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [left, right] = [read(before), read(after ?? "")];
  return [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
}
