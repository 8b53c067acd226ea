import { UserError } from "../../user-error.ts";

/**
 * What makes every request impossible: no configuration, a kubeconfig that does not load, a context that does not exist, a
 * credential plugin that is missing, a server that cannot be reached. `message` is the whole sentence in kubectl's words,
 * with the `error: ` that kubectl puts before most but not all of them; `hint` says what to look at, where we know more.
 */
export class ConnectionError extends UserError {
  constructor(message: string, hint?: string) {
    super(message, hint, 3);
    this.name = "ConnectionError";
  }

  override get sentence(): string {
    return this.message;
  }
}

/**
 * Several complaints as kubectl prints them: one alone as an error, more as a list.
 * cmd/util/helpers.go (checkErr, MultilineError), kubectl 1.36.
 */
export function configurationError(complaints: readonly string[], hint?: string): ConnectionError {
  const [first = "", ...more] = complaints;
  if (more.length > 0)
    return new ConnectionError(
      `Error in configuration: \n${complaints.map((one) => `* ${one}`).join("\n")}`,
      hint,
    );
  const invalid = first.startsWith("context was not found for specified context");
  return new ConnectionError(`${invalid ? "Error in configuration" : "error"}: ${first}`, hint);
}
