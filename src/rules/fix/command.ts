import type { FailedPull } from "../rule.ts";

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word as a POSIX shell reads it back unchanged. */
export function quote(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

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
  return ["kubectl", ...words, "-n", namespace, ...failed.kubectlFlags].map(quote).join(" ");
}

/** Commands that a shell runs one after the other. */
export function lines(...commands: readonly (string | undefined)[]): string {
  return commands.filter((command) => command !== undefined).join("\n");
}

export function json(value: unknown): string {
  return JSON.stringify(value);
}
