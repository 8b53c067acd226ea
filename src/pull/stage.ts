/** The way an image pull walks, in order. The only ordering in the program: what fails upstream causes what is seen downstream. */
export const stages = [
  "reference",
  "policy",
  "credentials",
  "connect",
  "authenticate",
  "authorize",
  "manifest",
  "content",
] as const;

export type Stage = (typeof stages)[number];
