/** A string as Go's %q prints it. JSON differs for a few control characters only. */
export const quoted = (text: string): string => JSON.stringify(text);

const systemWords: Record<string, string> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
  EMFILE: "too many open files",
};

/** The code of a system error (ENOENT, ECONNREFUSED, …), or "" for anything else that was thrown. */
export function errorCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

/** A failed file read in Go's words: `open PATH: no such file or directory`. A directory opens and fails to read. */
export function fileWords(error: unknown, path: string, verb = "open"): string {
  const code = errorCode(error);
  return `${code === "EISDIR" ? "read" : verb} ${path}: ${systemWords[code] ?? (code || "cannot be read")}`;
}

// Time units of Go's time.ParseDuration, in milliseconds.
const units: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration such as "1m30s", "-5s" or "0"; undefined when it is none. */
export function goDuration(text: string): number | undefined {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0;
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let sum = 0;
  for (const [, number = "0", unit = "s"] of rest.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g))
    sum += Number(number) * (units[unit] ?? 0);
  return sign === "-" ? -sum : sum;
}

/**
 * Milliseconds of --request-timeout; 0 is none, and so is a negative duration (net/http takes it for no limit).
 * clientcmd's ParseTimeout: a bare number is seconds. Undefined when kubectl refuses it.
 */
export function requestTimeout(text: string): number | undefined {
  if (text === "") return 0;
  if (/^\+?\d+$/.test(text)) return Number(text) * 1000;
  const duration = goDuration(text);
  return duration === undefined ? undefined : Math.max(0, duration);
}
