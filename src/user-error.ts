/**
 * The job cannot be done, and the reader can do something about it: two lines on stderr and an exit code of the
 * contract (2 wrong usage, 3 the evidence could not be gathered). Anything else that is thrown is a bug of ours.
 */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: 2 | 3;

  constructor(message: string, hint: string | undefined, exitCode: 2 | 3) {
    super(message);
    this.name = "UserError";
    this.hint = hint;
    this.exitCode = exitCode;
  }

  /** As it is printed. */
  get sentence(): string {
    return `error: ${this.message}`;
  }
}
