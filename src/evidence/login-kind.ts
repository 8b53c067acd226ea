import type { DockerLogin } from "./docker-config.ts";
import { decodeSecretData } from "./go-base64.ts";

/** What a user name tells of the kind of login; the name itself never leaves the gate. */
export type UserKind =
  | "none"
  | "AWS"
  | "_json_key"
  | "oauth2accesstoken"
  | "robot$"
  | "gitlab-ci-token"
  | "gitlab+deploy-token"
  | "zero-guid"
  | "guid"
  | "e-mail"
  | "placeholder"
  | "other";

/** What a password's beginning or shape tells of its kind. */
export type PasswordKind =
  | "none"
  | "jwt"
  | "ecr-token"
  | "ghp_"
  | "ghs_"
  | "github_pat_"
  | "glpat-"
  | "dckr_pat_"
  | "json-key"
  | "placeholder"
  | "other";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const placeholder =
  /^(null|undefined|none|<no value>|<[a-z_ -]+>|\$\{?\{?[A-Za-z_. ]+\}?\}?|\{\{.*\}\}|changeme|REPLACE_ME|your[-_ ].*)$/i;

export function userKindOf(user: string): UserKind {
  if (user === "") return "none";
  if (user === "AWS" || user === "oauth2accesstoken" || user === "gitlab-ci-token") return user;
  if (user === "_json_key" || user === "_json_key_base64") return "_json_key";
  if (user.startsWith("robot$")) return "robot$";
  if (/^gitlab\+deploy-token-\d+$/.test(user)) return "gitlab+deploy-token";
  if (user === "00000000-0000-0000-0000-000000000000") return "zero-guid";
  if (guid.test(user)) return "guid";
  if (placeholder.test(user)) return "placeholder";
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(user) ? "e-mail" : "other";
}

const prefixes = ["ghp_", "ghs_", "github_pat_", "glpat-", "dckr_pat_"] as const;

export function passwordKindOf(password: string): PasswordKind {
  if (password === "") return "none";
  const prefix = prefixes.find((known) => password.startsWith(known));
  if (prefix !== undefined) return prefix;
  if (placeholder.test(password)) return "placeholder";
  if (jwtClaims(password) !== undefined) return "jwt";
  if (ecrExpiration(password) !== undefined) return "ecr-token";
  return password.trimStart().startsWith("{") && password.includes("private_key") ? "json-key" : "other";
}

/** When the login was issued and when it ends, as the login itself says; RFC 3339. Only times leave. */
export function lifetimeOf(login: Pick<DockerLogin, "password">): { issuedAt?: string; expiresAt?: string } {
  const claims = jwtClaims(login.password);
  const expires = claims?.["exp"] ?? ecrExpiration(login.password);
  const issued = claims?.["iat"];
  return {
    ...(isTime(issued) ? { issuedAt: timeText(issued) } : {}),
    ...(isTime(expires) ? { expiresAt: timeText(expires) } : {}),
  };
}

/** Seconds since 1970 between 2001 and 2100: anything else is no time that a registry wrote. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value > 1_000_000_000 && value < 4_102_444_800;
}

function timeText(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

function jwtClaims(password: string): Readonly<Record<string, unknown>> | undefined {
  const parts = password.trim().split(".");
  if (parts.length !== 3 || !password.trim().startsWith("ey")) return undefined;
  return decodeJson((parts[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
}

/** An ECR password is base64 of JSON with `payload`, `datakey`, `version`, `type` and `expiration`. */
function ecrExpiration(password: string): unknown {
  return password.trim().startsWith("ey") ? decodeJson(password.trim())?.["expiration"] : undefined;
}

function decodeJson(base64: string): Readonly<Record<string, unknown>> | undefined {
  const unpadded = base64.replace(/=+$/, "");
  if (unpadded.length > 65_536) return undefined;
  const bytes = decodeSecretData(unpadded + "=".repeat((4 - (unpadded.length % 4)) % 4));
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
