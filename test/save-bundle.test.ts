import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, expect, test } from "vitest";
import { runCommand } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-save-"));
afterAll(() => rmSync(folder, { recursive: true }));
const orders = fileURLToPath(new URL("cli/fixtures/orders.yaml", import.meta.url));
const source = join(folder, "in/orders.yaml");
const before = readFileSync(orders, "utf8");

beforeEach(() => {
  rmSync(join(folder, "in"), { recursive: true, force: true });
  mkdirSync(join(folder, "in"));
  copyFileSync(orders, source);
});

test("a bundle is for its owner only, whole, alone in its folder, and said to be there", async () => {
  const out = join(folder, "in/out.txt");
  writeFileSync(out, "old");
  chmodSync(out, 0o644);
  const { code, stderr } = await runCommand(["-f", source, "-o", "name", "--save-bundle", out]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^saved \S+out\.txt: \d+ Pods?, .* bytes|KB\n$/);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readFileSync(out, "utf8")).toContain("kind: Pod");
  expect(readdirSync(join(folder, "in")).toSorted()).toEqual(["orders.yaml", "out.txt"]);
});

test("never takes the place of what it is made from, by whatever name", async () => {
  const [link, other] = [join(folder, "in/link.yaml"), join(folder, "in/hard.txt")];
  symlinkSync(source, link);
  linkSync(source, other);
  for (const words of [
    ["-f", source, "--save-bundle", source],
    ["-f", source, "--save-bundle", link],
    ["-f", source, "--save-bundle", other],
    ["-f", link, "--save-bundle", source],
    ["-f", join(folder, "in"), "--save-bundle", source],
    ["-f", source, "--kubeconfig", source, "--save-bundle", link],
  ]) {
    const { code, stderr } = await runCommand(words);
    expect(code, words.join(" ")).toBe(2);
    expect(stderr).toContain("is read, and the bundle would take its place");
  }
  expect(readFileSync(source, "utf8")).toBe(before);
});

test("leaves a link a link", async () => {
  const [real, link] = [join(folder, "in/real.out"), join(folder, "in/link.out")];
  writeFileSync(real, "");
  symlinkSync(real, link);
  await runCommand(["-f", source, "--save-bundle", link]);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, "utf8")).toContain("kind: Pod");
});

test("leaves nothing behind where it cannot be written, and says so", async () => {
  for (const [file, code] of [
    [join(folder, "in"), "EISDIR"],
    [join(folder, "nowhere/b.yaml"), "ENOENT"],
    ["/dev/full", "ENOSPC"],
  ] as const) {
    const ran = await runCommand(["-f", source, "--save-bundle", file]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toBe(`error: ${file} cannot be written (${code})\n`);
  }
  expect(readdirSync(join(folder, "in"))).toEqual(["orders.yaml"]);
});
