import { Command } from "commander";
import { expect, test } from "vitest";

import { connectionFlags, diagnoseFlags } from "../../src/cli/flag-table.ts";
import { addFlags } from "../../src/cli/flags.ts";
import { plainQuestion } from "../../src/cli/question.ts";

const known = [...diagnoseFlags, ...connectionFlags];

/** What commander reads from the words. */
function byCommander(words: readonly string[]): { targets: readonly string[]; flags: object } {
  const program = addFlags(new Command().exitOverride().argument("[targets...]"), known);
  program.parse([...words], { from: "user" });
  return { targets: program.args, flags: program.opts() };
}

test.each([
  [[]],
  [["web"]],
  [["pod/web", "deploy/api"]],
  [["-A"]],
  [["-n", "shop", "web"]],
  [["web", "--namespace", "shop", "-o", "json"]],
  [["deployment", "web", "--context", "x", "--kubeconfig", "a b", "-c", "app"]],
  [["-l", "app=web", "--field-selector", "status.phase=Pending", "--color", "never"]],
  [["", "-n", ""]],
  [["web", "--request-timeout", "5s", "-v", "6", "--insecure-skip-tls-verify"]],
  ...known
    .filter(({ many, bare }) => many === undefined && bare === undefined)
    .map(({ name, value }) => [["web", `--${name}`, ...(value === undefined ? [] : ["x"])]]),
  ...known
    .filter(({ letter, many }) => letter !== undefined && many === undefined)
    .map(({ letter, value }) => [[`-${letter ?? ""}`, ...(value === undefined ? [] : ["x"]), "web"]]),
])("%j is read as commander reads it", (words) => {
  expect(plainQuestion(words)).toEqual(byCommander(words));
});

test.each([
  [["explain", "dns-failure"]],
  [["version"]],
  [["web", "completion"]],
  [["help", "explain"]],
  [["--help"]],
  [["-h"]],
  [["--version"]],
  [["web", "-n"]],
  [["web", "-n", "-A"]],
  [["web", "-nshop"]],
  [["web", "-n=shop"]],
  [["web", "--namespace=shop"]],
  [["web", "-n", "a", "-n", "b"]],
  [["-Ah"]],
  [["--", "web"]],
  [["-"]],
  [["--"]],
  [["web", "--names", "shop"]],
  [["-f", "pod.yaml"]],
  [["--as-group", "a"]],
])("%j is left to commander", (words) => {
  expect(plainQuestion(words)).toBeUndefined();
});

test("a flag that has a value without being given one takes none from the next word", () => {
  expect(plainQuestion(["--wait", "web"])).toMatchObject({ targets: ["web"], flags: { wait: "5m" } });
});
