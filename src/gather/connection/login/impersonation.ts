import { headerValue } from "./credentials.ts";
import type { User } from "../kubeconfig/entries.ts";

/** A key of the extra fields as a header name: whatever a header name may not hold is percent-encoded. transport/round_trippers.go (headerKeyEscape). */
function extraHeader(key: string): string {
  const escaped = [...Buffer.from(key, "utf8")]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[!#$&'*+\-.^_`|~0-9A-Za-z]/.test(letter)
        ? letter
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
  return `Impersonate-Extra-${escaped}`;
}

/** The headers of --as and its kin; none without a user to impersonate. */
export function impersonationHeaders(user: User): Record<string, string | string[]> {
  if (user.impersonate === undefined) return {};
  const values = (name: string, list: readonly string[]): string[] =>
    list.map((one) => headerValue(name, one));
  const headers: Record<string, string | string[]> = {
    "Impersonate-User": headerValue("Impersonate-User", user.impersonate),
  };
  if (user.impersonateUid !== undefined)
    headers["Impersonate-Uid"] = headerValue("Impersonate-Uid", user.impersonateUid);
  if (user.impersonateGroups !== undefined)
    headers["Impersonate-Group"] = values("Impersonate-Group", user.impersonateGroups);
  for (const [key, list] of Object.entries(user.impersonateUserExtra ?? {}))
    headers[extraHeader(key)] = values("Impersonate-Extra", list);
  return headers;
}
