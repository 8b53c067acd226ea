import { fits } from "./fits.ts";
import { secretOf } from "../../evidence/evidence.ts";
import type { Observed } from "../../evidence/observed.ts";
import { kubectl } from "../fix/command.ts";
import { claim, type Claim, type FailedPull, type NonEmpty } from "../rule.ts";

/** What was not read, as an assumption's sentence: never "missing". */
export function unreadable(observed: Observed<unknown>, what: string): Claim {
  return claim(unreadWords(observed, `${what} ${observed.ref.name}`), observed.ref);
}

export function unreadWords(observed: Observed<unknown>, name: string): string {
  if (observed.state !== "unknown") return `${name} has nothing to do with it.`;
  switch (observed.reason) {
    case "forbidden":
      return `${name} may not be read with your permissions.`;
    case "not-collected":
      return `${name} is not in the evidence.`;
    case "expired":
      return `${name} is over: events are kept for about an hour.`;
    case "malformed":
      return `${name} could not be understood.`;
    case "unavailable":
      return `${name} could not be read: ${observed.detail ?? "the API server did not answer"}`;
    case "out-of-reach":
      return `${name} is not visible through the API.`;
  }
}

/** That one of these Secrets holds a login for the image is assumed where none could be seen to; else undefined. */
export function unseen(failed: FailedPull, names: readonly string[]): NonEmpty<Claim> | undefined {
  const [first] = names;
  if (first === undefined || names.some((name) => fits(failed, name))) return undefined;
  return [unreadable(secretOf(failed.evidence, first), "Secret")];
}

/** How to decide what an object would tell that could not be read: by whoever may read it, or with it in the files. */
export function readIt(
  failed: FailedPull,
  observed: Observed<unknown>,
  verb: "get" | "list",
  what: string,
): string {
  return observed.state === "unknown" && observed.reason === "not-collected"
    ? `Add it to the files: ${kubectl(failed, "get", what, "-o", "yaml")}`
    : `Ask again as one for whom this says yes: ${kubectl(failed, "auth", "can-i", verb, what)}`;
}
