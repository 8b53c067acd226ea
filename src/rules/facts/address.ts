import type { FailedPull } from "../rule.ts";

/**
 * What a registry refuses whatever the login, by its own sentence:
 * - `address`: who asks from where, as Azure's firewall says, and whoever has its words
 * - `perimeter`: a request across the border that an organisation has drawn with Google's VPC Service Controls
 * - `disabled`: anything at all, as the project of the registry has Google's service switched off
 */
export type RefusedAnyway = "address" | "perimeter" | "disabled";

export function refusedAnyway({ failure: { message } }: FailedPull): RefusedAnyway | undefined {
  if (/\bclient with IP [^\n]{1,100} is not allowed access/i.test(message)) return "address";
  if (/\bvpcServiceControlsUniqueIdentifier\b|\bVPC Service Controls\b/.test(message)) return "perimeter";
  return /\bAPI has not been used in project\b|\bis not enabled for consumer\b/.test(message)
    ? "disabled"
    : undefined;
}
