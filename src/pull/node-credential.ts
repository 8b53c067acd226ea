import type { Ref } from "../evidence/observed.ts";
import type { CredentialCandidate, PathInput } from "./credential-path.ts";

/** What the node's exec credential providers contribute; visible only through its configuration. */
export function providerCandidates(input: PathInput, node: Ref): readonly CredentialCandidate[] {
  const stopped = input.given.state === "stopped";
  return [
    {
      source: "credential-provider",
      outcome: stopped ? "not-tried" : "unknown",
      reason: stopped
        ? "no keyring was built"
        : "the node's credential providers are not visible through the API",
      refs: [node],
    },
  ];
}
