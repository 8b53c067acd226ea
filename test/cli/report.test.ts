import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli.ts";
import { startApiServer } from "../api-server.ts";
import { runCommand } from "../command.ts";
import { mismatch } from "../shop.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-"));
afterAll(() => rmSync(folder, { recursive: true }));

const cases = fileURLToPath(new URL("../cases", import.meta.url));
const samples = readdirSync(cases, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith("evidence.yaml"),
);
const orders = fileURLToPath(new URL("fixtures/orders.yaml", import.meta.url));

describe("a saved bundle gives the same report", () => {
  test.each(samples)("%s", async (name) => {
    const bundle = join(folder, "bundle.yaml");
    const first = await runCommand(["-f", join(cases, name), "-o", "json", "--save-bundle", bundle]);
    const again = await runCommand(["-f", bundle, "-o", "json"]);
    expect(first.stderr).toMatch(/^saved \S+: \d+ Pods?, .*\d+ (?:bytes|KB)\n$/);
    expect(again).toEqual({ ...first, stderr: "" });
  });

  test("and can be saved again without a change, readable by its owner only", async () => {
    const [one, two] = [join(folder, "one.yaml"), join(folder, "two.yaml")];
    await runCommand(["-f", orders, "--save-bundle", one]);
    await runCommand(["-f", one, "--save-bundle", two]);
    expect(readFileSync(two, "utf8")).toBe(readFileSync(one, "utf8"));
    if (process.platform !== "win32") expect(statSync(one).mode & 0o077).toBe(0);
  });

  test("of a cluster as well as of files, in every format", async () => {
    const server = await startApiServer({ routes: mismatch(), certificate: "none" });
    const kubeconfig = join(folder, "kubeconfig");
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: "c", cluster: { server: server.url } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "", namespace: "shop" } }],
        "current-context": "c",
      }),
    );
    const bundle = join(folder, "live.yaml");
    for (const format of ["text", "wide", "json", "yaml", "markdown", "name"]) {
      const live = await runCommand(["--kubeconfig", kubeconfig, "-o", format, "--save-bundle", bundle]);
      expect(live.code).toBe(1);
      expect(await runCommand(["-f", bundle, "--kubeconfig", kubeconfig, "-o", format])).toEqual({
        ...live,
        stderr: live.stderr.replace(/^saved .*\n/, ""),
      });
    }
    // A file that came along says nothing of where its reader's commands go.
    expect((await runCommand(["-f", bundle])).stdout).not.toContain("--kubeconfig");
    expect(readFileSync(bundle, "utf8")).not.toContain("planted");
    await server.close();
  });
});

/** Runs a command line as on a terminal that can show colours. */
async function onTerminal(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  let written = "";
  await run(words, {
    env: { PAGER: "cat", ...env },
    write: (text) => void (written += text),
    complain: () => undefined,
    input: async function* () {},
    stdoutIsTerminal: true,
    stderrIsTerminal: true,
    columns: 80,
    colorLevel: () => 1,
    signal: new AbortController().signal,
    now: () => 0,
  });
  return written;
}

const escape = "\u001b[";

describe("colour", () => {
  test.each([
    ["is used on a terminal", [], {}, true],
    ["is not used where NO_COLOR is set", [], { NO_COLOR: "1" }, false],
    ["is used where NO_COLOR is empty", [], { NO_COLOR: "" }, true],
    ["is not used on a terminal without abilities", [], { TERM: "dumb" }, false],
    ["is not used with --color=never", ["--color=never"], {}, false],
    ["is used with --color=always against NO_COLOR", ["--color", "always"], { NO_COLOR: "1" }, true],
  ])("%s", async (_, flags, env, colored) => {
    for (const words of [["-f", orders], ["explain", "dns-failure"], ["explain"]])
      expect((await onTerminal([...words, ...flags], env)).includes(escape)).toBe(colored);
  });

  test.each(["json", "yaml", "markdown", "name"])("never stands in -o %s", async (format) => {
    for (const words of [["-f", orders], ["explain", "dns-failure"], ["explain"]])
      expect(await onTerminal([...words, "-o", format, "--color=always"])).not.toContain(escape);
  });

  test("does not stand in a pipe", async () => {
    for (const words of [
      ["-f", orders],
      ["explain", "dns-failure"],
      ["explain"],
      ["--help"],
      ["web", "-o", "xml"],
    ]) {
      const { stdout, stderr } = await runCommand(words);
      expect(stdout + stderr).not.toContain(escape);
    }
  });

  test("says nothing that the words do not say", async () => {
    // oxlint-disable-next-line no-control-regex
    const plain = (await onTerminal(["-f", orders])).replaceAll(/\u001b\[\d+m/g, "");
    expect(plain).toBe(await onTerminal(["-f", orders, "--color=never"]));
  });
});
