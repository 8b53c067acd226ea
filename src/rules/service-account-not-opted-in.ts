import { authFailures, type Rule } from "./rule.ts";

/** Needs the node's provider configuration. */
export const serviceAccountNotOptedIn: Rule = {
  id: "service-account-not-opted-in",
  explains: authFailures,
  check: () => undefined,
};
