import type { Fix } from "../rules/rule.ts";

/** What can be done before there is a Pod: Secrets, ServiceAccounts and templates; and in files nothing but words. */
const early = /^kubectl (?:create secret|get secret|patch (?:--local|serviceaccount|secret)) ?/;
const templates = /^kubectl patch (?:deployment|statefulset|daemonset|cronjob)\//;

/** The fixes of what is foretold, without the lines that have a Pod made anew which is not there. */
export function foretoldFixes(fixes: readonly Fix[], isLive: boolean): readonly Fix[] {
  return fixes
    .filter(({ summary }) => !summary.startsWith("To not wait"))
    .map(({ command, ...fix }) => {
      const lines = (command ?? "")
        .split("\n")
        .filter((line) => early.test(line) || (isLive && templates.test(line)));
      return lines.length === 0 ? fix : { ...fix, command: lines.join("\n") };
    });
}
