import { commandLine } from "../../text/shell-word.ts";
import type { FailedPull, Finding } from "../rule.ts";
import { safeWords } from "./safe-words.ts";

/**
 * Stands for a command with a name that no API server admits: `--all` would be a flag there. It makes whatever it becomes a part of
 * unprintable too, and `printable` takes that out of a finding.
 */
export const unspeakable = "\0";

/** A kubectl command in the Pod's namespace, against the cluster that the evidence came from. */
export function kubectl(
  failed: Pick<FailedPull, "evidence" | "kubectlFlags">,
  ...words: readonly string[]
): string {
  return kubectlIn(failed, failed.evidence.pod.namespace, ...words);
}

export function kubectlIn(
  failed: Pick<FailedPull, "kubectlFlags">,
  namespace: string,
  ...words: readonly string[]
): string {
  return kubectlWords([...words, "-n", namespace], failed.kubectlFlags);
}

/** An object is named as TYPE/NAME, also where `words` has the two apart. */
export function kubectlWords(words: readonly string[], kubectlFlags: readonly string[]): string {
  const safe = safeWords(words);
  return safe === undefined ? unspeakable : commandLine(["kubectl", ...safe, ...kubectlFlags]);
}

/** Commands that a shell runs one after the other. */
export function lines(...commands: readonly (string | undefined)[]): string {
  return commands.filter((command) => command !== undefined).join("\n");
}

export function json(value: unknown): string {
  return JSON.stringify(value);
}

const noCommand = "no command is printed, since a name in it is none that an API server takes";

/** The finding without commands that cannot be pasted. */
export function printable(finding: Finding): Finding {
  const confirm = finding.confirm.includes(unspeakable)
    ? `look at the objects; ${noCommand}`
    : finding.confirm;
  const fixes = finding.fixes.map((fix) => {
    if (fix.command?.includes(unspeakable) !== true) return fix;
    const { command: _, lists: __, ...rest } = fix;
    return { ...rest, summary: `${fix.summary} (${noCommand}.)` };
  });
  return { ...finding, confirm, fixes };
}
