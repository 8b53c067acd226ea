import { commandLine } from "../../text/shell-word.ts";
import type { FailedPull } from "../rule.ts";

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
  return commandLine(["kubectl", ...words, "-n", namespace, ...failed.kubectlFlags]);
}

/** Commands that a shell runs one after the other. */
export function lines(...commands: readonly (string | undefined)[]): string {
  return commands.filter((command) => command !== undefined).join("\n");
}

export function json(value: unknown): string {
  return JSON.stringify(value);
}
