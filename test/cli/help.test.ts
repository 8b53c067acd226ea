import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  canPullFlags,
  commandWords,
  completionFlags,
  connectionFlags,
  diagnoseFlags,
  explainFlags,
  type Flag,
} from "../../src/cli/flag-table.ts";
import { type HelpTopic, helpText } from "../../src/cli/help.ts";
import { runCommand } from "../command.ts";

const topics: readonly { readonly topic: HelpTopic; readonly flags: readonly Flag[] }[] = [
  { topic: "why-pull", flags: diagnoseFlags },
  { topic: "can-pull", flags: canPullFlags },
  { topic: "explain", flags: explainFlags },
  { topic: "completion", flags: completionFlags },
  { topic: "version", flags: [] },
];

describe.each(topics)("the help of $topic", ({ topic, flags }) => {
  const lines = helpText(topic).split("\n");

  test("fits a screen", () => {
    expect(lines.length).toBeLessThanOrEqual(41);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("has every flag of its own", () => {
    for (const { name } of flags) expect(helpText(topic)).toContain(`--${name}`);
  });

  test("gives every flag its letter", () => {
    for (const { name, letter } of flags)
      if (letter !== undefined)
        expect(helpText(topic)).toMatch(new RegExp(`-${letter}, --${name}|completion`));
  });
});

test("no two flags of one command have the same name or letter", () => {
  for (const { flags } of [{ flags: diagnoseFlags }, ...commandWords]) {
    const all = [...flags, ...connectionFlags];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const letters = all.flatMap(({ letter }) => letter ?? []);
    expect(new Set(letters).size).toBe(letters.length);
  }
});

test("the flags of 'kubectl options' are taken, with a value where kubectl wants one", async () => {
  // kubectl 1.36, less what is about profiling, logging and warnings.
  const valued = [
    "as",
    "as-group",
    "as-uid",
    "as-user-extra",
    "cache-dir",
    "certificate-authority",
    "client-certificate",
    "client-key",
    "cluster",
    "context",
    "kubeconfig",
    "namespace",
    "password",
    "request-timeout",
    "server",
    "tls-server-name",
    "token",
    "user",
    "username",
    "v",
  ];
  const flags = valued.map(
    (name) => `--${name}=${name === "v" ? "0" : name === "request-timeout" ? "1s" : "x"}`,
  );
  const words = [...flags, "--insecure-skip-tls-verify=false", "--disable-compression=true", "--version"];
  expect(await runCommand(words)).toMatchObject({ code: 0, stderr: "" });
});

test("help, version and completion load next to nothing", () => {
  const source = new URL("../../src/", import.meta.url);
  const loaded = new Set<string>();
  const load = (file: URL): void => {
    if (loaded.has(file.href)) return;
    loaded.add(file.href);
    const text = readFileSync(file, "utf8");
    for (const [, names, from = ""] of text.matchAll(
      /^(?:import|export) (?!type )([^;]*?) from "([^"]+)";$/gms,
    )) {
      if (names === undefined || /^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(names)) continue;
      expect(from, `${file.pathname} loads a package at once`).toMatch(/^(?:\.|node:)/);
      if (from.startsWith(".")) load(new URL(from, file));
    }
  };
  for (const entry of ["main.ts", "cli/completion/completion.ts"]) load(new URL(entry, source));
  const names = [...loaded].map((href) => href.slice(source.href.length)).toSorted();
  expect(names).toEqual([
    "cli.ts",
    "cli/completion/completion.ts",
    "cli/completion/line.ts",
    "cli/flag-table.ts",
    "cli/help.ts",
    "cli/terminal.ts",
    "main.ts",
    "rules/causes.ts",
    "runtime.ts",
    "text/printable.ts",
    "text/shell-word.ts",
    "version.ts",
  ]);
  expect(readdirSync(new URL("cli/", source)).length).toBeGreaterThan(names.length);
});
