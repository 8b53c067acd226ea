import { isRecord, type Json } from "../field.ts";
import { decodeSecretData } from "../go/base64.ts";
import { decodeUtf8 } from "../go/utf8.ts";

/** What a user name tells of the kind of login. The name itself never leaves the gate. */
export const userKinds = [
  "none",
  "AWS",
  "_json_key",
  "_json_key_base64",
  "_token",
  "oauth2accesstoken",
  "robot$",
  "organisation+robot",
  "gitlab-ci-token",
  "gitlab+deploy-token",
  "x-access-token",
  "x-token-auth",
  "$oauthtoken",
  "iamapikey",
  "serviceaccount",
  "token",
  "<token>",
  "zero-guid",
  "guid",
  "e-mail",
  "placeholder",
  "other",
] as const;
export type UserKind = (typeof userKinds)[number];

/** What a password's beginning or shape tells of its kind: a published prefix, never more of it. */
export const passwordKinds = [
  "none",
  "jwt",
  "ecr-token",
  "json-key",
  "ghp_",
  "gho_",
  "ghu_",
  "ghs_",
  "ghr_",
  "github_pat_",
  "glpat-",
  "gldt-",
  "glcbt-",
  "dckr_pat_",
  "dckr_oat_",
  "dop_v1_",
  "ya29.",
  "placeholder",
  "other",
] as const;
export type PasswordKind = (typeof passwordKinds)[number];

const zeroGuid = "00000000-0000-0000-0000-000000000000";
const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Longer texts are no user name that tells anything, and patterns are kept away from them. */
const userLimit = 512;

export function userKindOf(username: string): UserKind {
  const user = username.trim();
  if (username === "") return "none";
  const literal = userKinds.find((kind) => kind === user);
  if (literal !== undefined && !described.has(literal)) return literal;
  if (user.startsWith("robot$")) return "robot$";
  if (user === zeroGuid) return "zero-guid";
  if (guid.test(user)) return "guid";
  if (user.length > userLimit) return "other";
  if (isPlaceholder(user)) return "placeholder";
  if (/^gitlab\+deploy-token-[0-9]+$/.test(user)) return "gitlab+deploy-token";
  if (/^[a-z0-9_.-]+\+[a-z0-9_.-]+$/.test(user)) return "organisation+robot";
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(user) ? "e-mail" : "other";
}

/** Words of ours for kinds of names, which are no names themselves. */
const described: ReadonlySet<UserKind> = new Set([
  "none",
  "organisation+robot",
  "zero-guid",
  "guid",
  "e-mail",
  "placeholder",
  "other",
]);

/** White space around the password is a fault of its own and hides nothing of its kind. */
export function passwordKindOf(password: string): PasswordKind {
  const text = password.trim();
  if (password === "") return "none";
  if (isPlaceholder(text)) return "placeholder";
  const prefix = passwordKinds.find((kind) => /[_.-]$/.test(kind) && text.startsWith(kind));
  if (prefix !== undefined) return prefix;
  if (webTokenClaims(text) !== undefined) return "jwt";
  if (ecrToken(text) !== undefined) return "ecr-token";
  return isJsonKey(text) ? "json-key" : "other";
}

/** A Google service account's key, as such or in base64. */
function isJsonKey(text: string): boolean {
  const key = text.startsWith("{") ? parseObject(text) : decodeObject(text);
  return typeof key?.["private_key"] === "string" || key?.["type"] === "service_account";
}

/**
 * What stands in a template's or script's place for a value that never came: Helm's `<no value>`, an unexpanded
 * variable, `null` from jq. Only forms that nobody uses as a login.
 */
function isPlaceholder(text: string): boolean {
  if (text.length > 256) return false;
  return (
    /^(?:null|nil|none|undefined|<nil>|<none>|<no value>|\*{3,}|changeme|replace_?me|redacted|<redacted>)$/i.test(
      text,
    ) ||
    /^<[a-z][a-z0-9 _.-]*>$/i.test(text) ||
    /^(?:\$[A-Z_][A-Z0-9_]*|\$\{[^{}]*\}|\$\([^()]*\)|%[A-Z_][A-Z0-9_]*%)$/.test(text) ||
    /^(?:\$\{\{.*\}\}|\{\{.*\}\})$/s.test(text)
  );
}

/** When a login was issued and when it ends, as the password itself says; RFC 3339 in UTC. Only times leave. */
export function lifetimeOf(password: string): { readonly issuedAt?: string; readonly expiresAt?: string } {
  const text = password.trim();
  const claims = webTokenClaims(text);
  const issuedAt = timeOf(claims?.["iat"]);
  const expiresAt = timeOf(claims?.["exp"] ?? ecrToken(text)?.["expiration"]);
  return {
    ...(issuedAt === undefined ? {} : { issuedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Seconds since 1970. What lies outside of 2001 to 2100 is no time that a registry wrote. */
function timeOf(seconds: unknown): string | undefined {
  if (typeof seconds !== "number" || !(seconds >= 1_000_000_000 && seconds < 4_102_444_800)) return undefined;
  return new Date(Math.floor(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

/** The claims of a JSON web token (RFC 7519); an ACR refresh token is one. */
function webTokenClaims(text: string): Json | undefined {
  const [header = "", claims = "", signature, ...more] = text.split(".", 4);
  if (signature === undefined || more.length > 0 || decodeObject(header) === undefined) return undefined;
  return decodeObject(claims);
}

/** The password of `aws ecr get-login-password`: base64 of JSON with `payload`, `datakey` and `expiration` in seconds. */
function ecrToken(text: string): Json | undefined {
  const token = decodeObject(text);
  return typeof token?.["expiration"] === "number" && "payload" in token ? token : undefined;
}

/** The JSON object in a base64 text of either alphabet. Every such text begins with the letters of `{`. */
function decodeObject(base64: string): Json | undefined {
  if (!base64.startsWith("e") || base64.length > 65_536) return undefined;
  const bytes = decodeSecretData(base64.replaceAll("-", "+").replaceAll("_", "/"));
  return bytes === undefined ? undefined : parseObject(decodeUtf8(bytes));
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
