/** Set by the build; running from the source there is none. */
declare const WHY_PULL_BUILD:
  | { readonly version: string; readonly commit: string; readonly date: string }
  | undefined;

export interface Build {
  readonly version: string;
  readonly commit: string;
  readonly date: string;
}

export const build: Build =
  typeof WHY_PULL_BUILD === "undefined"
    ? { version: "0.1.0", commit: "source", date: "unreleased" }
    : WHY_PULL_BUILD;
