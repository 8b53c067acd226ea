import type { FailedPull } from "../rule.ts";

/** The registry says that it is about who asks from where: Azure's firewall, and whoever has its words. */
export function refusesAddress({ failure: { message } }: FailedPull): boolean {
  return /\bclient with IP [^\n]{1,100} is not allowed access/i.test(message);
}
