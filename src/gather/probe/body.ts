import { isRecord, type Json, records, text } from "../../evidence/field.ts";
import type { RegistryAnswer } from "./exchange.ts";

/** The JSON object of a body, or undefined: cut ones, pages and other things are no JSON. */
export function jsonOf({ body, cut }: RegistryAnswer): Json | undefined {
  if (cut || body.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface SaidError {
  readonly code?: string;
  readonly message?: string;
}

/**
 * An error as the distribution specification has it (`errors`), or as others write it: zot's bare object, Docker Hub's `details`, Quay's `error`,
 * Gitea's plain text. Web pages say nothing.
 */
export function errorOf(answer: RegistryAnswer): SaidError {
  const json = jsonOf(answer);
  if (json === undefined) return plainText(answer);
  const [first] = records(json, "errors");
  const from = first ?? json;
  const code = text(from, "code");
  const message =
    text(from, "message") ??
    text(from, "details") ??
    text(from, "error_description") ??
    text(from, "error") ??
    text(from, "detail");
  return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
}

function plainText({ headers, body }: RegistryAnswer): SaidError {
  const [type = "text/plain"] = headers.get("content-type") ?? [];
  const message = body.subarray(0, 1000).toString("utf8").trim();
  if (!type.startsWith("text/plain") || message === "" || /^[<{[]/.test(message)) return {};
  return { message };
}

export interface PullToken {
  readonly value: string;
  /** What it lets its bearer do with the repository; absent where it is no web token, or does not tell. */
  readonly granted?: readonly string[];
  /** The subject that it names; empty for nobody. */
  readonly subject?: string;
}

/** The token of a token server's answer. `access_token` wins, as for containerd; one that is no header's value is none. */
export function tokenOf(answer: RegistryAnswer, repository: string): PullToken | undefined {
  const json = jsonOf(answer);
  const value = text(json, "access_token") ?? text(json, "token");
  if (value === undefined || !/^[\x21-\x7e]{1,12000}$/.test(value)) return undefined;
  return { value, ...claimsOf(value, repository) };
}

/** Opaque by contract, a JSON web token in practice; it is read and not relied upon. */
function claimsOf(token: string, repository: string): Partial<PullToken> {
  const [, payload = "", signature] = token.split(".");
  if (signature === undefined) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    if (!isRecord(claims) || !("access" in claims)) return {};
    const own = records(claims, "access").filter(
      (one) => text(one, "type") === "repository" && text(one, "name") === repository,
    );
    const granted = own.flatMap(({ actions }) =>
      Array.isArray(actions) ? actions.filter((action) => typeof action === "string") : [],
    );
    return { granted: [...new Set(granted)], subject: text(claims, "sub") ?? "" };
  } catch {
    return {};
  }
}
